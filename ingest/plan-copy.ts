import { accountFiles, detailsName, type SnapshotFile } from '#src/snapshot/layout.ts'
import type { FoundFiles } from './find-files.ts'

/** One file of a snapshot in the normalized layout, and the files that it is made of. */
export interface PlannedFile {
  /** Inside the snapshot. */
  readonly path: string
  /** Several only for the pages of an account's authorization details. */
  readonly sources: readonly SnapshotFile[]
}

/** What an import writes, whatever the layout of its input. */
export function planCopy(found: FoundFiles): PlannedFile[] {
  const planned: PlannedFile[] = []
  for (const [name, file] of [
    ['metadata', found.metadata],
    ['organization', found.organization],
    ['errors', found.errors],
  ] as const) {
    if (file !== undefined) planned.push({ path: `${name}${extensionOf(file)}`, sources: [file] })
  }
  for (const id of found.accountIds) {
    const files = found.filesOf(id)
    const [first, second] = files.details
    if (first !== undefined) {
      const path = `accounts/${id}/${detailsName}${second === undefined && isCompressed(first) ? '.gz' : ''}`
      planned.push({ path, sources: files.details })
    }
    for (const file of accountFiles(files)) {
      if (!files.details.includes(file)) planned.push({ path: file.path, sources: [file] })
    }
  }
  return planned
}

const isCompressed = ({ location }: SnapshotFile): boolean => location.endsWith('.gz')

const extensionOf = (file: SnapshotFile): string => (isCompressed(file) ? '.json.gz' : '.json')
