import { escapeText } from './escape.ts'

/** Whose mistake: the command line's (exit code 2), that of files that cannot be read (exit code 3), or AWS's refusal (exit code 4). */
export type InputErrorKind = 'usage' | 'unreadable' | 'incomplete'

/**
 * A mistake of the reader, or of a file: not a bug. The message is one sentence, lower case, no full stop: where, then
 * what was expected and what was found; words of the reader quoted with `quote`.
 */
export class InputError extends Error {
  override readonly name = 'InputError'
  readonly kind: InputErrorKind
  /** From the outermost place to the innermost: a snapshot, a file, a place in it. */
  readonly where: readonly string[]
  /** What is wrong there. */
  readonly reason: string
  /** What to do next. */
  readonly help: string | undefined

  constructor(
    reason: string,
    options: {
      readonly where?: string | readonly string[]
      readonly help?: string
      readonly kind?: InputErrorKind
      readonly cause?: unknown
    } = {},
  ) {
    const where = typeof options.where === 'string' ? [options.where] : (options.where ?? [])
    super([...where, reason].join(': '), options.cause === undefined ? {} : { cause: options.cause })
    this.kind = options.kind ?? 'unreadable'
    this.where = where
    this.reason = reason
    this.help = options.help
  }

  /** The same error, seen from further outside: `error.within('cannot read snapshot `acme`')`. */
  within(place: string): InputError {
    return new InputError(this.reason, {
      where: [place, ...this.where],
      kind: this.kind,
      ...(this.help === undefined ? {} : { help: this.help }),
      cause: this.cause,
    })
  }
}

/** A mistake on the command line or in a question: exit code 2. */
export function usageError(reason: string, help?: string): InputError {
  return new InputError(reason, { kind: 'usage', ...(help === undefined ? {} : { help }) })
}

/** The message of an error or of anything else that was thrown, safe to show. */
export function messageOf(error: unknown): string {
  return escapeText(error instanceof Error ? error.message : String(error))
}

/** `error: …` and, on a line of its own, `  help: …`; no stack. Ends without a newline. */
export function renderError(error: InputError): string {
  const help = error.help === undefined ? '' : `\n  help: ${escapeText(error.help)}`
  return `error: ${messageOf(error)}${help}`
}
