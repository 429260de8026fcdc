import { existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { InputError, usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { accountFiles, findAccountFiles, findSnapshotFiles, manifestName, topFiles } from '#src/snapshot/layout.ts'
import { ChangedSnapshotError, readManifest, verifyAllPresent, verifyBytes, verifyId } from '#src/snapshot/manifest.ts'
import { readMetadata } from '#src/snapshot/metadata.ts'
import { readBytes, readDocument } from '#src/snapshot/read-document.ts'
import { Recorded } from '#src/snapshot/recorded.ts'
import { graphFileOf, snapshotsFolder } from '#src/snapshot/workspace-layout.ts'

/** The workspace of this process: `$TRUSTWALK_HOME`, or `.trustwalk` in the working directory. */
export function workspaceOf(
  environment: Readonly<Record<string, string | undefined>>,
  workingDirectory: string,
): string {
  const home = environment.TRUSTWALK_HOME
  return home === undefined || home === '' ? resolve(workingDirectory, '.trustwalk') : resolve(workingDirectory, home)
}

/** A snapshot in a workspace. */
export interface StoredSnapshot {
  readonly id: string
  readonly directory: string
  /** ISO 8601; undefined if its metadata does not say, or cannot be read. */
  readonly capturedAt: string | undefined
  /** Milliseconds since 1970. */
  readonly importedAt: number
  readonly accounts: number
  readonly files: number
  readonly organizationId: string | undefined
}

/** The snapshots of a workspace, the one that was imported last first. What has no manifest was never finished. */
export function listSnapshots(workspace: string): StoredSnapshot[] {
  const folder = snapshotsFolder(workspace)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && existsSync(join(folder, name, manifestName)))
    .map((id) => describe(id, join(folder, id)))
    .sort((left, right) => right.importedAt - left.importedAt || (left.id < right.id ? -1 : 1))
}

function describe(id: string, directory: string): StoredSnapshot {
  const found = findSnapshotFiles(directory)
  const metadata = orNothing(
    () => found.metadata && readMetadata(new Recorded(readDocument(found.metadata), () => {}), found.metadata.path),
  )
  return {
    id,
    directory,
    capturedAt: metadata?.capturedAt,
    importedAt: statSync(directory).mtimeMs,
    accounts: found.accountIds.length,
    files: orNothing(() => found.manifest && readManifest(found.manifest).files.size) ?? 0,
    organizationId: metadata?.organizationId,
  }
}

/** What cannot be read is left out of a list; whoever uses the snapshot is told. */
function orNothing<Value>(read: () => Value): Value | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof InputError) return undefined
    throw error
  }
}

/** A snapshot to ask: one of the workspace, or any directory or file that can be read as one. */
export interface ResolvedSnapshot {
  /** Undefined outside the workspace. */
  readonly id: string | undefined
  readonly directory: string
}

/**
 * Refuses a stored snapshot of which a file was changed or removed since its manifest was written. Only files whose inode
 * changed after that are read again; if they are what they were (the workspace was copied), the manifest is touched.
 */
function unchanged(snapshot: StoredSnapshot): StoredSnapshot {
  const { id, directory } = snapshot
  const file = { path: manifestName, location: join(directory, manifestName) }
  try {
    const manifest = readManifest(file)
    verifyId(manifest, id)
    const { ctimeMs } = statSync(file.location)
    let isTouched = false
    for (const path of manifest.files.keys()) {
      const part = { path, location: join(directory, path) }
      const stats = statSync(part.location, { throwIfNoEntry: false })
      if (stats === undefined) throw new ChangedSnapshotError(`${manifestName} lists it, and it is not there`, path)
      // The same tick counts: file systems tell times in steps of some milliseconds.
      if (stats.ctimeMs >= ctimeMs) {
        verifyBytes(part, readBytes(part), manifest)
        isTouched = true
      }
    }
    if (isTouched) touch(file.location)
    return snapshot
  } catch (error) {
    throw error instanceof InputError ? error.within(`cannot read snapshot ${quote(id)}`) : error
  }
}

function touch(location: string): void {
  try {
    utimesSync(location, new Date(), new Date())
  } catch {
    // The next question compares the files again.
  }
}

/**
 * By id, by the beginning of one, or by path; the one that was imported last by default. Throws a usage error for a
 * name that there is not, and refuses a stored snapshot that was changed.
 */
export function resolveSnapshot(workspace: string, idOrPath?: string): ResolvedSnapshot {
  const snapshots = listSnapshots(workspace)
  if (idOrPath === undefined) {
    const [latest] = snapshots
    if (latest !== undefined) return unchanged(latest)
    throw usageError(
      `there is no snapshot in the workspace ${quote(workspace)}`,
      'import one with trustwalk import PATH, or name a directory with --snapshot',
    )
  }
  const exact = snapshots.find(({ id }) => id === idOrPath)
  if (exact !== undefined) return unchanged(exact)
  if (existsSync(idOrPath)) {
    const directory = resolve(idOrPath)
    const stored = snapshots.find((snapshot) => resolve(snapshot.directory) === directory)
    return stored === undefined ? { id: undefined, directory } : unchanged(stored)
  }
  const begun = idOrPath === '' ? [] : snapshots.filter(({ id }) => id.startsWith(idOrPath))
  if (begun.length === 1) return unchanged(begun[0]!)
  const names = snapshots.slice(0, 10).map(({ id }) => id)
  throw usageError(
    `there is no snapshot ${quote(idOrPath)}, and no such path`,
    names.length === 0 ? 'import one with trustwalk import PATH' : `the workspace has ${names.join(', ')}`,
  )
}

/**
 * Compares every file of a snapshot with its manifest. Throws an `InputError` that names the first file that is not as it
 * was written, is missing, or was added. Returns the number of files.
 */
export function verifySnapshot(directory: string): number {
  const found = findSnapshotFiles(directory)
  if (found.manifest === undefined) {
    throw new InputError(`it has no ${manifestName}`, {
      where: `cannot verify ${quote(directory)}`,
      help: 'only what trustwalk imported or collected can be verified',
    })
  }
  try {
    const manifest = readManifest(found.manifest)
    const files = [
      ...topFiles(found),
      ...found.accountIds.flatMap((id) => accountFiles(findAccountFiles(directory, id))),
    ]
    if (manifest.id !== undefined) verifyId(manifest, manifest.id)
    verifyAllPresent(manifest, files)
    for (const file of files) verifyBytes(file, readBytes(file), manifest)
    return files.length
  } catch (error) {
    throw error instanceof InputError ? error.within(`cannot verify ${quote(directory)}`) : error
  }
}

/** Removes all but the snapshots that were imported last, with the graphs built from them. Returns what was removed. */
export function pruneSnapshots(workspace: string, keep: number): StoredSnapshot[] {
  const removed = listSnapshots(workspace).slice(Math.max(0, keep))
  for (const { id, directory } of removed) {
    rmSync(directory, { recursive: true, force: true })
    rmSync(graphFileOf(workspace, id), { force: true })
  }
  return removed
}
