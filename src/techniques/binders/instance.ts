import type { Account, Compute, Model } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { anew, existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { couldTrust, rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder, Closure, NeedResource, Opening, Technique } from '../technique.ts'

export type Instance = Extract<Compute, { kind: 'instance' }>

const service = 'ec2.amazonaws.com'

/** Whoever gets at an instance gets the role of its instance profile. */
export const instance: Binder = {
  openings: (technique, account, model) => instanceOpenings(technique, account, model, () => [{}]),
  closedOpenings: (technique, { to }, account, model) => closedInstances(technique, to, account, model, () => [{}]),
}

/** A variant of an opening on one instance: further slots, and what it hangs on besides. */
export interface Variant {
  readonly slots?: Slots
  readonly given?: Formula
  /** Instead of the technique's own. */
  readonly requires?: Technique['requires']
}

/** `variants` is asked for each instance with a role, and once with undefined for instances that were not collected. */
export function* instanceOpenings(
  technique: Technique,
  account: Account,
  model: Model,
  variants: (target: Instance | undefined, region: string | undefined) => Iterable<Variant>,
): Generator<Opening> {
  for (const machine of instancesOf(account)) {
    const target = existing(machine.arn, machine.tags)
    const isUnknown = machine.role === undefined && machine.gap !== undefined
    const roles = machine.role !== undefined ? [machine.role] : isUnknown ? profiledRoles(account) : []
    for (const variant of roles.length === 0 ? [] : variants(machine, machine.region)) {
      const unless = isUnknown ? gapFormula(machine.gap!) : undefined
      yield* open(technique, account, model, target, roles, variant, unless)
    }
  }
  for (const gap of gapsOf(account, model, 'ec2', ['DescribeInstances'])) {
    const place = placeOf(account, model)
    const somewhere = anew('ec2:instance', place, `arn:{partition}:ec2:${gap.region ?? '*'}:{account}:instance/*`)
    for (const variant of variants(undefined, gap.region)) {
      yield* open(technique, account, model, somewhere, profiledRoles(account), variant, gapFormula(gap))
    }
  }
}

/** Instances that do not run with `to`, but might be thought to. */
export function* closedInstances(
  technique: Technique,
  to: string,
  account: Account,
  model: Model,
  variants: (target: Instance, region: string) => Iterable<Variant>,
): Generator<Opening> {
  if (!couldTrust(account, to, service)) return
  for (const machine of instancesOf(account)) {
    if (machine.role === to || machine.gap !== undefined) continue
    const target = existing(machine.arn, machine.tags)
    for (const variant of variants(machine, machine.region)) {
      for (const opening of open(technique, account, model, target, [to], variant)) {
        yield { ...opening, closedBy: notRunningWith(machine) }
      }
    }
  }
}

/** Terminated instances run nothing. */
export const instancesOf = ({ compute }: Account): readonly Instance[] =>
  compute.filter((machine): machine is Instance => machine.kind === 'instance' && machine.state !== 'terminated')

function notRunningWith({ role, instanceProfile }: Instance): Closure {
  if (instanceProfile === undefined)
    return { layer: 'binding', reason: 'the instance runs without an instance profile' }
  return {
    layer: 'binding',
    reason: role === undefined ? 'the instance profile holds no role' : `the instance runs with ${role}`,
  }
}

/** Roles that an instance could have: those in an instance profile. */
function profiledRoles(account: Account): readonly string[] {
  const profiled = new Set(account.instanceProfiles.flatMap(({ roles }) => roles))
  return rolesTrusting(account, service).flatMap(({ arn }) => (profiled.has(arn) ? [arn] : []))
}

/** Openings on one instance, or another machine that runs with a role in the name of `service`. */
export function* open(
  technique: Technique,
  account: Account,
  model: Model,
  target: NeedResource,
  roles: readonly string[],
  { slots, given, requires = technique.requires }: Variant,
  unless?: Formula,
  trusted = service,
): Generator<Opening> {
  const needs = needsOf({ requires }, placeOf(account, model), { 'target-instance': [target], ...slots })
  if (needs === undefined) return
  const conditions = [givenBy(technique, account), given, unless].filter((formula) => formula !== undefined)
  for (const role of roles) {
    yield {
      technique,
      to: role,
      ...(target.kind === 'existing' && { resource: target.arn }),
      needs,
      given: all(...conditions),
      trust: trustFor(trusted, role, account),
    }
  }
}
