import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { OrganizationFacts } from '#src/model/facts.ts'
import type { Gap } from '#src/model/model.ts'
import { Coverage } from '#src/snapshot/coverage.ts'
import {
  type AccountFiles,
  findAccountFiles,
  findDocuments,
  findSnapshotFiles,
  isAccountId,
  isSnapshotDirectory,
  type SnapshotFile,
} from '#src/snapshot/layout.ts'
import { type Metadata, readErrors, readMetadata } from '#src/snapshot/metadata.ts'
import { readDocument } from '#src/snapshot/read-document.ts'
import { Recorded } from '#src/snapshot/recorded.ts'
import { accountOf, isDetails } from './gaad.ts'
import { isOrganization, readOrganization } from './services/organizations.ts'

/** What lies above the accounts of a snapshot, read; and where its accounts lie. */
export interface OpenSnapshot {
  readonly metadata: Metadata | undefined
  readonly organization: { readonly facts: OrganizationFacts; readonly path: string } | undefined
  /** An `organization.json` is there, but cannot be read. */
  readonly isOrganizationBroken: boolean
  readonly accountIds: readonly string[]
  filesOf(account: string): AccountFiles
  readonly gaps: readonly Gap[]
  /** Documents that date the snapshot where nothing else does. */
  readonly dated: readonly SnapshotFile[]
}

/** Where the files of a snapshot lie, whatever its layout. */
interface Found {
  readonly metadata: SnapshotFile | undefined
  readonly organization: SnapshotFile | undefined
  readonly errors: SnapshotFile | undefined
  readonly accountIds: readonly string[]
  filesOf(account: string): AccountFiles
  readonly gaps: readonly Gap[]
}

/** Opens an interchange directory, or a file or folder of authorization details. Throws an `InputError` if it is neither. */
export function openSnapshot(path: string): OpenSnapshot {
  const found = find(path)
  const gaps: Gap[] = [...found.gaps]
  const unreadable = (service: string, operation: string, message: string) =>
    gaps.push({ account: undefined, region: undefined, service, operation, code: 'Unreadable', message })
  const read = (file: SnapshotFile | undefined, service: string): Recorded | undefined => {
    if (file === undefined) return undefined
    try {
      const report = (place: string, reason: string) =>
        unreadable(
          service,
          /^\w+/.exec(place)?.[0] ?? '*',
          `${file.path}: ${place === '' ? '' : `${place}: `}${reason}`,
        )
      const document = readDocument(file)
      const recorded = new Recorded(document, report)
      recorded.entries()
      return typeof document === 'object' && !Array.isArray(document) && document !== null ? recorded : undefined
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      unreadable(service, '*', error.message)
      return undefined
    }
  }
  const recordedMetadata = read(found.metadata, 'snapshot')
  const metadata = recordedMetadata && readMetadata(recordedMetadata, found.metadata!.path)
  const recordedErrors = read(found.errors, 'snapshot')
  const errors = recordedErrors === undefined ? [] : readErrors(recordedErrors, undefined)
  gaps.push(...errors)
  const recorded = read(found.organization, 'organizations')
  const place = { account: undefined, region: undefined, service: 'organizations' }
  const coverage = new Coverage(place, errors, metadata?.collected)
  return {
    metadata,
    organization: recorded && { facts: readOrganization(recorded, coverage), path: found.organization!.path },
    isOrganizationBroken: found.organization !== undefined && recorded === undefined,
    accountIds: found.accountIds,
    filesOf: found.filesOf,
    gaps,
    dated: found.accountIds.slice(0, 1).flatMap((id) => found.filesOf(id).details),
  }
}

function find(path: string): Found {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new InputError('there is no such file or directory', { where: quote(path) })
  if (stats.isDirectory() && isSnapshotDirectory(path)) {
    return { ...findSnapshotFiles(path), filesOf: (account) => findAccountFiles(path, account), gaps: [] }
  }
  const { files, skipped } = stats.isDirectory()
    ? findDocuments(path)
    : { files: [{ path: basename(path), location: path }], skipped: [] }
  return findDetails(files, skipped, path)
}

/** Sorts documents of any name by what is in them. */
function findDetails(files: readonly SnapshotFile[], skipped: AccountFiles['skipped'], path: string): Found {
  const gaps: Gap[] = []
  const unreadable = (message: string, account?: string) =>
    gaps.push({
      account,
      region: undefined,
      service: 'iam',
      operation: 'GetAccountAuthorizationDetails',
      code: 'Unreadable',
      message,
    })
  for (const { path: name, reason } of skipped) unreadable(`${name}: ${reason}`)
  const pages = new Map<string, SnapshotFile[]>()
  let organization: SnapshotFile | undefined
  for (const file of files) {
    try {
      const document = readDocument(file)
      if (isDetails(document)) {
        // A page without a single entry names no account: its file or folder may.
        const account = accountOf(document) ?? accountInName(file.path)
        if (account === undefined) unreadable(`${file.path}: no ARN in it tells the account`)
        else pages.set(account, [...(pages.get(account) ?? []), file])
      } else if (isOrganization(document)) {
        if (organization === undefined) organization = file
        else unreadable(`${file.path}: a second organization beside ${organization.path}`)
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const account = accountInName(file.path)
      // Readers ignore documents that are none of theirs; what is broken may have been one of them.
      unreadable(error.message, account)
    }
  }
  if (pages.size === 0 && organization === undefined) {
    throw new InputError(gaps[0]?.message ?? 'no snapshot and no authorization details in it', {
      where: `cannot read ${quote(path)}`,
      help: 'expected accounts/<id>/…, or documents printed by `aws iam get-account-authorization-details`',
    })
  }
  return {
    metadata: undefined,
    organization,
    errors: undefined,
    accountIds: [...pages.keys()].sort(),
    filesOf: (id) => ({ id, details: pages.get(id) ?? [], services: [], errors: undefined, skipped: [] }),
    gaps,
  }
}

function accountInName(path: string): string | undefined {
  const names = [basename(path), basename(dirname(path))]
  return names.flatMap((name) => name.match(/\d+/g) ?? []).find(isAccountId)
}
