import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Gap, Model } from '#src/model/model.ts'
import { accountFiles, detailsName, schemaVersion, topFiles } from '#src/snapshot/layout.ts'
import { type Manifest, readManifest, verifyAllPresent, verifyHash } from '#src/snapshot/manifest.ts'
import { readBytes, readDocument } from '#src/snapshot/read-document.ts'
import { snapshotsFolder } from '#src/snapshot/workspace-layout.ts'
import { SnapshotWriter } from '#src/snapshot/write.ts'
import { type FoundFiles, findFiles } from './find-files.ts'
import { joinPages } from './gaad.ts'
import { dateOf, type LoadOptions, readModel } from './load-model.ts'
import { type PlannedFile, planCopy } from './plan-copy.ts'
import { detailsOperation, messageOf } from './read.ts'

export interface ImportedSnapshot {
  /** Short content id: the same bytes give the same. */
  readonly id: string
  readonly directory: string
  /** False if the workspace had it already. */
  readonly isNew: boolean
  readonly files: number
  readonly bytes: number
  /** What the snapshot says; what could not be read is in its gaps. */
  readonly model: Model
}

export interface ImportOptions extends Pick<LoadOptions, 'interest'> {
  /** Told what is being done: `copying` files, then `reading` accounts. */
  readonly progress?: (step: 'copying' | 'reading', done: number, of: number) => void
}

/**
 * Copies a snapshot into a workspace, in the normalized layout: an interchange directory, or files and folders of
 * authorization details. Throws an `InputError` where nothing can be read, or where a manifest of the input does not fit
 * its files; nothing is left in the workspace then.
 */
export async function importSnapshot(
  paths: readonly string[],
  workspace: string,
  { interest, progress }: ImportOptions = {},
): Promise<ImportedSnapshot> {
  const found = findFiles(paths)
  const writer = new SnapshotWriter(snapshotsFolder(workspace))
  try {
    const bytes = await copyAll(found, writer, (done, of) => progress?.('copying', done, of))
    const read = (done: number, of: number) => progress?.('reading', done, of)
    const model = await readModel(found, { ...(interest && { interest }), progress: read, id: writer.id })
    const { directory, isNew } = await writer.commit()
    return { id: writer.id, directory, isNew, ...bytes, model }
  } catch (error) {
    writer.abandon()
    if (!(error instanceof InputError)) throw error
    throw error.within(`cannot import ${paths.map((path) => quote(path)).join(', ')}`)
  }
}

/** Files that are copied at a time: the thread pool writes and hashes while the next ones are read. */
const atOnce = 8

async function copyAll(
  found: FoundFiles,
  writer: SnapshotWriter,
  progress: (done: number, of: number) => void,
): Promise<{ files: number; bytes: number }> {
  const manifest = found.manifest && readManifest(found.manifest)
  if (manifest !== undefined) {
    const files = found.accountIds.flatMap((id) => accountFiles(found.filesOf(id)))
    verifyAllPresent(manifest, [...topFiles(found), ...files])
  }
  const planned = planCopy(found)
  let bytes = 0
  let next = 0
  let done = 0
  const copyOn = async (): Promise<void> => {
    for (let file = planned[next++]; file !== undefined; file = planned[next++]) {
      const size = await copy(file, writer, manifest)
      bytes += size
      progress(++done, planned.length)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, copyOn))
  await addDerived(found, writer)
  return { files: planned.length, bytes }
}

/** Returns the number of bytes. */
async function copy(file: PlannedFile, writer: SnapshotWriter, manifest: Manifest | undefined): Promise<number> {
  const { path, sources } = file
  const [only, second] = sources
  if (only === undefined || second !== undefined) return joinAndWrite(file, writer)
  const bytes = readBytes(only)
  const hash = await writer.copy(path, only.location, bytes)
  if (manifest !== undefined && only.path === path) verifyHash(path, hash, manifest)
  return bytes.length
}

/** A page that cannot be read would be lost in the joined document: the ledger keeps it. */
async function joinAndWrite({ path, sources }: PlannedFile, writer: SnapshotWriter): Promise<number> {
  const pages: unknown[] = []
  const errors: object[] = []
  for (const file of sources) {
    try {
      pages.push(readDocument(file))
    } catch (error) {
      errors.push({ service: 'iam', operation: detailsOperation, code: 'Unreadable', message: messageOf(error) })
    }
  }
  const text = JSON.stringify(joinPages(pages))
  await writer.write(path, text)
  if (errors.length > 0)
    await writer.write(path.replace(detailsName, 'errors.json'), JSON.stringify({ Errors: errors }))
  return text.length
}

/** What the input does not say in files, and would be lost: when it was captured, and what of it could not be read. */
async function addDerived(found: FoundFiles, writer: SnapshotWriter): Promise<void> {
  if (found.metadata === undefined) {
    await writer.write('metadata.json', JSON.stringify({ schemaVersion, capturedAt: dateOf(found) }), true)
  }
  if (found.errors === undefined && found.gaps.length > 0) {
    const errors = found.gaps.map(({ service, operation, code, message }: Gap) => ({
      service,
      operation,
      code,
      message,
    }))
    await writer.write('errors.json', JSON.stringify({ Errors: errors }), true)
  }
}
