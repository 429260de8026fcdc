import { randomBytes, webcrypto } from 'node:crypto'
import { constants, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, copyFile, open, rename, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { manifestName } from './layout.ts'
import { contentId, formatManifest, sha256Of } from './manifest.ts'

/**
 * Writes a snapshot under a temporary name; the manifest comes last, then the rename: whatever is there under its own name is
 * whole. Files are private (0600, directories 0700), since a snapshot tells how to attack the organization.
 */
export class SnapshotWriter {
  /** Where the files lie until `commit`. */
  readonly directory: string
  private readonly folder: string
  private readonly hashes = new Map<string, string>()
  private readonly derived = new Map<string, string>()
  private readonly made = new Set<string>()

  /** `folder` holds the snapshots of a workspace. */
  constructor(folder: string) {
    this.folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    removeAbandoned(folder)
    this.directory = join(folder, `${temporary}${process.pid}-${randomBytes(6).toString('hex')}`)
    mkdirSync(this.directory, { mode: 0o700 })
  }

  /** Adds a file with the bytes of another, sharing its blocks where the file system can. Returns the SHA-256. */
  async copy(path: string, source: string, bytes: Buffer): Promise<string> {
    const hash = bytes.length < large ? this.copySmall(path, bytes) : await this.copyLarge(path, source, bytes)
    this.hashes.set(path, hash)
    return hash
  }

  /** At once: going through the thread pool costs more than the work. */
  private copySmall(path: string, bytes: Buffer): string {
    writeFileSync(this.targetOf(path), bytes, { mode: 0o600, flag: 'wx' })
    return sha256Of(bytes)
  }

  /** Copied and hashed by the thread pool, while the next file is read. */
  private async copyLarge(path: string, source: string, bytes: Buffer): Promise<string> {
    const target = this.targetOf(path)
    const copied = copyFile(source, target, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
    const [digest] = await Promise.all([webcrypto.subtle.digest('SHA-256', bytes), copied])
    await chmod(target, 0o600)
    return Buffer.from(digest).toString('hex')
  }

  /** Of the files added so far, but for derived ones. */
  get id(): string {
    return contentId(this.hashes)
  }

  /** Adds a file that the input does not hold. `isDerived`: it says nothing new, and has no part in the id. */
  async write(path: string, text: string, isDerived = false): Promise<void> {
    const bytes = Buffer.from(text)
    await writeFile(this.targetOf(path), bytes, { mode: 0o600, flag: 'wx' })
    const hashes = isDerived ? this.derived : this.hashes
    hashes.set(path, sha256Of(bytes))
  }

  /** Gives the snapshot its name. The same bytes have the same name: if it is there already, it stays as it is. */
  async commit(): Promise<{ directory: string; isNew: boolean }> {
    const { id } = this
    const derived = new Set(this.derived.keys())
    const manifest = { id, files: new Map([...this.hashes, ...this.derived]), derived }
    const file = await open(this.targetOf(manifestName), 'wx', 0o600)
    try {
      await file.writeFile(formatManifest(manifest))
      await file.sync()
    } finally {
      await file.close()
    }
    const directory = join(this.folder, id)
    const isNew = await rename(this.directory, directory).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
        return false
      },
    )
    if (!isNew) {
      this.abandon()
      // What is imported again is the latest again.
      const now = new Date()
      await utimes(directory, now, now)
    }
    return { directory, isNew }
  }

  abandon(): void {
    rmSync(this.directory, { recursive: true, force: true })
  }

  private targetOf(path: string): string {
    const target = join(this.directory, path)
    const folder = dirname(target)
    if (!this.made.has(folder)) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      this.made.add(folder)
    }
    return target
  }
}

const large = 256 * 1024
const temporary = '.writing-'

/** What a killed process left behind. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    const process = name.startsWith(temporary) ? Number.parseInt(name.slice(temporary.length), 10) : Number.NaN
    if (!Number.isNaN(process) && !isRunning(process)) rmSync(join(folder, name), { recursive: true, force: true })
  }
}

export function isRunning(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
