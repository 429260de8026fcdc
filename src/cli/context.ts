import type { Command } from 'commander'
import type { ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'

/** What a verb's command gets: where to write, and how to say what the exit code is. */
export interface Context {
  readonly io: Io
  /** Called at most once; without a call the question was answered. */
  finish(code: ExitCode): void
}

/** Adds one verb to the program. */
export type AddVerb = (program: Command, context: Context) => void
