import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'

/** Where a command reads and writes. Tests hand in their own. */
export interface Io {
  readonly stdout: Sink
  readonly stderr: Sink
  readonly env: Readonly<Record<string, string | undefined>>
  /** Directory that relative paths start from. */
  readonly directory: string
  /** Milliseconds since 1970. */
  now(): number
  /** Lines of a file, `-` for standard input. */
  lines(file: string): AsyncIterable<string>
}

export interface Sink {
  readonly isTerminal: boolean
  /** Of a terminal. */
  readonly columns: number | undefined
  write(text: string): void
}

export const processIo: Io = {
  stdout: sinkOf(process.stdout),
  stderr: sinkOf(process.stderr),
  env: process.env,
  directory: process.cwd(),
  now: () => Date.now(),
  lines: linesOf,
}

/** The lines of a file, `-` for standard input. */
export async function* linesOf(file: string): AsyncGenerator<string> {
  if (file === '-') {
    yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
    return
  }
  const handle = await open(file)
  try {
    // Asked for first: a directory opens, and fails only when lines are read, which nobody would be told.
    if ((await handle.stat()).isDirectory()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' })
    yield* handle.readLines()
  } finally {
    await handle.close()
  }
}

/** Colour only on a terminal, and not where `NO_COLOR` is set (to anything but the empty text) or the terminal is dumb. */
export function wantsColour(sink: Sink, env: Io['env']): boolean {
  return sink.isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  return {
    get isTerminal() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined
    },
    write: (text) => void stream.write(text),
  }
}
