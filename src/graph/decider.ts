import { permits } from '#src/evaluate/evaluate.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { type ArnPattern, compileArn, matchesArn, splitArn } from '#src/policy/arn.ts'
import { all, any, type Formula, never } from '#src/policy/formula.ts'
import type { NamedPolicy, Statement } from '#src/policy/policy.ts'
import type { ActionIndex } from './action-index.ts'
import { nowhere, outsidersLike, withOwnTags } from './any-outsider.ts'
import { type Facts, type GrantClass, Reducer, reducedPrincipal } from './reduce.ts'
import { type PersonalTest, referencesOf, truthOf } from './references.ts'
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

/** Something a request is made on. */
export interface Target {
  readonly node: number
  readonly resource: RequestResource
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
  readonly #profiles = new Map<GrantClass, Map<number, Profile>>()
  readonly #policyFacts = new WeakMap<NamedPolicy['policy'], PolicyFacts[]>()
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

  /** Whether any policy of the caller speaks of the action; a quick look before classes are made. */
  mentions({ principal }: Caller, action: number): boolean {
    if (principal.allowsEverything || principal.gap !== undefined || principal.kind === 'RootUser') return true
    return principal.identityPolicies.some(({ policy }) => this.index.statements(policy, action).length > 0)
  }

  /** The condition under which the caller may do the action on the target. */
  decide(caller: Caller, action: number, target: Target, given?: Given): Formula {
    const { resource } = target
    const grants = this.grantsOf(caller, action)
    const profile = this.#profile(grants, caller.principal, action, resource)
    const key = keyOf(profile, caller, resource, given)
    let formula = profile.decisions.get(key)
    if (formula === undefined) {
      formula = this.#evaluate(grants, caller.principal, action, resource, given)
      profile.decisions.set(key, formula)
    }
    if (formula.kind === 'always') return formula
    formula = withSessionParameters(this.index.actions[action]!, caller.principal, formula, (other) =>
      this.decide(caller, this.index.numberOf(other), target, given),
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
      this.decide(callerOf(caller.node, principal), action, target, given),
    )
    return any(formula, ...others)
  }

