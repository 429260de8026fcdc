import { createHash } from 'node:crypto'
import { InputError } from '#src/lib/errors.ts'
import { manifestName, type SnapshotFile, schemaVersion } from './layout.ts'
import { readDocument } from './read-document.ts'
import { Recorded } from './recorded.ts'

/** `manifest.json`: the SHA-256 of every other file of a snapshot, so that a changed one is noticed. */
export interface Manifest {
  /** Short content id; undefined in a manifest of another program. */
  readonly id: string | undefined
  /** Hexadecimal SHA-256 by path. */
  readonly files: ReadonlyMap<string, string>
  /** Files that an import added, and that have no part in the id. */
  readonly derived: ReadonlySet<string>
}

/** The files are not those that the manifest was written for: the whole snapshot is refused, not just a part of it. */
export class ChangedSnapshotError extends InputError {
  constructor(reason: string, where: string) {
    super(reason, { where, help: 'the snapshot was changed after it was written: import or collect it again' })
  }
}

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** Twelve digits that the same bytes under the same names always give. */
export function contentId(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const [path, sha256] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(`${path}\0${sha256}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

export function formatManifest({ id, files, derived }: Manifest): string {
  const sorted = [...files].sort(([left], [right]) => (left < right ? -1 : 1))
  const manifest = { schemaVersion, id, derived: [...derived].sort(), files: Object.fromEntries(sorted) }
  return `${JSON.stringify(manifest, null, 1)}\n`
}

/** Refuses a manifest whose files are not those that its id was made of. */
export function verifyId(manifest: Manifest, id: string): void {
  const own = new Map([...manifest.files].filter(([path]) => !manifest.derived.has(path)))
  if (contentId(own) !== id) throw new ChangedSnapshotError(`it lists other files than those of ${id}`, manifestName)
}

/** Throws an `InputError` for a manifest that cannot be read: nobody can say then that the snapshot is whole. */
export function readManifest(file: SnapshotFile): Manifest {
  const recorded = new Recorded(readDocument(file), (place, reason) => {
    throw new ChangedSnapshotError(reason, `${file.path}: ${place}`)
  })
  const files = new Map<string, string>()
  // A collector may write a map, or a list of entries.
  const list = recorded.get('files')
  const entries = Array.isArray(list.raw)
    ? list.items().map((entry) => [entry.get('path').requiredText()!, entry.get('sha256')] as const)
    : list
        .entries()
        .map(([path, entry]) => [path, typeof entry.raw === 'string' ? entry : entry.get('sha256')] as const)
  for (const [path, sha256] of entries) files.set(path, sha256.requiredText()!.toLowerCase())
  const derived = recorded.get('derived').items()
  return { id: recorded.get('id').text(), files, derived: new Set(derived.flatMap((path) => path.text() ?? [])) }
}

/** Refuses bytes that are not those of the manifest. */
export function verifyBytes({ path }: SnapshotFile, bytes: Buffer, manifest: Manifest): void {
  verifyHash(path, sha256Of(bytes), manifest)
}

export function verifyHash(path: string, sha256: string, manifest: Manifest): void {
  const expected = manifest.files.get(path)
  if (expected === undefined) throw new ChangedSnapshotError(`is not in ${manifestName}`, path)
  if (sha256 !== expected) throw new ChangedSnapshotError(`its checksum is not the one in ${manifestName}`, path)
}

/** Refuses a snapshot that lacks a file of its manifest: of one folder, given with a slash at its end, or of the top. */
export function verifyPresence(manifest: Manifest, present: Iterable<SnapshotFile>, folder = ''): void {
  const missing = new Set(pathsIn(manifest).get(folder))
  for (const { path } of present) missing.delete(path)
  for (const path of missing) throw new ChangedSnapshotError(`${manifestName} lists it, and it is not there`, path)
}

/** The same of the whole snapshot. */
export function verifyAllPresent(manifest: Manifest, present: Iterable<SnapshotFile>): void {
  const paths = new Set([...present].map(({ path }) => path))
  for (const path of manifest.files.keys()) {
    if (!paths.has(path)) throw new ChangedSnapshotError(`${manifestName} lists it, and it is not there`, path)
  }
}

const pathsByFolder = new WeakMap<Manifest, ReadonlyMap<string, readonly string[]>>()

/** Paths by the account's folder that they lie in; those of the top under the empty text. */
function pathsIn(manifest: Manifest): ReadonlyMap<string, readonly string[]> {
  const known = pathsByFolder.get(manifest)
  if (known !== undefined) return known
  const folders = new Map<string, string[]>()
  for (const path of manifest.files.keys()) {
    const folder = /^accounts\/\d{12}\//.exec(path)?.[0] ?? ''
    const paths = folders.get(folder)
    if (paths === undefined) folders.set(folder, [path])
    else paths.push(path)
  }
  pathsByFolder.set(manifest, folders)
  return folders
}
