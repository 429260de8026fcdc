import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../organization/plan.ts'
import { writeOrganization } from '../organization/write.ts'
import { runMeasured, type Usage } from './process.ts'

export interface Size {
  readonly accounts: number
  readonly roles: number
}

export interface RunSettings extends Omit<Settings, 'accounts' | 'roles'> {
  /** A process that takes longer is ended, and its figures are missing. */
  readonly mostSeconds: number
}

/** Seconds and bytes. */
export interface Measured {
  readonly size: string
  readonly inputBytes: number
  readonly files: number
  readonly bareParse: { readonly wall: number; readonly cpu: number }
  readonly import?: { readonly wall: number; readonly cpu: number; readonly peakBytes: number }
  /** Of import to bare parse. */
  readonly ratio?: { readonly wall: number; readonly cpu: number }
  /** Peak memory to twice the input and 200 MB: 1 is the aim. */
  readonly memory?: number
  readonly principals?: number
  readonly nodes?: number
  readonly hops?: number
  readonly loadGraph?: number
  readonly blastRadius?: { readonly median: number; readonly worst: number }
  readonly path?: { readonly median: number; readonly worst: number }
}

const bench = new URL('../', import.meta.url).pathname
const cache = new URL('../../.cache/bench/', import.meta.url).pathname
const program = new URL('../../dist/src/cli/main.js', import.meta.url).pathname

/** One size: the yardstick and an import into an empty workspace in turn, then the stored graph is asked. */
export function measureSize(size: Size, { mostSeconds, ...settings }: RunSettings): Measured {
  const directory = organizationOf({ ...size, ...settings })
  const workspace = mkdtempSync(join(tmpdir(), 'bench-workspace-'))
  try {
    // Small ones take longer to start than to run: the best of three tells more.
    const rounds = size.accounts >= 1000 ? 1 : 3
    const bare: Usage[] = []
    const imports: Usage[] = []
    for (let round = 0; round < rounds; round++) {
      const parsed = runMeasured(join(bench, 'bare-parse.mjs'), [directory], mostSeconds)
      if (parsed === undefined) throw new Error('reading and parsing alone failed')
      bare.push(parsed)
      rmSync(workspace, { recursive: true, force: true })
      const imported = runMeasured(program, ['import', '--quiet', '--format', 'json', directory], mostSeconds, {
        TRUSTWALK_HOME: workspace,
      })
      if (imported === undefined) break
      imports.push(imported)
    }
    const bareParse = { wall: least(bare, 'wall'), cpu: least(bare, 'cpu') }
    const { bytes, files } = JSON.parse(bare[0]!.stdout) as { bytes: number; files: number }
    const head = {
      size: `${size.accounts}x${size.roles}`,
      ...stress(settings),
      inputBytes: bytes,
      files,
      bareParse: rounded(bareParse),
    }
    if (imports.length === 0) return head
    const used = { wall: least(imports, 'wall'), cpu: least(imports, 'cpu'), peakBytes: least(imports, 'peakBytes') }
    const answer = JSON.parse(imports[0]!.stdout) as { users: number; roles: number; nodes: number; hops: number }
    return {
      ...head,
      import: { ...rounded(used), peakBytes: used.peakBytes },
      ratio: rounded({ wall: used.wall / bareParse.wall, cpu: used.cpu / bareParse.cpu }),
      memory: round(used.peakBytes / (2 * bytes + 200e6)),
      principals: answer.users + answer.roles,
      nodes: answer.nodes,
      hops: answer.hops,
      ...askStored(workspace, directory, mostSeconds),
    }
  } finally {
    rmSync(workspace, { recursive: true, force: true })
  }
}

function askStored(workspace: string, directory: string, mostSeconds: number): Partial<Measured> {
  const asked = runMeasured(join(bench, 'ask.mjs'), [workspace, join(directory, 'expected.json')], mostSeconds)
  if (asked === undefined) return {}
  const seconds = JSON.parse(asked.stdout) as { load: number; blastRadius: number[]; path: number[] }
  return {
    loadGraph: round(seconds.load),
    ...(seconds.blastRadius.length > 0 && { blastRadius: spread(seconds.blastRadius) }),
    path: spread(seconds.path),
  }
}

/** Generated once for each size, seed and state of the generator. */
function organizationOf(settings: Settings): string {
  const { accounts, roles, seed, openRoles, openBy } = settings
  const open = openRoles === 0 ? '' : `-open${openRoles}-${openBy}`
  const directory = join(cache, `${accounts}x${roles}-seed${seed}${open}-${generatorHash()}`)
  if (existsSync(directory)) return directory
  process.stderr.write(`generating ${accounts}x${roles}\n`)
  const unfinished = `${directory}.tmp`
  rmSync(unfinished, { recursive: true, force: true })
  writeOrganization(unfinished, settings)
  renameSync(unfinished, directory)
  return directory
}

function generatorHash(): string {
  const hash = createHash('sha256')
  const folder = join(bench, 'organization')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  for (const name of names.sort()) hash.update(readFileSync(join(folder, name)))
  return hash.digest('hex').slice(0, 8)
}

const stress = ({ openRoles, openBy }: Pick<Settings, 'openRoles' | 'openBy'>) =>
  openRoles === 0 ? {} : { openRoles, openBy }

const least = (usages: readonly Usage[], what: 'wall' | 'cpu' | 'peakBytes') =>
  Math.min(...usages.map((usage) => usage[what]))

function spread(seconds: readonly number[]) {
  const sorted = [...seconds].sort((left, right) => left - right)
  return { median: round(sorted[Math.floor(sorted.length / 2)]!), worst: round(sorted.at(-1)!) }
}

const round = (value: number) => Math.round(value * 10_000) / 10_000

const rounded = <Values extends Record<string, number>>(values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round(value)])) as Values
