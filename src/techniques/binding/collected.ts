import type { Account, Gap } from '#src/model/model.ts'
import { all, always, any, type Formula, gap } from '#src/policy/formula.ts'
import type { Technique } from '../technique.ts'
import { doubtOf } from './doubt.ts'

/** Calls that failed or were not made. `resource`: only those that leave this argument open. */
export const gapsOf = (account: Account, service: string, operation: string, resource?: string): readonly Gap[] =>
  account.gaps.filter(
    (one) =>
      one.service === service &&
      one.operation === operation &&
      (one.resource === undefined || resource === undefined || one.resource === resource),
  )

/** `never` when the call was answered: what it does not list is not there. */
export const unlessCollected = (account: Account, service: string, operation: string, resource?: string): Formula =>
  any(...gapsOf(account, service, operation, resource).map(gapFormula))

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
