import { lookupOf } from '#src/model/lookup.ts'
import { type Formula, never } from '#src/policy/formula.ts'
import { encryptingKey } from './access.ts'
import { type AccessKind, accessSteps } from './access-formula.ts'
import { allowedPatterns } from './allowed-patterns.ts'
import type { Build } from './build.ts'
import type { Caller } from './decider.ts'
import { isGained, type Lifted } from './lift.ts'
import type { ResourceTarget, RoleTarget } from './targets-by-name.ts'

/** The condition under which the caller, as it is or as a change makes it, may assume the role. */
export const assumes = ({ decider }: Build, caller: Caller, { resource }: RoleTarget): Formula =>
  decider.decide(caller, decider.index.numberOf('sts:AssumeRole'), resource)

/** Kinds of access to a resource, each with the condition before and after a change, where the change opens more. */
export function* accessGained(
  build: Build,
  target: ResourceTarget,
  caller: Caller,
  after: Caller,
  { turn }: Pick<Lifted, 'turn'>,
): Generator<{ kind: AccessKind; before: Formula; formula: Formula }> {
  const found = accessOf(build, target, after)
  if (found.size === 0) return
  const standing = accessOf(build, target, caller)
  for (const [kind, opened] of found) {
    const before = standing.get(kind) ?? never
    const formula = turn(opened)
    if (isGained(before, formula)) yield { kind, before, formula }
  }
}

function accessOf(
  build: Build,
  { resource, account }: ResourceTarget,
  caller: Caller,
): ReadonlyMap<AccessKind, Formula> {
  const { decider, model } = build
  const { resources } = lookupOf(model)
  const key = encryptingKey(resource, {
    get: (arn) => {
      const found = resources.get(arn)
      return found && { key: found, account: model.accounts.get(found.account)! }
    },
  })
  const steps = accessSteps(resource, account, key, {
    decide: (action, asked, given) => decider.decide(caller, decider.index.numberOf(action), asked, given),
    allowedPatterns: (action) => allowedPatterns(build, caller, action),
  })
  return new Map(steps.flatMap(({ step, formula }) => (step.access ?? []).map((kind) => [kind, formula] as const)))
}
