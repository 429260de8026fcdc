/** Where progress is shown: a terminal gets one line that is rewritten, anything else a plain line now and then. */
export interface ProgressTarget {
  readonly isTerminal: boolean
  write(text: string): void
  /** Milliseconds, from any origin. */
  now(): number
}

const redrawEvery = 100
const plainEvery = 30_000

/** A line on stderr that says how far long work is. `done` clears it. */
export interface Progress {
  update(text: string): void
  done(): void
}

export function createProgress(target: ProgressTarget): Progress {
  const every = target.isTerminal ? redrawEvery : plainEvery
  // A terminal shows the first line at once; a log only what takes longer than one interval.
  let last = target.isTerminal ? Number.NEGATIVE_INFINITY : target.now()
  let isShown = false
  return {
    update(text) {
      const now = target.now()
      if (now - last < every) return
      last = now
      target.write(target.isTerminal ? `\r\u001b[2K${text}` : `${text}\n`)
      isShown = target.isTerminal
    },
    done() {
      if (isShown) target.write('\r\u001b[2K')
      isShown = false
    },
  }
}
