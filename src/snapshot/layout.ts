import { type Dirent, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Where the parts of a snapshot lie on disk (schema version 1). Paths inside a snapshot are written with slashes. */

export const schemaVersion = '1'
export const detailsName = 'account-authorization-details.json'
export const manifestName = 'manifest.json'

export interface SnapshotFile {
  /** Inside the snapshot, as people are told it: `accounts/111122223333/iam.json`. */
  readonly path: string
  /** Where the bytes are. */
  readonly location: string
}

/** What one service answered in one account and region. */
export interface ServiceFile extends SnapshotFile {
  readonly service: string
  /** Undefined for services without one. */
  readonly region: string | undefined
}

export interface AccountFiles {
  readonly id: string
  /** Pages of the authorization details; none if they were not collected. */
  readonly details: readonly SnapshotFile[]
  /** `iam` among them. */
  readonly services: readonly ServiceFile[]
  readonly errors: SnapshotFile | undefined
  /** What lies there and is not read, with the reason. */
  readonly skipped: readonly SkippedFile[]
}

export interface SkippedFile {
  readonly path: string
  readonly reason: string
}

/** The parts of a directory that lie above the accounts. */
export interface SnapshotFiles {
  readonly directory: string
  readonly metadata: SnapshotFile | undefined
  readonly organization: SnapshotFile | undefined
  readonly errors: SnapshotFile | undefined
  readonly manifest: SnapshotFile | undefined
  /** Account ids that have a folder, in ascending order. */
  readonly accountIds: readonly string[]
}

const accountId = /^\d{12}$/
const region = /^[a-z]{2,}(-[a-z]+)+-\d+$/
const jsonFile = /^(.+)\.json(\.gz)?$/

export const isAccountId = (text: string): boolean => accountId.test(text)

/** Whether a directory has the layout of a snapshot, not just a heap of documents. */
export function isSnapshotDirectory(directory: string): boolean {
  const names = entriesOf(directory).map(({ name }) => name)
  if (names.some((name) => name === 'metadata.json' || name === 'metadata.json.gz')) return true
  return names.includes('accounts') && entriesOf(join(directory, 'accounts')).some(({ name }) => isAccountId(name))
}

export function findSnapshotFiles(directory: string): SnapshotFiles {
  const top = jsonFilesIn(directory, '')
  const accounts = entriesOf(join(directory, 'accounts')).filter(
    (entry) => entry.isDirectory() && isAccountId(entry.name),
  )
  return {
    directory,
    metadata: top.files.get('metadata'),
    organization: top.files.get('organization'),
    errors: top.files.get('errors'),
    manifest: top.files.get('manifest'),
    accountIds: accounts.map(({ name }) => name).sort(),
  }
}

export function findAccountFiles(directory: string, id: string): AccountFiles {
  const prefix = `accounts/${id}`
  const own = jsonFilesIn(directory, prefix)
  const services: ServiceFile[] = []
  const skipped = [...own.skipped]
  const details = own.files.get('account-authorization-details')
  for (const [service, file] of own.files) {
    if (service === 'errors' || service === 'account-authorization-details') continue
    services.push({ ...file, service, region: undefined })
  }
  for (const name of own.folders) {
    if (!region.test(name)) continue
    const inRegion = jsonFilesIn(directory, `${prefix}/${name}`)
    skipped.push(...inRegion.skipped)
    for (const [service, file] of inRegion.files) services.push({ ...file, service, region: name })
  }
  return { id, details: details === undefined ? [] : [details], services, errors: own.files.get('errors'), skipped }
}

/** The parts above the accounts, but for the manifest itself. */
export const topFiles = ({
  metadata,
  organization,
  errors,
}: Omit<SnapshotFiles, 'directory' | 'manifest'>): readonly SnapshotFile[] =>
  [metadata, organization, errors].filter((file) => file !== undefined)

/** Every file of an account that belongs to the snapshot. */
export const accountFiles = ({ details, services, errors }: AccountFiles): readonly SnapshotFile[] => [
  ...details,
  ...services,
  ...(errors === undefined ? [] : [errors]),
]

/** Every `.json` and `.json.gz` below a directory, in a fixed order; links are not followed. */
export function findDocuments(directory: string, prefix = ''): { files: SnapshotFile[]; skipped: SkippedFile[] } {
  const { files: found, folders, skipped } = jsonFilesIn(directory, prefix)
  const files = [...found.values()]
  for (const folder of folders) {
    const below = findDocuments(directory, prefix === '' ? folder : `${prefix}/${folder}`)
    files.push(...below.files)
    skipped.push(...below.skipped)
  }
  return { files, skipped }
}

interface Listing {
  /** By name without `.json`; a plain file comes before a compressed one of the same name. */
  readonly files: ReadonlyMap<string, SnapshotFile>
  readonly folders: readonly string[]
  readonly skipped: SkippedFile[]
}

function jsonFilesIn(directory: string, prefix: string): Listing {
  const files = new Map<string, SnapshotFile>()
  const folders: string[] = []
  const skipped: SkippedFile[] = []
  const here = join(directory, prefix)
  for (const entry of entriesOf(here)) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`
    if (entry.isDirectory()) folders.push(entry.name)
    const name = jsonFile.exec(entry.name)?.[1]
    if (name === undefined || entry.isDirectory()) continue
    // A link may lead out of the snapshot, a pipe may never end.
    if (!entry.isFile()) skipped.push({ path, reason: 'is not a regular file' })
    else if (files.has(name)) skipped.push({ path, reason: `a file of the same name lies beside it` })
    else files.set(name, { path, location: join(here, entry.name) })
  }
  return { files, folders, skipped }
}

function entriesOf(directory: string): Dirent[] {
  try {
    // `x.json` sorts before `x.json.gz`.
    return readdirSync(directory, { withFileTypes: true }).sort((left, right) => (left.name < right.name ? -1 : 1))
  } catch {
    return []
  }
}
