import type { OrganizationFacts } from '#src/model/facts.ts'
import type { Gap } from '#src/model/model.ts'
import { Coverage, type CoverageGap } from '#src/snapshot/coverage.ts'
import type { SnapshotFile } from '#src/snapshot/layout.ts'
import { type Metadata, readErrors, readMetadata } from '#src/snapshot/metadata.ts'
import { Recorded } from '#src/snapshot/recorded.ts'
import type { FoundFiles } from './find-files.ts'
import { messageOf, type ReadFile } from './read.ts'
import { readOrganization } from './services/organizations.ts'

/** What lies above the accounts of a snapshot, as read. */
export interface Top {
  readonly metadata: Metadata | undefined
  readonly organization: { readonly facts: OrganizationFacts; readonly path: string } | undefined
  /** An `organization.json` is there, but cannot be read. */
  readonly isOrganizationBroken: boolean
  readonly gaps: readonly Gap[]
}

/** Reads what lies above the accounts. A file that cannot be read becomes a line of the ledger. */
export function readTop({ metadata, organization, errors }: FoundFiles, read: ReadFile): Top {
  const gaps: Gap[] = []
  const unreadable = (service: string, operation: string, message: string) =>
    gaps.push({ account: undefined, region: undefined, service, operation, code: 'Unreadable', message })
  const open = (file: SnapshotFile | undefined, service: string): Recorded | undefined => {
    if (file === undefined) return undefined
    try {
      const document = read(file)
      const recorded = new Recorded(document, (place, reason) => {
        const operation = /^\w+/.exec(place)?.[0] ?? '*'
        unreadable(service, operation, `${file.path}: ${place === '' ? '' : `${place}: `}${reason}`)
      })
      if (recorded.isObject) return recorded
      recorded.complain('an object')
    } catch (error) {
      unreadable(service, '*', messageOf(error))
    }
    return undefined
  }
  const recordedMetadata = open(metadata, 'snapshot')
  const readData = recordedMetadata && readMetadata(recordedMetadata, metadata!.path)
  const recordedErrors = open(errors, 'snapshot')
  const refused: CoverageGap[] = recordedErrors === undefined ? [] : readErrors(recordedErrors, undefined)
  gaps.push(...refused)
  const recorded = open(organization, 'organizations')
  const place = { account: undefined, region: undefined, service: 'organizations' }
  const coverage = new Coverage(place, refused, readData?.collected)
  return {
    metadata: readData,
    organization: recorded && { facts: readOrganization(recorded, coverage), path: organization!.path },
    isOrganizationBroken: organization !== undefined && recorded === undefined,
    gaps,
  }
}
