import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { CollectingSnapshot, type Finished } from '#src/snapshot/collecting.ts'
import { schemaVersion } from '#src/snapshot/layout.ts'
import { snapshotsFolder } from '#src/snapshot/workspace-layout.ts'
import { failureOf, StoppedError } from './aws/failures.ts'
import { inParallel } from './aws/limit.ts'
import { Connections, type Sharing } from './aws/session.ts'
import { walkAccount } from './collect/account.ts'
import { callsIn } from './collect/ask-service.ts'
import { type Begun, begin } from './collect/begin.ts'
import { type LedgerEntry, sorted } from './collect/ledger.ts'
import { enterAccount, usualRoles } from './collect/member.ts'
import { type ListedAccount, type WalkedOrganization, walkOrganization } from './collect/organization.ts'
import {
  chosenAccounts,
  chosenRegions,
  chosenServices,
  type Filters,
  leftOutEntries,
  notWalked,
} from './collect/plan.ts'
import { offEntries, type Regions, regionsOf } from './collect/regions.ts'
import type { Asked, Service } from './service.ts'
import { organizations } from './services/organizations.ts'

export { type LedgerEntry, usualRoles }

export interface CollectOptions extends Filters, Sharing {
  readonly workspace: string
  /** Roles to try in other accounts, in this order. */
  readonly roleNames: readonly string[]
  readonly externalId?: string
  /** Accounts that are walked together. */
  readonly accountsAtOnce: number
  /** Whether last-accessed data are asked for: two calls and some seconds for each identity. */
  readonly lastAccessed: boolean
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly progress?: (state: CollectProgress) => void
}

export interface CollectProgress {
  readonly organization: string | undefined
  readonly done: number
  readonly of: number
  readonly calls: number
  readonly retries: number
}

export interface CollectedSnapshot {
  readonly id: string
  readonly directory: string
  readonly capturedAt: string
  readonly organizationId: string | undefined
  /** Lines of the ledger that are about no single account. */
  readonly errors: readonly LedgerEntry[]
  readonly accounts: readonly CollectedAccount[]
  /** Of this run. */
  readonly calls: number
  readonly retries: number
}

export interface CollectedAccount {
  readonly id: string
  readonly name: string
  readonly files: number
  readonly errors: readonly LedgerEntry[]
}

/** What a collection needs to know to be gone on with. */
interface State {
  readonly version: 1
  /** ISO 8601. */
  readonly startedAt: string
  readonly sessionName: string
  readonly caller: Begun['caller']
  readonly home: string
  readonly regions: Regions
  readonly organization: Omit<WalkedOrganization, 'answers'>
  readonly options: Pick<CollectOptions, 'roleNames' | 'externalId' | 'lastAccessed' | keyof Filters>
}

/**
 * Walks an organization, or a single account, into a snapshot of the workspace. Calls that fail are lines of its ledger. Throws a `StoppedError`
 * where the rest cannot be collected now; what was finished stays for `resumeCollection`.
 */
export async function collectSnapshot(options: CollectOptions): Promise<CollectedSnapshot> {
  chosenServices(options)
  return withConnections(options, async (connections) => {
    const begun = await begin(connections)
    const planned = await plan(begun, options)
    const { answers, ...organization } = planned.organization
    const startedAt = new Date(options.now()).toISOString()
    const state: State = {
      version: 1,
      startedAt,
      sessionName: `trustwalk-${startedAt.replace(/[-:]|\.\d+/g, '')}`,
      caller: begun.caller,
      home: begun.home,
      regions: planned.regions,
      organization,
      options: pickOptions(options),
    }
    const collecting = CollectingSnapshot.begin(snapshotsFolder(options.workspace), state)
    return leaving(collecting, async () => {
      if (answers !== undefined) await collecting.write('organization.json', JSON.stringify(answers))
      return walkAll(collecting, state, begun, connections, options)
    })
  })
}

/** Goes on with the collection of this workspace that was begun last and left unfinished, as it was asked for. */
export async function resumeCollection(options: CollectOptions): Promise<CollectedSnapshot> {
  const found = CollectingSnapshot.resume(snapshotsFolder(options.workspace))
  if (found === undefined) {
    throw new InputError('there is no unfinished collection in the workspace', {
      kind: 'usage',
      help: 'start one with trustwalk collect; one that another process works on cannot be taken from it',
    })
  }
  const state = found.state as State
  return leaving(found.collecting, () =>
    withConnections(options, async (connections) => {
      const begun = await begin(connections)
      if (begun.caller.account !== state.caller.account) {
        throw new InputError(`expected credentials of account ${state.caller.account}, got ${begun.caller.account}`, {
          where: 'cannot resume the collection',
        })
      }
      if (state.organization.id !== undefined && found.collecting.read('organization.json') === undefined) {
        const { answers } = await walkOrganization(begun.session, begun.caller, state.home)
        await found.collecting.write('organization.json', JSON.stringify(answers))
      }
      return walkAll(found.collecting, state, begun, connections, { ...options, ...state.options })
    }),
  )
}

