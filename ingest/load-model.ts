import { statSync } from 'node:fs'
import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { type Interest, ModelBuilder } from '#src/model/build-model.ts'
import type { OrganizationFacts } from '#src/model/facts.ts'
import type { Gap, Model, SnapshotInfo } from '#src/model/model.ts'
import { accountFiles, topFiles } from '#src/snapshot/layout.ts'
import {
  contentId,
  type Manifest,
  readManifest,
  sha256Of,
  verifyBytes,
  verifyPresence,
} from '#src/snapshot/manifest.ts'
import { parseDocument, readBytes, readDocument } from '#src/snapshot/read-document.ts'
import { type FoundFiles, findFiles } from './find-files.ts'
import { planCopy } from './plan-copy.ts'
import { type ReadFile, readAccount } from './read.ts'
import { readTop, type Top } from './read-top.ts'
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
 * documents. What is broken becomes a gap of the model. Throws an `InputError` where nothing can be read at all, and where
 * the bytes are not those of the snapshot's manifest.
 */
export async function loadModel(directory: string, options: LoadOptions = {}): Promise<Model> {
  try {
    return await readModel(findFiles([directory]), options)
  } catch (error) {
    throw error instanceof InputError ? error.within(`cannot read snapshot ${quote(directory)}`) : error
  }
}

/** The same, of files that are found already. `id`: the content id, if it is known. */
export async function readModel(
  found: FoundFiles,
  { accounts, interest, progress, id: knownId }: LoadOptions & { readonly id?: string },
): Promise<Model> {
  // Whoever knows the id has just written the manifest.
  const manifest = knownId === undefined && found.manifest ? readManifest(found.manifest) : undefined
  const read = manifest === undefined ? readDocument : verifiedBy(manifest)
  if (manifest !== undefined) verifyPresence(manifest, topFiles(found))
  const top = readTop(found, read)
  const info = infoOf(top, found, knownId ?? manifest?.id ?? idOf(found))
  const builder = new ModelBuilder(info, interest)
  builder.addGaps([...found.gaps, ...top.gaps, ...notAskedFor(top)])
  addOrganization(builder, top, found, info)
  const wanted = found.accountIds.filter((id) => accounts?.has(id) !== false)
  for (const id of found.accountIds) if (accounts?.has(id) === false) builder.addUnread(id)
  let done = 0
  let isAnythingReadable = top.organization !== undefined || wanted.length < found.accountIds.length
  for (const id of wanted) {
    const files = found.filesOf(id)
    if (manifest !== undefined) verifyPresence(manifest, accountFiles(files), `accounts/${id}/`)
    const { facts, isCollected, detailsPath } = readAccount(files, info.partition, top.metadata?.collected, read)
    builder.addAccount(id, facts, isCollected, detailsPath)
    isAnythingReadable ||= isCollected || facts.of('resource').length > 0
    progress?.(++done, wanted.length)
    // Lets timers and signals in: an account is some milliseconds of work.
    if (done % 16 === 0) await new Promise(setImmediate)
  }
  const model = builder.build()
  if (isAnythingReadable) return model
  throw new InputError(model.gaps.find(({ code }) => code === 'Unreadable')?.message ?? 'nothing in it can be read')
}

/** Reads a file only if its bytes are those of the manifest. */
const verifiedBy =
  (manifest: Manifest): ReadFile =>
  (file) => {
    const bytes = readBytes(file)
    verifyBytes(file, bytes, manifest)
    return parseDocument(file, bytes)
  }

/** The id that an import of the same files gives. */
function idOf(found: FoundFiles): string {
  const hashes = new Map<string, string>()
  for (const { path, sources } of planCopy(found)) {
    hashes.set(path, sources.map((file) => sha256Of(readBytes(file))).join())
  }
  return contentId(hashes)
}

function infoOf({ metadata, organization }: Top, found: FoundFiles, id: string): SnapshotInfo {
  const organizationId = organization?.facts.id ?? metadata?.organizationId
  const managementAccountId = organization?.facts.managementAccountId ?? metadata?.managementAccountId
  return {
    id,
    capturedAt: metadata?.capturedAt ?? dateOf(found),
    partition: metadata?.partition ?? 'aws',
    ...(organizationId !== undefined && { organizationId }),
    ...(managementAccountId !== undefined && { managementAccountId }),
  }
}

/** Documents without a date are taken to be as old as the newest of their files. */
export function dateOf(found: FoundFiles): string {
  const files = found.accountIds.flatMap((id) => found.filesOf(id).details)
  const times = files.map(({ location }) => statSync(location, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return new Date(times.reduce((newest, time) => Math.max(newest, time), 0)).toISOString()
}

function addOrganization(builder: ModelBuilder, top: Top, found: FoundFiles, info: SnapshotInfo): void {
  const { organization, isOrganizationBroken } = top
  const { organizationId: id = 'unknown', managementAccountId = '' } = info
  if (organization !== undefined) {
    const { facts, path } = organization
    const listed = new Set(facts.accounts.map((account) => account.id))
    const others = facts.areAccountsListed ? [] : membersOf(found.accountIds.filter((account) => !listed.has(account)))
    builder.addOrganization({ ...facts, accounts: [...facts.accounts, ...others] }, id, managementAccountId, path)
  } else if (isOrganizationBroken && info.organizationId !== undefined) {
    // It is there and cannot be read: its accounts are its members, under policies of which nothing is known.
    builder.addOrganization(unreadableOrganization(found.accountIds), id, managementAccountId, 'organization.json')
  }
}

/** Accounts of which nothing is known but that they are there. */
const membersOf = (accountIds: readonly string[]): OrganizationFacts['accounts'] =>
  accountIds.map((id) => ({ id, name: undefined, parent: undefined, tags: {} }))

const unreadableOrganization = (accountIds: readonly string[]): OrganizationFacts => ({
  id: undefined,
  managementAccountId: undefined,
  units: [],
  accounts: membersOf(accountIds),
  areAccountsListed: false,
  policies: [],
  hasScps: true,
  hasRcps: true,
  unlisted: ['scp', 'rcp'],
})

/** Calls that nobody made: what was not asked for is unknown. One line for a service of which nothing was asked. */
function notAskedFor({ metadata, organization, gaps }: Top): Gap[] {
  const collected = metadata?.collected?.operations
  const known = [
    ...services.filter(({ read }) => read !== undefined).map(({ name, operations }) => ({ name, operations })),
    // No organization at all is an answer of its own.
    ...(organization === undefined ? [] : [{ name: 'organizations', operations: organizationOperations }]),
  ]
  // A ledger may say so itself.
  const said = new Set(
    gaps.map(({ service, region, operation }) => (region === undefined && operation === '*' ? service : '')),
  )
  return known.flatMap(({ name, operations }) => {
    if (said.has(name)) return []
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
