import { permits } from '#src/evaluate/evaluate.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { Membership, Principal, RequestResource } from '#src/evaluate/request.ts'
import { arnMatches } from '#src/policy/arn.ts'
import type { Formula } from '#src/policy/formula.ts'
import type { NamedPolicy, Statement } from '#src/policy/policy.ts'
import type { ActionIndex } from './action-index.ts'
import { type GrantClass, Reducer, reducedPrincipal } from './reduce.ts'
import { referencesOf } from './references.ts'

export type Given = Readonly<Record<string, readonly string[]>>

/** Someone who may take hops, with what was found out about it per action. */
export interface Caller {
  readonly node: number
  readonly principal: Principal
  readonly grants: Map<number, GrantClass>
}

/** Something a request is made on. */
export interface Target {
  readonly node: number
  readonly resource: RequestResource
}

export const callerOf = (node: number, principal: Principal): Caller => ({ node, principal, grants: new Map() })

/**
 * Decides requests by the reference evaluator, once for all that cannot differ. Two requests share a decision if the caller's
 * class, the resource policy, the organization policies and the form by which the policy names the caller are the same, the
 * target matches the same resource patterns, and every context key that any of these looks at has the same value.
 */
export class Decider {
  readonly index: ActionIndex
  readonly reducer: Reducer
  readonly #capturedAt: string
  readonly #decisions = new Map<string, Formula>()
  readonly #policyFacts = new WeakMap<NamedPolicy['policy'], PolicyFacts[]>()
  readonly #numbers = new WeakMap<object, number>()
  #count = 0

  constructor(index: ActionIndex, capturedAt: string) {
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
  decide(caller: Caller, action: number, { resource }: Target, given?: Given): Formula {
    const grants = this.grantsOf(caller, action)
    const key = this.#key(grants, caller.principal, action, resource, given)
    let formula = this.#decisions.get(key)
    if (formula === undefined) {
      formula = this.#evaluate(grants, caller.principal, action, resource, given)
      this.#decisions.set(key, formula)
    }
    return formula
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

  #key(
    grants: GrantClass,
    principal: Principal,
    action: number,
    resource: RequestResource,
    given: Given | undefined,
  ): string {
    const { membership, policy } = resource
    const organizational = membership && this.reducer.membership(membership, action)
    const facts = policy && this.policyFacts(policy, action)
    let key = `${grants.number};${organizational?.number ?? -1};${principal.account === resource.account ? 1 : 0}`
    if (facts !== undefined)
      key += `;${facts.isEmpty ? 'e' : this.#numberOf(policy!.policy)};${formOf(principal, facts)}`
    if (resource.gap !== undefined) key += `;${resource.gap}`
    if (given !== undefined) key += `;${JSON.stringify(given)}`
    const looksAtArn =
      grants.hasVariables || organizational?.rcps.hasVariables || facts?.looksAtResource || hasSettings(resource)
    if (looksAtArn) key += `;${resource.arn}`
    else {
      key += ';'
      for (const pattern of grants.patterns) key += arnMatches(pattern, resource.arn) ? '1' : '0'
      if (organizational) {
        for (const pattern of organizational.rcps.patterns) key += arnMatches(pattern, resource.arn) ? '1' : '0'
      }
      // The kind of thing and the partition can matter to the evaluator, its name only through the patterns above.
      key += resource.arn === '*' ? '*' : ''
    }
    if (grants.hasVariables || facts?.hasVariables || organizational?.rcps.hasVariables) key += `;${principal.arn}`
    key += this.#values(grants.references, principal, resource)
    if (organizational) key += this.#values(organizational.rcps.references, principal, resource)
    if (facts !== undefined) key += this.#values(facts.references, principal, resource)
    return key
  }

  #values(references: ReadonlySet<string>, principal: Principal, resource: RequestResource): string {
    let text = ''
    for (const key of references) text += `;${valueOf(key, principal, resource)}`
    return text
  }

  #numberOf(thing: object): number {
    let number = this.#numbers.get(thing)
    if (number === undefined) this.#numbers.set(thing, (number = this.#count++))
    return number
  }
}

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
  let isOpen = false
  let mayAllow = false
  let looksAtResource = false
  let hasVariables = false
  for (const statement of statements) {
    for (const key of referencesOf(statement)) references.add(key)
    if (statement.resource ?? statement.notResource) looksAtResource = true
    if (statement.hasVariables && referencesOf(statement).size > 0) {
      hasVariables ||= JSON.stringify([statement.resource, statement.notResource, statement.conditions]).includes('${')
    }
    if (statement.effect === 'Allow' || statement.unreadable) mayAllow = true
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
    isOpen,
    mayAllow,
    looksAtResource,
    hasVariables,
    isEmpty: statements.length === 0,
  }
}

/** How the policy names the caller: everything that `Principal` elements can tell callers apart by. */
function formOf({ arn, roleArn, account, userArn, kind }: Principal, facts: PolicyFacts): string {
  let form = ''
  for (const name of [arn, roleArn, userArn]) if (name !== undefined && facts.arns.has(name)) form += name
  if (account !== undefined && facts.accounts.has(account)) form += account
  if (kind === 'AWSService' || kind === 'WebIdentity' || kind === 'SAML') form += arn
  return form
}

/** Settings that belong to one resource: its decisions are shared with no other. */
const hasSettings = ({ kmsGrants, restrictPublicBuckets }: RequestResource): boolean =>
  restrictPublicBuckets !== undefined || kmsGrants !== undefined

/**
 * What tells two requests apart that look at this key. Keys of the caller and of the resource have values; all others are
 * the same for every request that the graph makes of one action.
 */
function valueOf(key: string, principal: Principal, resource: RequestResource): string {
  if (key.startsWith('aws:principaltag/')) return tag(principal.tags, key.slice(key.indexOf('/') + 1))
  if (/^(aws|[a-z0-9-]+):resourcetag\//.test(key) || key.startsWith('ssm:resourcetag/')) {
    return tag(resource.tags, key.slice(key.indexOf('/') + 1))
  }
  switch (key) {
    case 'aws:principalarn':
    case 'aws:userid':
    case 'aws:username':
      return principal.arn + (principal.roleArn ?? '')
    case 'aws:principalaccount':
    case 'kms:calleraccount':
    case 'aws:sourceowner':
      return principal.account ?? ''
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
      return organizationOf(principal.membership)
    case 'iam:permissionsboundary':
      return String(resource.boundary ?? '?')
    case 'aws:resourceaccount':
    case 'aws:sourceaccount':
    case 's3:resourceaccount':
      return resource.account ?? ''
    case 'aws:resourceorgid':
    case 'aws:resourceorgpaths':
    case 'aws:sourceorgid':
    case 'aws:sourceorgpaths':
      return organizationOf(resource.membership)
    default:
      // Everything else that depends on the resource does so through its ARN, such as the region.
      return `${resource.arn.split(':', 4)[3] ?? ''}`
  }
}

const organizationOf = (membership: Membership | undefined): string => membership?.path ?? ''

/** Tag keys are compared without regard to case; an absent tag differs from an empty one. */
function tag(tags: Readonly<Record<string, string>> | undefined, wanted: string): string {
  if (tags === undefined) return '?'
  for (const [key, value] of Object.entries(tags)) if (key.toLowerCase() === wanted) return `=${value}`
  return '-'
}
