import type { CollectProgress } from '#ingest/collect.ts'
import { escapeText } from '#src/lib/escape.ts'
import type { Progress } from '#src/lib/progress.ts'
import { count, grouped } from '#src/report/text/style.ts'

/** Columns of the bar. */
const width = 16

/** Shows how far a collection is: accounts, calls, and the time that the rest takes if it takes as long as what is done. */
export function collectProgress(progress: Progress, now: () => number): (state: CollectProgress) => void {
  let first: { readonly at: number; readonly done: number } | undefined
  return (state) => {
    const { organization, done, of, calls, retries } = state
    first ??= { at: now(), done }
    const filled = Math.floor((width * done) / Math.max(1, of))
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
    const retried = retries === 0 ? '' : `, ${grouped(retries)} retried`
    progress.update(
      [
        `collecting ${escapeText(organization ?? 'one account')}`,
        bar,
        `${grouped(done)}/${count(of, 'account')}`,
        `${count(calls, 'call')}${retried}`,
        timeLeft(now() - first.at, done - first.done, of - done),
      ]
        .filter((part) => part !== '')
        .join('   '),
    )
  }
}

function timeLeft(elapsed: number, done: number, rest: number): string {
  if (done === 0 || rest === 0) return ''
  const seconds = ((elapsed / done) * rest) / 1000
  return seconds < 90 ? `about ${Math.ceil(seconds)} s left` : `about ${Math.ceil(seconds / 60)} min left`
}
