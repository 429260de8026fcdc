/** What the program's exit code says (design: command line). */
export const exitCodes = {
  answered: 0,
  /** Answered, and `--fail-on` found something. */
  found: 1,
  /** A mistake on the command line. */
  usage: 2,
  /** The input could not be read, or is not a snapshot. */
  unreadable: 3,
  /** AWS refused a collection, or left it incomplete beyond `--allow-gaps`. */
  incomplete: 4,
  bug: 70,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
