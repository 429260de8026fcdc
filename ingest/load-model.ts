import { statSync } from 'node:fs'
import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { type Interest, ModelBuilder } from '#src/model/build-model.ts'
import type { OrganizationFacts } from '#src/model/facts.ts'
import type { Gap, Model, SnapshotInfo } from '#src/model/model.ts'
import { type OpenSnapshot, openSnapshot } from './open-snapshot.ts'
import { readAccount } from './read.ts'
import { services } from './services/index.ts'
import { organizationOperations } from './services/organizations.ts'

export interface LoadOptions {
  /** Read only these accounts; the others of the snapshot are there with `isLoaded: false`. */
  readonly accounts?: ReadonlySet<string>
  /** Whether a pattern of `Action` may match an action of interest: statements without one are left out. */
  readonly interest?: Interest
  /** Told how many accounts have been read. */
  readonly progress?: (done: number, of: number) => void
}

/**
 * Reads a snapshot into a model: an interchange directory, or a file or folder of `get-account-authorization-details`
 * documents. What is broken becomes a gap of the model. Throws an `InputError` where nothing can be read at all.
 */
export async function loadModel(directory: string, options: LoadOptions = {}): Promise<Model> {
  const snapshot = openSnapshot(directory)
  const info = infoOf(snapshot)
  const builder = new ModelBuilder(info, options.interest)
  builder.addGaps([...snapshot.gaps, ...notAskedFor(snapshot)])
  addOrganization(builder, snapshot, info)
  const wanted = snapshot.accountIds.filter((id) => options.accounts?.has(id) !== false)
  for (const id of snapshot.accountIds) if (options.accounts?.has(id) === false) builder.addUnread(id)
  let done = 0
  let isAnythingReadable = snapshot.organization !== undefined || wanted.length < snapshot.accountIds.length
  for (const id of wanted) {
    const { facts, isCollected, detailsPath } = readAccount(
      snapshot.filesOf(id),
      info.partition,
      snapshot.metadata?.collected,
    )
    builder.addAccount(id, facts, isCollected, detailsPath)
    isAnythingReadable ||= isCollected || facts.of('resource').length > 0
    options.progress?.(++done, wanted.length)
    // Lets timers and signals in: an account is some milliseconds of work.
    if (done % 16 === 0) await new Promise(setImmediate)
  }
  const model = builder.build()
  if (!isAnythingReadable) {
    throw new InputError(model.gaps.find(({ code }) => code === 'Unreadable')?.message ?? 'nothing in it can be read', {
      where: `cannot read snapshot ${quote(directory)}`,
    })
  }
  return model
}

function infoOf(snapshot: OpenSnapshot): SnapshotInfo {
  const { metadata, organization } = snapshot
  const organizationId = organization?.facts.id ?? metadata?.organizationId
  const managementAccountId = organization?.facts.managementAccountId ?? metadata?.managementAccountId
  return {
    id: '',
    capturedAt: metadata?.capturedAt ?? dateOf(snapshot),
    partition: metadata?.partition ?? 'aws',
    ...(organizationId !== undefined && { organizationId }),
    ...(managementAccountId !== undefined && { managementAccountId }),
  }
}

/** Documents without a date are taken to be as old as their newest file. */
function dateOf({ dated }: OpenSnapshot): string {
  const times = dated.map(({ location }) => statSync(location, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return new Date(Math.max(0, ...times)).toISOString()
}

function addOrganization(builder: ModelBuilder, snapshot: OpenSnapshot, info: SnapshotInfo): void {
  const { organization, isOrganizationBroken, accountIds } = snapshot
  const { organizationId: id = 'unknown', managementAccountId = '' } = info
  if (organization !== undefined)
    builder.addOrganization(organization.facts, id, managementAccountId, organization.path)
  // It is there and cannot be read: its accounts are its members, under policies of which nothing is known.
  else if (isOrganizationBroken && info.organizationId !== undefined) {
    builder.addOrganization(unreadableOrganization(accountIds), id, managementAccountId, 'organization.json')
  }
}

const unreadableOrganization = (accountIds: readonly string[]): OrganizationFacts => ({
  id: undefined,
  managementAccountId: undefined,
  units: [],
  accounts: accountIds.map((id) => ({ id, name: id, parent: undefined, tags: {} })),
  policies: [],
  hasScps: true,
  hasRcps: true,
  unlisted: ['scp', 'rcp'],
})

/** Calls that nobody made: what was not asked for is unknown. One line for a service of which nothing was asked. */
function notAskedFor({ metadata, organization }: OpenSnapshot): Gap[] {
  const collected = metadata?.collected?.operations
  const known = [
    ...services.map(({ name, operations }) => ({ name, operations })),
    // No organization at all is an answer of its own.
    ...(organization === undefined ? [] : [{ name: 'organizations', operations: organizationOperations }]),
  ]
  return known.flatMap(({ name, operations }) => {
    const asked = collected?.get(name)
    const missing = asked === undefined ? ['*'] : operations.filter((operation) => !asked.has(operation))
    return missing.map((operation) => ({
      account: undefined,
      region: undefined,
      service: name,
      operation,
      code: 'NotCollected',
    }))
  })
}
