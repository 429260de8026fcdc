import type { Answer } from '#src/answers/answer.ts'
import { createProgress, type Progress } from '#src/lib/progress.ts'
import { formats } from '#src/report/index.ts'
import { type Io, wantsColour } from './io.ts'

/** The narrowest terminal that text is laid out for. */
const narrowest = 80

export interface OutputOptions {
  readonly format: keyof typeof formats
  readonly arn?: boolean
  readonly all?: boolean
}

/** Writes an answer to stdout, in the format and for the terminal of the reader. */
export function writeAnswer(answer: Answer, { format, arn = false, all = false }: OutputOptions, io: Io): void {
  const { stdout, env } = io
  const parts = formats[format](answer, {
    width: stdout.isTerminal ? Math.max(narrowest, stdout.columns ?? narrowest) : undefined,
    colour: wantsColour(stdout, env),
    wholeArns: arn,
    all,
  })
  for (const part of parts) stdout.write(part)
}

/** A message on stderr, which `--quiet` keeps away. */
export function writeMessage(text: string, { quiet = false }: { readonly quiet?: boolean }, io: Io): void {
  if (!quiet) io.stderr.write(`${text}\n`)
}

/** A line on stderr for long work; none where `--quiet` keeps messages away. */
export function progressOn({ stderr, now }: Io, { quiet = false }: { readonly quiet?: boolean }): Progress {
  return createProgress({ isTerminal: stderr.isTerminal, write: (text) => !quiet && stderr.write(text), now })
}
