import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What one process, with its children, used. */
export interface Usage {
  /** Seconds. */
  readonly wall: number
  readonly cpu: number
  /** Largest resident size of any of the processes. */
  readonly peakBytes: number
  readonly stdout: string
}

const measure = pathToFileURL(new URL('../measure.mjs', import.meta.url).pathname).href

/** Runs a script of Node's to its end; undefined if it failed or took longer. */
export function runMeasured(
  script: string,
  args: readonly string[],
  mostSeconds: number,
  environment: Readonly<Record<string, string>> = {},
): Usage | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const usageFile = join(folder, 'usage')
  try {
    const started = performance.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      timeout: mostSeconds * 1000,
      // By the environment, so that processes which it starts are measured as well.
      env: {
        ...plainEnvironment(),
        ...environment,
        NODE_OPTIONS: `--import=${measure}`,
        TRUSTWALK_BENCH_USAGE: usageFile,
      },
    })
    const wall = (performance.now() - started) / 1000
    if (status !== 0 || !existsSync(usageFile)) {
      process.stderr.write(
        `${script}: ${status === null ? 'took too long' : `exit code ${status}`}\n${stderr.slice(-2000)}\n`,
      )
      return undefined
    }
    const used = readFileSync(usageFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { cpu: number; peakBytes: number })
    return {
      wall,
      cpu: used.reduce((total, { cpu }) => total + cpu, 0),
      peakBytes: Math.max(...used.map(({ peakBytes }) => peakBytes)),
      stdout,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What npm and tsx put there belongs to this process. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...rest } = process.env
  return rest
}
