import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Io } from './io.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'expected a file, got a directory',
  ENOTDIR: 'expected a directory, got a file',
  ENOSPC: 'no space is left on the device',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
}

/** What the operating system said about a file, in our words; anything else is handed on as it is. */
export function fileError(error: unknown, file: string): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code
  if (typeof code !== 'string' || !Object.hasOwn(reasons, code)) return error
  return new InputError(reasons[code]!, { where: `cannot read ${quote(file)}`, cause: error })
}

/**
 * One JSON value a line of a file, `-` for standard input; empty lines are none. A line that is not JSON stands for itself as
 * text: its answer then says what was expected.
 */
export async function readJsonLines(file: string, io: Io): Promise<readonly unknown[]> {
  const values: unknown[] = []
  try {
    for await (const line of io.lines(file)) if (line.trim() !== '') values.push(parsed(line))
  } catch (error) {
    throw fileError(error, file)
  }
  return values
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line.replace(/^\ufeff/, ''))
  } catch {
    return line
  }
}
