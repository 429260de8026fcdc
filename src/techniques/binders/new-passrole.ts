import type { Account, Model, Role } from '#src/model/model.ts'
import { all } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { anew, existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder, IsWanted, Opening, Technique } from '../technique.ts'

/** Passing a role to something new: every role of the account that the service may run with. */
export const newPassrole: Binder = {
  *openings(technique, account, model, isWanted) {
    yield* passings(technique, account, model, fixedSlots(account), once, isWanted)
    for (const [slot, service, operation, template] of listed) {
      if (!technique.requires.some(({ on }) => on === slot)) continue
      for (const gap of gapsOf(account, model, service, [operation])) {
        const unseen = anew(slot, placeOf(account, model), template(gap.region))
        const slots = { ...fixedSlots(account), [slot]: [unseen] }
        for (const opening of passings(technique, account, model, slots, once, isWanted))
          yield { ...opening, given: all(opening.given, gapFormula(gap)) }
      }
    }
  },
}

/** Functions that were not collected. */
export const functionsIn = (region = '*'): string => `arn:{partition}:lambda:${region}:{account}:function:*`

/** The same of EKS. */
export const clustersIn = (region = '*'): string => `arn:{partition}:eks:${region}:{account}:cluster/*`

/** Slots of what must exist, and the response that lists it. */
const listed = [
  ['existing-function', 'lambda', 'ListFunctions', functionsIn],
  ['existing-cluster', 'eks', 'ListClusters', clustersIn],
] as const

/** One opening for each role and service; `slots` are those that do not depend on the role. */
export function* passings(
  technique: Technique,
  account: Account,
  model: Model,
  slots: Slots,
  slotsFor: (role: Role) => readonly Slots[] = once,
  isWanted?: IsWanted,
): Generator<Opening> {
  const place = placeOf(account, model)
  const given = givenBy(technique, account)
  for (const service of technique.targetTrust) {
    const passed = narrowed(technique, service)
    for (const role of rolesTrusting(account, service)) {
      if (isWanted?.(role.arn) === false) continue
      for (const own of slotsFor(role)) {
        const needs = needsOf(passed, place, { ...slots, ...own, 'target-role': [existing(role.arn, role.tags)] })
        if (needs === undefined) continue
        yield { technique, to: role.arn, needs, given, trust: trustFor(service, role.arn, account) }
      }
    }
  }
}

const once = (): readonly Slots[] => [{}]

/** Things that must exist already and that the model holds. */
export function fixedSlots(account: Account): Slots {
  const clusters = account.resources.filter(({ type }) => type === 'eks:cluster')
  const functions = account.compute.filter(({ kind }) => kind === 'function')
  return {
    'existing-cluster': clusters.map(({ arn, tags }) => existing(arn, tags)),
    'existing-function': functions.map(({ arn, tags }) => existing(arn, tags)),
    'infrastructure-role': rolesTrusting(account, 'ecs.amazonaws.com').map(({ arn, tags }) => existing(arn, tags)),
  }
}

/** Of a technique that serves many services, each with its own call, what concerns one of them. */
function narrowed(technique: Technique, service: string): Pick<Technique, 'requires'> {
  if (technique.targetTrust.length < 2) return technique
  const requires = technique.requires.map((requirement) => {
    const services = requirement.context?.['iam:PassedToService']
    if (!services?.includes(service)) return requirement
    return { ...requirement, context: { ...requirement.context, 'iam:PassedToService': [service] } }
  })
  return { requires }
}
