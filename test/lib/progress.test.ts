import { expect, test } from 'vitest'
import { createProgress } from '#src/lib/progress.ts'

function record(isTerminal: boolean) {
  const written: string[] = []
  const clock = { now: 0 }
  const progress = createProgress({ isTerminal, write: (text) => void written.push(text), now: () => clock.now })
  return { written, clock, progress }
}

test('on a terminal one line is rewritten, at most ten times a second, and cleared at the end', () => {
  const { written, clock, progress } = record(true)
  progress.update('1/3')
  clock.now = 50
  progress.update('2/3')
  clock.now = 150
  progress.update('3/3')
  progress.done()
  progress.done()
  expect(written).toEqual(['\r\u001b[2K1/3', '\r\u001b[2K3/3', '\r\u001b[2K'])
})

test('elsewhere there is a plain line every 30 seconds, none for short work', () => {
  const { written, clock, progress } = record(false)
  progress.update('1/3')
  clock.now = 31_000
  progress.update('2/3')
  progress.done()
  expect(written).toEqual(['2/3\n'])
})