/** What `collectSnapshot` would do, by the few calls that tell which accounts and regions there are. */
export async function planCollection(options: CollectOptions): Promise<Planned> {
  return withConnections(options, async (connections) => plan(await begin(connections), options))
}

export interface Planned {
  readonly organization: WalkedOrganization
  readonly regions: Regions
  readonly services: readonly Service[]
  readonly chosen: ReadonlySet<string>
}

async function plan({ session, caller, home }: Begun, filters: Filters): Promise<Planned> {
  const services = chosenServices(filters)
  const organization = await walkOrganization(session, caller, home)
  const chosen = chosenAccounts(organization.accounts, filters)
  const regions = await regionsOf(session, home, { on: [...(filters.regions ?? [home])], off: [] })
  return { organization, regions, services, chosen }
}

const pickOptions = (options: CollectOptions): State['options'] => {
  const { roleNames, externalId, lastAccessed, accounts, units, regions, services } = options
  return {
    roleNames,
    lastAccessed,
    ...(externalId !== undefined && { externalId }),
    ...(accounts !== undefined && { accounts }),
    ...(units !== undefined && { units }),
    ...(regions !== undefined && { regions }),
    ...(services !== undefined && { services }),
  }
}

async function withConnections<Value>(
  options: Sharing,
  work: (connections: Connections) => Promise<Value>,
): Promise<Value> {
  const connections = new Connections(options)
  try {
    return await work(connections)
  } catch (error) {
    // The first calls: what AWS says of them is about the credentials, or about the way to AWS.
    if (error instanceof InputError || (error as { readonly $metadata?: unknown }).$metadata === undefined) throw error
    const { code, message } = failureOf(error)
    throw new StoppedError(`${code}: ${message}`, { where: 'AWS does not answer who the credentials belong to' })
  } finally {
    connections.close()
  }
}

/** What the file system says when no more can be written. */
const full: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would be larger than is allowed',
  EACCES: 'permission denied',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many files are open',
  EIO: 'the device does not work',
}

/** Whatever happens, another process may take over afterwards. */
async function leaving<Value>(collecting: CollectingSnapshot, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    // Node names the file only where it could not be opened.
    const { code, syscall, path = collecting.directory } = error as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined || !Object.hasOwn(full, code)) throw error
    throw new StoppedError(full[code]!, { where: `cannot write ${quote(path)}`, cause: error })
  } finally {
    collecting.leave()
  }
}

async function walkAll(
  collecting: CollectingSnapshot,
  state: State,
  begun: Begun,
  connections: Connections,
  options: CollectOptions,
): Promise<CollectedSnapshot> {
  const { organization } = state
  const chosen = chosenAccounts(organization.accounts, options)
  const finished = new Map<string, Finished>(collecting.finished())
  const report = () =>
    options.progress?.({
      organization: organization.id,
      done: finished.size,
      of: organization.accounts.length,
      calls: connections.calls,
      retries: connections.retries,
    })
  const timer = options.progress && setInterval(report, 250)
  try {
    const rest = organization.accounts.filter(({ id }) => !finished.has(id))
    await inParallel(rest, options.accountsAtOnce, async (account) => {
      finished.set(account.id, await walkOne(account, chosen, collecting, state, begun, connections, options))
      report()
    })
  } finally {
    clearInterval(timer)
  }
  return finish(collecting, state, finished, connections, options)
}

