import { permits } from '#src/evaluate/evaluate.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { all, any, type Formula, never } from '#src/policy/formula.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import type { ActionIndex } from './action-index.ts'
import { nowhere, outsidersLike, withOwnTags } from './any-outsider.ts'
import { factsOf, type PolicyFacts } from './policy-facts.ts'
import { keyOf, type Profile, profileOf, type Side } from './profile.ts'
import { type GrantClass, Reducer, reducedPrincipal } from './reduce.ts'
import { sessionsOf } from './session-names.ts'
import { withSessionParameters } from './session-parameters.ts'

export type Given = Readonly<Record<string, readonly string[]>>

/** Someone who may take hops, with what was found out about it per action. */
export interface Caller {
  readonly node: number
  readonly principal: Principal
  readonly grants: Map<number, GrantClass>
  /** Truth of conditions on who asks, by number. */
  readonly truths: Map<number, string>
}

export const callerOf = (node: number, principal: Principal): Caller => ({
  node,
  principal,
  grants: new Map(),
  truths: new Map(),
})

/**
 * Decides requests by the reference evaluator, once for all that cannot differ. Two requests share a decision if the caller's
 * class, the resource policy, the organization policies and the form by which the policy names the caller are the same, the
 * target matches the same resource patterns, and every context key that any of these looks at has the same value.
 */
export class Decider {
  readonly index: ActionIndex
  readonly reducer: Reducer
  readonly #capturedAt: string
  readonly #isInside: (account: string) => boolean
  readonly #sides = new WeakMap<RequestResource, Map<number, Side>>()
  readonly #policyFacts = new WeakMap<NamedPolicy['policy'], Map<number, PolicyFacts>>()
  readonly #numbers = new WeakMap<object, number>()
  #count = 0

  /** `isInside` tells the accounts of the organization. */
  constructor(index: ActionIndex, capturedAt: string, isInside: (account: string) => boolean) {
    this.#isInside = isInside
    this.index = index
    this.reducer = new Reducer(index)
    this.#capturedAt = capturedAt
  }

  grantsOf(caller: Caller, action: number): GrantClass {
    let grants = caller.grants.get(action)
    if (grants === undefined) {
      grants = this.reducer.classOf(caller.principal, action)
      caller.grants.set(action, grants)
    }
    return grants
  }

  /**
   * Forgets what was decided, once it is much: what is asked again is decided again, and comes out the same. Not while groups of
   * callers are compared, whose keys name classes by number.
   */
  forget(callers: Iterable<Caller>): void {
    for (const { grants, truths } of callers) {
      grants.clear()
      truths.clear()
    }
    this.reducer.forget()
  }

  /** Whether any policy of the caller speaks of the action; a quick look before classes are made. */
  mentions({ principal }: Caller, action: number): boolean {
    if (principal.allowsEverything || principal.gap !== undefined || principal.kind === 'RootUser') return true
    return principal.identityPolicies.some(({ policy }) => this.index.statements(policy, action).length > 0)
  }

  /** The condition under which the caller may do the action on the resource. */
  decide(caller: Caller, action: number, resource: RequestResource, given?: Given): Formula {
    const grants = this.grantsOf(caller, action)
    const side = this.#sideOf(resource, action)
    if (!grants.mayAllow && isOnItsOwn(caller.principal, resource, side)) return never
    const profile = this.#profile(grants, caller.principal, resource, side)
    const key = keyOf(profile, caller, resource, side, given)
    let formula = profile.decisions.get(key)
    if (formula === undefined) {
      formula = this.#evaluate(grants, caller.principal, action, resource, given)
      profile.decisions.set(key, formula)
    }
    if (formula.kind === 'always') return formula
    formula = withSessionParameters(this.index.actions[action]!, caller.principal, formula, (other) =>
      this.decide(caller, this.index.numberOf(other), resource, given),
    )
    if (caller.principal.account === nowhere) {
      const likely = [...outsidersLike(caller.principal, resource, this.#isInside)].map(({ principal, when }) => {
        return principal.arn === caller.principal.arn
          ? never
          : all(when, this.#evaluate(grants, principal, action, resource, given))
      })
      return withOwnTags(caller.principal, any(formula, ...likely))
    }
    if (!profile.tellsSessions) return formula
    const others = [...sessionsOf(caller.principal, resource)].map((principal) =>
      this.decide(callerOf(caller.node, principal), action, resource, given),
    )
    return any(formula, ...others)
  }

  /** What a resource policy says of one action: whom it names, and which keys and resources it looks at. */
  policyFacts({ policy }: NamedPolicy, action: number): PolicyFacts {
    const statements = this.index.statements(policy, action)
    if (statements.length === 0) return factsOf(statements)
    let byAction = this.#policyFacts.get(policy)
    if (byAction === undefined) this.#policyFacts.set(policy, (byAction = new Map()))
    let facts = byAction.get(action)
    if (facts === undefined) byAction.set(action, (facts = factsOf(statements)))
    return facts
  }

  #evaluate(
    grants: GrantClass,
    caller: Principal,
    action: number,
    resource: RequestResource,
    given: Given | undefined,
  ): Formula {
    const { membership, policy } = resource
    const principal = reducedPrincipal(caller, grants)
    const request = {
      principal,
      action: this.index.actions[action]!,
      resource: {
        ...resource,
        ...(membership && { membership: this.reducer.membership(membership, action).reduced }),
        ...(policy && { policy: this.reducer.reducePolicy(policy, action) }),
      },
    }
    const situation = { ...request, capturedAt: this.#capturedAt, ...(given && { given }) }
    return permits({ ...request, context: contextFor(situation) })
  }

  #sideOf(resource: RequestResource, action: number): Side {
    let sides = this.#sides.get(resource)
    if (sides === undefined) this.#sides.set(resource, (sides = new Map()))
    let side = sides.get(action)
    if (side === undefined) {
      const { membership, policy } = resource
      const organizational = membership && this.reducer.membership(membership, action)
      const facts = policy && this.policyFacts(policy, action)
      // A policy that says nothing of the action is as good as any other that does not.
      const policyNumber = facts === undefined ? -2 : facts.isEmpty ? -1 : this.#numberOf(policy!.policy)
      // Numbers of policies stay far below the bound, so that no two combinations meet.
      const key = ((organizational?.rcpNumber ?? -1) + 1) * 2 ** 30 + (policyNumber + 2) * 2
      side = { organizational, facts, key, fits: new Map() }
      sides.set(action, side)
    }
    return side
  }

  #profile(grants: GrantClass, { account }: Principal, resource: RequestResource, side: Side): Profile {
    const { profiles } = grants
    const key = side.key + (account === resource.account ? 1 : 0)
    let profile = profiles.get(key)
    if (profile === undefined) {
      profile = profileOf(grants, side.organizational?.rcps, side.facts)
      profiles.set(key, profile)
    }
    return profile
  }

  #numberOf(thing: object): number {
    let number = this.#numbers.get(thing)
    if (number === undefined) this.#numbers.set(thing, (number = this.#count++))
    return number
  }
}

/**
 * Nobody but the caller's own policies can let him in: to what lies in another account, or has no policy that speaks of the
 * action (IAM User Guide, "Cross-account policy evaluation logic"). Only for speed.
 */
function isOnItsOwn(
  { account }: Principal,
  { account: owner, kmsGrants, gap }: RequestResource,
  { facts }: Side,
): boolean {
  if (account === undefined || kmsGrants !== undefined) return false
  return account !== owner || (gap === undefined && (facts === undefined || facts.isEmpty))
}
