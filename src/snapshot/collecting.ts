import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAccountId, manifestName } from './layout.ts'
import { contentId, formatManifest, sha256Of } from './manifest.ts'
import { isRunning } from './write.ts'

/**
 * A snapshot that is being collected. It lies beside the finished ones, under a name that tells the process that works on it:
 *
 *     .collecting-<process>-<random>/
 *       state.json              what was asked for; makes it resumable
 *       finished/<account>.json the SHA-256 of the account's files: written after them, so what is there is whole
 *       snapshot/               becomes the snapshot
 *
 * Taking over an abandoned one is a rename, which only one process can win. Files are private (0600, directories 0700).
 */
export class CollectingSnapshot {
  readonly directory: string
  private readonly folder: string

  private constructor(folder: string, directory: string) {
    this.folder = folder
    this.directory = directory
  }

  static begin(folder: string, state: unknown): CollectingSnapshot {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(folder)) {
      if (name.startsWith(preparing) && !isWorkedOn(name)) rmSync(join(folder, name), { recursive: true, force: true })
    }
    const made = join(folder, `${preparing}${process.pid}-${randomBytes(6).toString('hex')}`)
    mkdirSync(join(made, 'snapshot', 'accounts'), { recursive: true, mode: 0o700 })
    mkdirSync(join(made, 'finished'), { mode: 0o700 })
    const file = join(made, 'state.json')
    writeSynced(file, JSON.stringify(state))
    const directory = made.replace(preparing, prefix)
    own.add(basename(directory))
    renameSync(made, directory)
    return new CollectingSnapshot(folder, directory)
  }

  /** The abandoned collection of a workspace that was begun last; undefined if there is none. */
  static resume(folder: string): { collecting: CollectingSnapshot; state: unknown } | undefined {
    if (!existsSync(folder)) return undefined
    const abandoned = readdirSync(folder).filter((name) => name.startsWith(prefix) && !isWorkedOn(name))
    const read = abandoned.flatMap((name) => {
      // It was given its name, and only this is left of it.
      if (!existsSync(join(folder, name, 'snapshot'))) rmSync(join(folder, name), { recursive: true, force: true })
      const state = readJson(join(folder, name, 'state.json'))
      return state === undefined ? [] : [{ name, state, begun: String((state as { startedAt?: unknown }).startedAt) }]
    })
    for (const { name, state } of read.sort((left, right) => (left.begun < right.begun ? 1 : -1))) {
      const directory = join(folder, name.replace(/^(\.collecting-)\d+/, `$1${process.pid}`))
      own.add(basename(directory))
      try {
        renameSync(join(folder, name), directory)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
        throw error
      }
      return { collecting: new CollectingSnapshot(folder, directory), state }
    }
    return undefined
  }

  /** Whether a collection was begun here and left. */
  static hasAbandoned(folder: string): boolean {
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(prefix) && !isWorkedOn(name))
  }

  /** Hashes of the files of the accounts that are finished, by path. Files that are not as they were written are no longer finished. */
  finished(): ReadonlyMap<string, Finished> {
    const accounts = new Map<string, Finished>()
    for (const name of readdirSync(join(this.directory, 'finished'))) {
      const id = name.slice(0, -'.json'.length)
      const seal = isAccountId(id)
        ? (readJson(join(this.directory, 'finished', name)) as Finished | undefined)
        : undefined
      if (seal !== undefined && Object.entries(seal.files).every(([path, hash]) => this.hashOf(path) === hash)) {
        accounts.set(id, seal)
      }
    }
    return accounts
  }

  /** Writes an account's files under a temporary name, then gives them their own: all of them or none. */
  account(id: string): AccountWriter {
    return new AccountWriter(join(this.directory, 'snapshot', 'accounts'), id, async (finished) => {
      await this.writeWhole(join('finished', `${id}.json`), JSON.stringify(finished))
    })
  }

  /** Writes a file of the top; one of that name is replaced. */
  async write(path: string, text: string): Promise<string> {
    await this.writeWhole(join('snapshot', path), text)
    return sha256Of(Buffer.from(text))
  }

  read(path: string): unknown {
    return readJson(join(this.directory, 'snapshot', path))
  }

  /** The manifest comes last, then the name: whatever has a name is whole. */
  async commit(files: ReadonlyMap<string, string>): Promise<{ id: string; directory: string }> {
    const id = contentId(files)
    await this.write(manifestName, formatManifest({ id, files, derived: new Set() }))
    const directory = join(this.folder, id)
    if (!existsSync(directory)) await rename(join(this.directory, 'snapshot'), directory)
    await rm(this.directory, { recursive: true, force: true })
    this.leave()
    return { id, directory }
  }

  /** It is worked on no longer: `resume` may take it. */
  leave(): void {
    own.delete(basename(this.directory))
  }

  private hashOf(path: string): string | undefined {
    try {
      return sha256Of(readFileSync(join(this.directory, 'snapshot', path)))
    } catch {
      return undefined
    }
  }

  private async writeWhole(path: string, text: string): Promise<void> {
    const target = join(this.directory, path)
    const temporary = `${target}.tmp`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  }
}

/** What is kept of a finished account beside its files. */
export interface Finished {
  /** SHA-256 by path inside the snapshot. */
  readonly files: Readonly<Record<string, string>>
  /** Regions that were asked. */
  readonly regions: readonly string[]
}

class AccountWriter {
  private readonly folder: string
  private readonly id: string
  private readonly seal: (finished: Finished) => Promise<void>
  private readonly temporary: string
  private readonly files: Record<string, string> = {}

  constructor(folder: string, id: string, seal: (finished: Finished) => Promise<void>) {
    this.folder = folder
    this.id = id
    this.seal = seal
    this.temporary = join(folder, `.${id}.tmp`)
    rmSync(this.temporary, { recursive: true, force: true })
    mkdirSync(this.temporary, { recursive: true, mode: 0o700 })
  }

  /** `path` is inside the account's folder. */
  async write(path: string, text: string): Promise<void> {
    const target = join(this.temporary, path)
    await mkdir(dirname(target), { recursive: true, mode: 0o700 })
    await writeFile(target, text, { mode: 0o600 })
    this.files[`accounts/${this.id}/${path}`] = sha256Of(Buffer.from(text))
  }

  async finish(regions: readonly string[]): Promise<Finished> {
    const target = join(this.folder, this.id)
    // One that was finished and then changed gives way.
    await rm(target, { recursive: true, force: true })
    await rename(this.temporary, target)
    const files = Object.fromEntries(Object.entries(this.files).sort(([left], [right]) => (left < right ? -1 : 1)))
    const finished = { files, regions }
    await this.seal(finished)
    return finished
  }
}

const preparing = '.preparing-'
const prefix = '.collecting-'

function writeSynced(path: string, text: string): void {
  const descriptor = openSync(path, 'wx', 0o600)
  try {
    writeSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** What this process works on. */
const own = new Set<string>()

/** Whether a process works on it. The number of this one may be that of an earlier process, but in what it began itself. */
function isWorkedOn(name: string): boolean {
  const id = Number.parseInt(name.replace(/^\D+/, ''), 10)
  return id === process.pid ? own.has(name) : isRunning(id)
}
