import { expect, test } from 'vitest'
import type { Answer } from '#src/answers/answer.ts'
import { renderJson as partsOf } from '#src/report/json.ts'
import { decision, evaluations, lines, paths, reach, rows } from './answers.ts'

const renderJson = (answer: Answer) => [...partsOf(answer)].join('')

test.each([paths, reach, decision, rows] as Answer[])(
  '$kind is one object that begins with kind and version, without what only text needs',
  (answer) => {
    const json = JSON.parse(renderJson(answer)) as Record<string, unknown>
    expect(Object.keys(json).slice(0, 2)).toEqual(['kind', 'version'])
    for (const member of ['shape', 'text', 'table']) expect(json).not.toHaveProperty(member)
    expect(json).toHaveProperty('snapshot.id')
  },
)

test('evaluate is an array, files of questions are JSON lines', () => {
  expect(JSON.parse(renderJson(evaluations))).toEqual(evaluations.entries)
  const written = renderJson(lines).trimEnd().split('\n')
  expect(written.map((line) => JSON.parse(line) as unknown)).toEqual(lines.lines)
})
