import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Service } from '../service.ts'
import { services as allServices } from '../services/index.ts'
import { type LedgerEntry, leftOut, suspended } from './ledger.ts'
import type { ListedAccount } from './organization.ts'
import type { Regions } from './regions.ts'

/** What of an organization is to be collected; undefined: all. */
export interface Filters {
  /** Ids or names. */
  readonly accounts?: readonly string[]
  /** Ids or names of organizational units; what is below them counts. */
  readonly units?: readonly string[]
  readonly regions?: readonly string[]
  readonly services?: readonly string[]
}

/** Services that are to be asked. Throws a usage error for one that there is not. */
export function chosenServices({ services }: Filters): readonly Service[] {
  if (services === undefined) return allServices
  for (const name of services) {
    if (allServices.some((service) => service.name === name)) continue
    const names = allServices.map((service) => service.name).join(', ')
    throw usageError(`there is no service ${quote(name)}`, `--services takes ${names}`)
  }
  return allServices.filter(({ name }) => services.includes(name))
}

/** Whether an account is to be walked. Throws a usage error for a name that the organization does not have. */
export function chosenAccounts(listed: readonly ListedAccount[], { accounts, units }: Filters): ReadonlySet<string> {
  for (const asked of accounts ?? []) {
    if (!listed.some((account) => isNamed(account, asked))) throw usageError(`there is no account ${quote(asked)}`)
  }
  for (const asked of units ?? []) {
    if (!listed.some((account) => account.units.includes(asked))) {
      throw usageError(`no account is in an organizational unit ${quote(asked)}`, 'name it by its id or its name')
    }
  }
  const isChosen = (account: ListedAccount) =>
    (accounts === undefined || accounts.some((asked) => isNamed(account, asked))) &&
    (units === undefined || units.some((asked) => account.units.includes(asked)))
  return new Set(listed.filter(isChosen).map(({ id }) => id))
}

const isNamed = ({ id, name }: ListedAccount, asked: string): boolean => id === asked || name === asked

/** Of regions that are on or off, those that are to be asked. */
export function chosenRegions({ on, off }: Pick<Regions, 'on' | 'off'>, { regions }: Filters): readonly string[] {
  if (regions === undefined) return on
  return regions.filter((region) => on.includes(region) || !off.includes(region))
}

/** What the filters leave out, for the ledger of the whole. */
export function leftOutEntries(base: Pick<Regions, 'on'>, filters: Filters): readonly LedgerEntry[] {
  const chosen = chosenServices(filters)
  const regions = filters.regions
  return [
    ...allServices
      .filter((service) => !chosen.includes(service))
      .map(({ name }) => ({ service: name, operation: '*', code: leftOut, message: 'left out by --services' })),
    ...base.on
      .filter((region) => regions !== undefined && !regions.includes(region))
      .map((region) => ({ service: '*', operation: '*', region, code: leftOut, message: 'left out by --regions' })),
  ]
}

/** Why an account is not asked at all. */
export function notWalked(account: ListedAccount, chosen: ReadonlySet<string>): LedgerEntry | undefined {
  const all = { service: 'iam', operation: 'GetAccountAuthorizationDetails' }
  if (!account.isActive) return { ...all, code: suspended, message: 'the account is suspended or closed' }
  if (chosen.has(account.id)) return undefined
  return { ...all, code: leftOut, message: 'left out by --accounts or --ou' }
}
