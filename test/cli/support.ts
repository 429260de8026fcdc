import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { type Io, linesOf } from '#src/cli/io.ts'
import { run } from '#src/cli/run.ts'

export interface Ran {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** A terminal of that many columns instead of a pipe. */
  readonly columns?: number
  readonly env?: Io['env']
  readonly directory?: string
  /** Lines on standard input. */
  readonly stdin?: readonly string[]
}

/** Runs one command line in this process, against the sources. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '' }
  const sink = (name: 'stdout' | 'stderr') => ({
    isTerminal: name === 'stdout' && options.columns !== undefined,
    columns: options.columns,
    write: (text: string) => {
      written[name] += text
    },
  })
  const exitCode = await run(args, {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env: { NO_COLOR: '1', ...options.env },
    directory: options.directory ?? process.cwd(),
    now: () => 0,
    async *lines(file) {
      if (file === '-') yield* options.stdin ?? []
      else yield* linesOf(file)
    },
  })
  return { exitCode, ...written }
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trustwalk-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** A directory for a whole file of tests. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trustwalk-test-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
