import type { Account, Gap, Model } from '#src/model/model.ts'
import { all, always, any, type Formula, gap } from '#src/policy/formula.ts'
import type { Technique } from '../technique.ts'
import { doubtOf } from './doubt.ts'

/**
 * Calls that failed in the account, or that were not made anywhere; a file that could not be read stands for every call of its
 * service. `resource`: only those that leave this argument open. One for each region.
 */
export function gapsOf(
  account: Account,
  model: Model,
  service: string,
  operations: readonly string[],
  resource?: string,
): readonly Gap[] {
  const found = new Map<string | undefined, Gap>()
  for (const gap of [...account.gaps, ...everywhere(model)]) {
    if (gap.service !== service || found.has(gap.region)) continue
    const operation = operations.find((one) => gap.operation === one || gap.operation === '*')
    const isOpen = gap.resource === undefined || resource === undefined || gap.resource === resource
    if (operation !== undefined && isOpen) found.set(gap.region, { ...gap, account: account.id, operation })
  }
  return [...found.values()]
}

/** What the snapshot was not asked for in any account. */
function everywhere(model: Model): readonly Gap[] {
  let gaps = general.get(model)
  if (gaps === undefined) {
    gaps = model.gaps.filter(({ account }) => account === undefined)
    general.set(model, gaps)
  }
  return gaps
}

const general = new WeakMap<Model, readonly Gap[]>()

/** Whether any call of the service was made for this snapshot. */
export const isAskedFor = (model: Model, service: string): boolean =>
  !everywhere(model).some((gap) => gap.service === service && gap.operation === '*')

/** `never` when the call was answered: what it does not list is not there. */
export const unlessCollected = (
  account: Account,
  model: Model,
  service: string,
  operation: string,
  resource?: string,
): Formula => any(...gapsOf(account, model, service, [operation], resource).map(gapFormula))

/** A gap in one line, as it stands in residuals: where, and which call. */
export const gapFormula = ({ account, region, service, operation, resource }: Gap): Formula =>
  notCollected([account, region], `${service}:${operation}${resource === undefined ? '' : ` ${resource}`}`)

export const notCollected = (place: readonly (string | undefined)[], what: string): Formula =>
  gap(`${place.filter((part) => part !== undefined).join('/')}: ${what}`)

/** What every opening of the technique hangs on: its doubt, and what no snapshot records. */
export const givenBy = (technique: Technique, account: Account): Formula =>
  all(
    doubtOf(technique),
    technique.needsUnrecorded === undefined ? always : notCollected([account.id], technique.needsUnrecorded),
  )