async function walkOne(
  account: ListedAccount,
  chosen: ReadonlySet<string>,
  collecting: CollectingSnapshot,
  state: State,
  begun: Begun,
  connections: Connections,
  options: CollectOptions,
): Promise<Finished> {
  const { organization, regions: base, home, caller, sessionName } = state
  const writer = collecting.account(account.id)
  const nothingBut = async (errors: readonly LedgerEntry[]): Promise<Finished> => {
    await writer.write('errors.json', JSON.stringify({ Errors: sorted(errors) }))
    return writer.finish([])
  }
  const reason = notWalked(account, chosen)
  if (reason !== undefined) return nothingBut([reason])
  const entered =
    account.id === caller.account
      ? begun.session
      : await enterAccount(connections, account.id, {
          base: begun.credentials,
          partition: caller.partition,
          home,
          roleNames: options.roleNames,
          externalId: options.externalId,
          sessionName,
        })
  if (!('call' in entered)) return nothingBut(entered)
  const own = account.id === caller.account ? base : await regionsOf(entered, home, base)
  const regions = chosenRegions(own, options)
  await walkAccount({
    account: account.id,
    session: entered,
    services: chosenServices(options),
    regions,
    home,
    isManagement: account.id === organization.managementAccountId,
    hasPeople: account.id === organization.peopleAccount,
    wantsAll: options.lastAccessed,
    errors: [
      ...(own.error === undefined ? [] : [own.error]),
      ...offEntries(own.off.filter((region) => !base.off.includes(region))),
    ],
    write: (path, text) => writer.write(path, text),
  })
  return writer.finish(regions)
}

async function finish(
  collecting: CollectingSnapshot,
  state: State,
  finished: ReadonlyMap<string, Finished>,
  connections: Connections,
  options: CollectOptions,
): Promise<CollectedSnapshot> {
  const { organization, regions: base, startedAt, caller } = state
  const errors = sorted([...organization.errors, ...leftOutEntries(base, options), ...offEntries(base.off)])
  const files = new Map<string, string>()
  for (const { files: own } of finished.values()) for (const [path, hash] of Object.entries(own)) files.set(path, hash)
  const regions = new Set([...finished.values()].flatMap((account) => account.regions))
  const top: Record<string, unknown> = {
    'metadata.json': {
      schemaVersion,
      capturedAt: startedAt,
      ...(organization.id !== undefined && { organizationId: organization.id }),
      ...(organization.managementAccountId !== undefined && { managementAccountId: organization.managementAccountId }),
      partition: caller.partition,
      collected: collectedOf(organization.id !== undefined, [...regions].sort(), options),
    },
    ...(errors.length > 0 && { 'errors.json': { Errors: errors } }),
    ...(organization.id !== undefined && { 'organization.json': collecting.read('organization.json') }),
  }
  for (const [path, content] of Object.entries(top))
    files.set(path, await collecting.write(path, JSON.stringify(content)))
  const accounts = organization.accounts.map(({ id, name }) => ({
    id,
    name,
    files: Object.keys(finished.get(id)?.files ?? {}).length,
    errors: errorsOf(collecting.read(`accounts/${id}/errors.json`)),
  }))
  const { id, directory } = await collecting.commit(files)
  const { calls, retries } = connections
  return { id, directory, capturedAt: startedAt, organizationId: organization.id, errors, accounts, calls, retries }
}

const errorsOf = (document: unknown): readonly LedgerEntry[] =>
  (document as { readonly Errors?: readonly LedgerEntry[] } | undefined)?.Errors ?? []

/** What was asked for, as `metadata.json` says it. */
function collectedOf(hasOrganization: boolean, regions: readonly string[], options: CollectOptions): object {
  const asked = chosenServices(options)
  const operations = (service: Pick<Service, 'calls'>) =>
    callsIn(service as Service, { isManagement: true, wantsAll: options.lastAccessed }).map(
      ({ operation }) => operation,
    )
  const listed = (services: readonly Service[]) =>
    Object.fromEntries(services.map((service) => [service.name, operations(service)]))
  const isOfPeople = ({ isOrganizationWide }: Service) => isOrganizationWide === true
  return {
    regions,
    organization: {
      ...(hasOrganization && { [organizations.name]: organizations.calls.map(({ operation }) => operation) }),
      ...listed(asked.filter(isOfPeople)),
    },
    global: listed(asked.filter((service) => service.scope === 'account')),
    regional: listed(asked.filter((service) => service.scope === 'region' && !isOfPeople(service))),
  }
}

/** For each service, what would be asked of it and where; `organizations` first. */
export function askedOf({ organization, regions, services, chosen }: Planned, options: CollectOptions) {
  const accounts = organization.accounts.filter(({ id, isActive }) => isActive && chosen.has(id))
  const inRegions = chosenRegions(regions, options).length
  const rowOf = (service: Asked, at: number, times: number) => ({
    service: service.name,
    operations: callsIn(service, { isManagement: true, wantsAll: options.lastAccessed }).map(
      ({ operation }) => operation,
    ),
    accounts: at,
    regions: times,
    tells: service.tells,
  })
  return [
    rowOf(organizations, 1, 0),
    ...services.map((service) =>
      rowOf(
        service,
        service.isOrganizationWide === true ? 1 : accounts.length,
        service.scope === 'region' ? inRegions : 0,
      ),
    ),
  ]
}
