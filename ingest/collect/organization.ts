import { isAccountId } from '#src/snapshot/layout.ts'
import type { Session } from '../aws/session.ts'
import { organizations } from '../services/organizations.ts'
import type { Answers } from './arguments.ts'
import { askService } from './ask-service.ts'
import type { LedgerEntry } from './ledger.ts'

/** Who makes the first calls. */
export interface Caller {
  readonly account: string
  readonly arn: string
  readonly partition: string
}

/** An account to walk. */
export interface ListedAccount {
  readonly id: string
  readonly name: string
  /** Nothing can be asked of an account that is not. */
  readonly isActive: boolean
  /** Ids and names of the units it is in, from the root down. */
  readonly units: readonly string[]
}

/** What AWS Organizations says. */
export interface WalkedOrganization {
  /** Undefined: the account is in no organization. */
  readonly answers: Answers | undefined
  readonly errors: readonly LedgerEntry[]
  readonly id: string | undefined
  readonly managementAccountId: string | undefined
  /** In the order of their ids; the caller's alone where they are not listed. */
  readonly accounts: readonly ListedAccount[]
  /** The account in which Identity Center is asked. */
  readonly peopleAccount: string
}

export async function walkOrganization(session: Session, caller: Caller, home: string): Promise<WalkedOrganization> {
  const { answers, errors } = await askService(organizations, {
    session,
    account: caller.account,
    region: undefined,
    home,
    isManagement: true,
    wantsAll: false,
    otherAnswers: async () => ({}),
  })
  const alone = { id: caller.account, name: caller.account, isActive: true, units: [] }
  if (errors.some(({ code }) => code === 'AWSOrganizationsNotInUseException')) {
    const nobody = { answers: undefined, errors: [], id: undefined, managementAccountId: undefined }
    return { ...nobody, accounts: [alone], peopleAccount: caller.account }
  }
  const { Organization: organization } = (answers.DescribeOrganization ?? {}) as {
    Organization?: { Id?: string; MasterAccountId?: string }
  }
  const listed = accountsIn(answers)
  const accounts = listed.length === 0 ? [alone] : listed
  return {
    answers,
    errors,
    id: organization?.Id,
    managementAccountId: organization?.MasterAccountId,
    accounts,
    peopleAccount: peopleAccountOf(answers, caller, organization?.MasterAccountId),
  }
}

interface Account {
  readonly Id?: string
  readonly Name?: string
  readonly State?: string
  readonly Status?: string
}

interface Unit {
  readonly Id?: string
  readonly Name?: string
}

function accountsIn(answers: Answers): readonly ListedAccount[] {
  const { Accounts: accounts = [] } = (answers.ListAccounts ?? {}) as { Accounts?: readonly Account[] }
  const units = unitsIn(answers)
  return accounts
    .filter(({ Id: id }) => id !== undefined && isAccountId(id))
    .map(({ Id: id = '', Name: name = id, State: state, Status: status }) => ({
      id,
      name,
      isActive: (state ?? status ?? 'ACTIVE') === 'ACTIVE',
      units: units.get(id) ?? [],
    }))
    .sort((left, right) => (left.id < right.id ? -1 : 1))
}

/** By account: ids and names of the units above it. */
function unitsIn(answers: Answers): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string>()
  const names = new Map<string, string>()
  const below = (operation: string, list: string) => {
    for (const [parent, answer] of Object.entries(answers[operation] ?? {})) {
      for (const { Id: id, Name: name } of ((answer as Record<string, readonly Unit[]>)[list] ??
        []) as readonly Unit[]) {
        if (id === undefined) continue
        parents.set(id, parent)
        if (name !== undefined) names.set(id, name)
      }
    }
  }
  below('ListOrganizationalUnitsForParent', 'OrganizationalUnits')
  below('ListAccountsForParent', 'Accounts')
  const above = (id: string): string[] => {
    const units: string[] = []
    for (let unit = parents.get(id), steps = 0; unit !== undefined && steps < 20; unit = parents.get(unit), steps++) {
      units.unshift(unit, ...(names.has(unit) ? [names.get(unit)!] : []))
    }
    return units
  }
  return new Map([...parents.keys()].filter(isAccountId).map((id) => [id, above(id)]))
}

/** Where Identity Center can be asked: here if this account administers it, else in an account that does. */
function peopleAccountOf(answers: Answers, { account }: Caller, management: string | undefined): string {
  const delegated = Object.entries(answers.ListDelegatedServicesForAccount ?? {})
    .filter(([, answer]) =>
      ((answer as { DelegatedServices?: readonly { ServicePrincipal?: string }[] }).DelegatedServices ?? []).some(
        ({ ServicePrincipal: service }) => service === 'sso.amazonaws.com',
      ),
    )
    .map(([id]) => id)
  if (account === management || delegated.includes(account)) return account
  return delegated[0] ?? management ?? account
}