  /** What a resource policy says of one action: whom it names, and which keys and resources it looks at. */
  policyFacts({ policy }: NamedPolicy, action: number): PolicyFacts {
    let byAction = this.#policyFacts.get(policy)
    if (byAction === undefined) this.#policyFacts.set(policy, (byAction = []))
    return (byAction[action] ??= factsOf(this.index.statements(policy, action)))
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

  #profile(grants: GrantClass, principal: Principal, action: number, resource: RequestResource): Profile {
    const { membership, policy } = resource
    const organizational = membership && this.reducer.membership(membership, action)
    const facts = policy && this.policyFacts(policy, action)
    // A policy that says nothing of the action is as good as any other that does not.
    const policyNumber = facts === undefined ? -2 : facts.isEmpty ? -1 : this.#numberOf(policy!.policy)
    const isSame = principal.account === resource.account
    let profiles = this.#profiles.get(grants)
    if (profiles === undefined) {
      profiles = new Map()
      this.#profiles.set(grants, profiles)
    }
    // Numbers of policies stay far below the bound, so that no two combinations meet.
    const key = ((organizational?.rcpNumber ?? -1) + 1) * 2 ** 30 + (policyNumber + 2) * 2 + (isSame ? 1 : 0)
    let profile = profiles.get(key)
    if (profile === undefined) {
      profile = profileOf(grants, organizational?.rcps, facts)
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

/** What can still make a difference once the caller's class, the policies and the action are fixed, and the decisions so far. */
interface Profile {
  readonly patterns: readonly ArnPattern[]
  readonly getters: readonly Getter[]
  readonly tests: readonly PersonalTest[]
  readonly looksAtArn: boolean
  readonly looksAtCaller: boolean
  /** Some policy tells sessions of one role apart. */
  readonly tellsSessions: boolean
  readonly named: PolicyFacts | undefined
  readonly decisions: Map<string, Formula>
}

export type Getter = (principal: Principal, resource: RequestResource) => string

function profileOf(grants: GrantClass, rcps: Facts | undefined, policy: PolicyFacts | undefined): Profile {
  const references = new Set([...grants.references, ...(rcps?.references ?? []), ...(policy?.references ?? [])])
  const hasVariables = grants.hasVariables || rcps?.hasVariables === true || policy?.hasVariables === true
  const looksAtArn = hasVariables || policy?.looksAtResource === true
  return {
    patterns: looksAtArn ? [] : [...new Set([...grants.patterns, ...(rcps?.patterns ?? [])])].map(compileArn),
    getters: [...new Set([...references].map(getterOf))],
    tests: [...new Set([...grants.tests, ...(rcps?.tests ?? []), ...(policy?.tests ?? [])])],
    looksAtArn,
    looksAtCaller: hasVariables,
    tellsSessions:
      references.has('aws:userid') || [...(policy?.arns ?? [])].some((arn) => arn.includes(':assumed-role/')),
    named: policy !== undefined && policy.arns.size + policy.accounts.size > 0 ? policy : undefined,
    decisions: new Map(),
  }
}

export function truthFor(caller: Caller, test: PersonalTest): string {
  let truth = caller.truths.get(test.number)
  if (truth === undefined) {
    truth = truthOf(test, caller.principal)
    caller.truths.set(test.number, truth)
  }
  return truth
}

function keyOf(profile: Profile, caller: Caller, resource: RequestResource, given: Given | undefined): string {
  const { arn, gap } = resource
  const { principal } = caller
  let key = given === undefined ? '' : givenKey(given)
  if (gap !== undefined) key += `;${gap}`
  if (profile.looksAtArn || hasSettings(resource)) key += `;${arn}`
  else if (profile.patterns.length > 0) {
    const parts = partsOf(arn)
    for (const pattern of profile.patterns) key += matchesArn(pattern, arn, parts) ? '1' : '0'
  }
  if (arn === '*') key += '*'
  if (profile.looksAtCaller) key += `;${principal.arn}`
  key += formOf(principal, profile.named)
  // Grants name their grantees beside the policy.
  if (resource.kmsGrants !== undefined && resource.kmsGrants.length > 0) key += `;${principal.arn}`
  for (const test of profile.tests) key += truthFor(caller, test)
  for (const getter of profile.getters) key += `;${getter(principal, resource)}`
  return key
}

/** The parts of the ARN asked about last: most questions about one target come in a row. */
let last: { arn: string; parts: readonly string[] | undefined } = { arn: '', parts: undefined }

function partsOf(arn: string): readonly string[] | undefined {
  if (last.arn !== arn) last = { arn, parts: splitArn(arn) }
  return last.parts
}

function givenKey(given: Given): string {
  let key = givenKeys.get(given)
  if (key === undefined) givenKeys.set(given, (key = JSON.stringify(given)))
  return key
}

const givenKeys = new WeakMap<Given, string>()

/** What one policy says of one action. */
export interface PolicyFacts {
  /** ARNs and account ids in `Principal` or `NotPrincipal`, of Allow and of Deny. */
  readonly arns: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
  /** Some Allow names `*`. */
  readonly isOpen: boolean
  /** Some statement can allow at all. */
  readonly mayAllow: boolean
  readonly services: ReadonlySet<string>
  readonly providers: ReadonlySet<string>
  readonly references: ReadonlySet<string>
  readonly tests: ReadonlySet<PersonalTest>
  readonly looksAtResource: boolean
  readonly hasVariables: boolean
  readonly isEmpty: boolean
}

function factsOf(statements: readonly Statement[]): PolicyFacts {
  const arns = new Set<string>()
  const accounts = new Set<string>()
  const services = new Set<string>()
  const providers = new Set<string>()
  const references = new Set<string>()
  const tests = new Set<PersonalTest>()
  let isOpen = false
  let mayAllow = false
  let looksAtResource = false
  let hasVariables = false
  for (const statement of statements) {
    const own = referencesOf(statement)
    for (const key of own.keys) references.add(key)
    for (const test of own.tests) tests.add(test)
    if (statement.resource ?? statement.notResource) looksAtResource = true
    if (statement.hasVariables && own.keys.size > 0) {
      hasVariables ||= JSON.stringify([statement.resource, statement.notResource, statement.conditions]).includes('${')
    }
    if (statement.effect === 'Allow' || statement.unreadable) mayAllow = true
    // Whom a statement names that could not be read nobody knows.
    if (statement.unreadable && statement.effect === 'Allow') isOpen = true
    for (const element of [statement.principal, statement.notPrincipal]) {
      if (element === undefined) continue
      const isAllow = statement.effect === 'Allow' && element === statement.principal
      if (element === '*') {
        isOpen ||= isAllow
        continue
      }
      for (const name of element.AWS ?? []) {
        if (name === '*') isOpen ||= isAllow
        else {
          const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1]
          if (account !== undefined) accounts.add(account)
          else arns.add(name)
        }
      }
      for (const name of element.Service ?? []) services.add(name)
      for (const name of element.Federated ?? []) providers.add(name)
    }
  }
  return {
    arns,
    accounts,
    services,
    providers,
    references,
    tests,
    isOpen,
    mayAllow,
    looksAtResource,
    hasVariables,
    isEmpty: statements.length === 0,
  }
}

/** How the policy names the caller: everything that `Principal` elements can tell callers apart by. */
function formOf({ arn, roleArn, account, userArn, kind }: Principal, facts: PolicyFacts | undefined): string {
  if (kind === 'AWSService' || kind === 'WebIdentity' || kind === 'SAML') return `;${arn}`
  if (facts === undefined) return ''
  let form = ';'
  if (facts.arns.size > 0) {
    if (facts.arns.has(arn)) form += arn
    if (roleArn !== undefined && facts.arns.has(roleArn)) form += roleArn
    if (userArn !== undefined && facts.arns.has(userArn)) form += userArn
  }
  if (account !== undefined && facts.accounts.has(account)) form += account
  return form
}

/** Settings that belong to one resource: its decisions are shared with no other. */
const hasSettings = ({ kmsGrants, restrictPublicBuckets, policy }: RequestResource): boolean =>
  kmsGrants !== undefined || (restrictPublicBuckets !== undefined && policy !== undefined)

/**
 * What tells two requests apart that look at this key. Keys of the caller and of the resource have values; all others are
 * the same for every request that the graph makes of one action.
 */
export function getterOf(key: string): Getter {
  if (key.startsWith('aws:principaltag/')) {
    const wanted = key.slice(key.indexOf('/') + 1)
    return ({ tags }) => tag(tags, wanted)
  }
  if (/^[a-z0-9-]+:resourcetag\//.test(key)) {
    const wanted = key.slice(key.indexOf('/') + 1)
    return (_, { tags }) => tag(tags, wanted)
  }
  return getters.get(key) ?? region
}

// Everything else that depends on the resource does so through its ARN, such as the region.
const region: Getter = (_, { arn }) => partsOf(arn)?.[3] ?? ''
const caller: Getter = ({ arn, roleArn }) => roleArn ?? arn
const session: Getter = ({ arn }) => arn
const callerAccount: Getter = ({ account }) => account ?? ''
const callerOrganization: Getter = ({ membership }) => membership?.path ?? ''
const owner: Getter = (_, { account }) => account ?? ''
const ownerOrganization: Getter = (_, { membership }) => membership?.path ?? ''
const boundary: Getter = (_, { boundary: arns }) => arns?.join() ?? '?'

const getters: ReadonlyMap<string, Getter> = new Map([
  ['aws:principalarn', caller],
  ['aws:userid', session],
  ['aws:username', caller],
  ['aws:principalaccount', callerAccount],
  ['kms:calleraccount', callerAccount],
  ['aws:sourceowner', callerAccount],
  ['aws:principalorgid', callerOrganization],
  ['aws:principalorgpaths', callerOrganization],
  ['aws:resourceaccount', owner],
  ['aws:sourceaccount', owner],
  ['s3:resourceaccount', owner],
  ['aws:resourceorgid', ownerOrganization],
  ['aws:resourceorgpaths', ownerOrganization],
  ['aws:sourceorgid', ownerOrganization],
  ['aws:sourceorgpaths', ownerOrganization],
  ['iam:permissionsboundary', boundary],
])

/** Tag keys are compared without regard to case; an absent tag differs from an empty one. */
function tag(tags: Readonly<Record<string, string>> | undefined, wanted: string): string {
  if (tags === undefined) return '?'
  for (const key in tags) if (key.toLowerCase() === wanted) return `=${tags[key]}`
  return '-'
}
