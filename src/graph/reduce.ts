import type { Membership, Principal } from '#src/evaluate/request.ts'
import type { NamedPolicy, Policy, Statement } from '#src/policy/policy.ts'
import type { ActionIndex } from './action-index.ts'
import type { Profile } from './profile.ts'
import { type PersonalTest, referencesOf } from './references.ts'

/**
 * What principals with the same grants have in common for one action: nothing is left in their policies but the statements that
 * bear on it. They get the same decision on the same target, as far as their own side does not look at who they are: `references`.
 */
export interface GrantClass {
  readonly number: number
  readonly identityPolicies: readonly NamedPolicy[]
  readonly boundary: NamedPolicy | undefined
  readonly sessionPolicies: readonly NamedPolicy[] | undefined
  readonly membership: Membership | undefined
  /** Whether some identity Allow could match; without one only a resource policy's direct form lets them in. */
  readonly mayAllow: boolean
  /** Resource patterns that their decisions look at, `*` left out. */
  readonly patterns: readonly string[]
  /** Context keys that their own policies and SCPs look at, by value. */
  readonly references: ReadonlySet<string>
  /** Conditions on who asks. */
  readonly tests: ReadonlySet<PersonalTest>
  /** A resource pattern holds a variable: who asks changes what it matches. */
  readonly hasVariables: boolean
  /** What was decided for the class, by what the targets bring into it. */
  readonly profiles: Map<number, Profile>
}

/** A principal of the class with its policies reduced to those of the class. */
export function reducedPrincipal(principal: Principal, grants: GrantClass): Principal {
  const { identityPolicies, boundary, sessionPolicies, membership } = grants
  return {
    ...principal,
    identityPolicies,
    ...(boundary && { boundary }),
    ...(sessionPolicies && { sessionPolicies }),
    ...(membership && { membership }),
  }
}

/** Reduces principals and levels of organization policies; remembers what it has seen. */
export class Reducer {
  readonly #index: ActionIndex
  readonly #policies = new Map<number, WeakMap<Policy, Policy>>()
  readonly #statements = new WeakMap<Statement, number>()
  readonly #statementTexts = new Map<string, number>()
  readonly #classes = new Map<string, GrantClass>()
  #count = 0
  readonly #memberships = new Map<number, WeakMap<Membership, Organizational>>()
  readonly #texts = new Map<string, number>()

  constructor(index: ActionIndex) {
    this.#index = index
  }

  /** Drops the classes that there are, and all that was decided for them, where they are many. */
  forget(): void {
    if (this.#classes.size < mostClasses) return
    this.#classes.clear()
    this.#policies.clear()
    this.#index.forget()
  }

  classOf(principal: Principal, action: number): GrantClass {
    const identity = this.#swallowed(this.#reducePolicies(principal.identityPolicies, action), principal)
    const boundary = principal.boundary && this.reducePolicy(principal.boundary, action)
    const session = principal.sessionPolicies && this.#reducePolicies(principal.sessionPolicies, action)
    const membership = principal.membership && this.membership(principal.membership, action)
    const text = [
      action,
      principal.kind,
      membership?.scpNumber ?? -1,
      (principal.isServiceLinked ? 1 : 0) + (principal.allowsEverything ? 2 : 0),
      principal.gap ?? '',
      this.#text(identity),
      boundary === undefined ? 'none' : this.#text([boundary]),
      session === undefined ? 'none' : this.#text(session),
    ].join(';')
    let known = this.#classes.get(text)
    if (known === undefined) {
      const statements = [...identity, ...(boundary ? [boundary] : []), ...(session ?? [])].flatMap(
        ({ policy }) => policy.statements,
      )
      known = {
        number: this.#count++,
        identityPolicies: identity,
        boundary,
        sessionPolicies: session,
        membership: membership?.reduced,
        mayAllow:
          principal.kind === 'RootUser' ||
          principal.allowsEverything === true ||
          principal.gap !== undefined ||
          identity.some(({ policy }) => policy.statements.some(mayAllow)),
        ...describe(statements, membership?.scps ?? noFacts),
        profiles: new Map(),
      }
      this.#classes.set(text, known)
    }
    return known
  }

  /** The levels of an account with only the SCPs' and RCPs' statements that bear on the action. */
  membership(membership: Membership, action: number): Organizational {
    let byMembership = this.#memberships.get(action)
    if (byMembership === undefined) this.#memberships.set(action, (byMembership = new WeakMap()))
    let known = byMembership.get(membership)
    if (known === undefined) {
      const levels = membership.levels.map((level) => ({
        ...level,
        scps: this.#reducePolicies(level.scps, action),
        rcps: this.#reducePolicies(level.rcps, action),
      }))
      const { organizationId, isManagement, hasScps } = membership
      const place = `${action};${organizationId};${isManagement}`
      known = {
        scpNumber: this.#numberOf(`${place};${hasScps};${this.#levelsText(levels.map(({ scps }) => scps))}`),
        rcpNumber: this.#numberOf(`${place};rcp;${this.#levelsText(levels.map(({ rcps }) => rcps))}`),
        reduced: { ...membership, levels },
        scps: describe(
          levels.flatMap(({ scps }) => scps.flatMap(({ policy }) => policy.statements)),
          noFacts,
        ),
        rcps: describe(
          levels.flatMap(({ rcps }) => rcps.flatMap(({ policy }) => policy.statements)),
          noFacts,
        ),
      }
      byMembership.set(membership, known)
    }
    return known
  }

  /** Every level must allow, whichever it is: levels that say the same are one, and their order does not matter. */
  #levelsText(levels: readonly (readonly NamedPolicy[])[]): string {
    return [...new Set(levels.map((policies) => this.#text(policies)))].sort().join('|')
  }

  #numberOf(text: string): number {
    let number = this.#texts.get(text)
    if (number === undefined) {
      number = this.#texts.size
      this.#texts.set(text, number)
    }
    return number
  }

  #reducePolicies(policies: readonly NamedPolicy[], action: number): readonly NamedPolicy[] {
    const kept: NamedPolicy[] = []
    for (const policy of policies) {
      const reduced = this.reducePolicy(policy, action)
      if (reduced.policy.statements.length > 0) kept.push(reduced)
    }
    return kept.length === 0 ? noPolicies : kept
  }

  reducePolicy(named: NamedPolicy, action: number): NamedPolicy {
    const { policy } = named
    let byPolicy = this.#policies.get(action)
    if (byPolicy === undefined) this.#policies.set(action, (byPolicy = new WeakMap()))
    let reduced = byPolicy.get(policy)
    if (reduced === undefined) {
      const statements = this.#index.statements(policy, action)
      reduced =
        statements.length === policy.statements.length
          ? policy
          : statements.length === 0
            ? emptyPolicy
            : { version: policy.version, statements, problems: none }
      byPolicy.set(policy, reduced)
    }
    if (reduced === policy) return named
    return reduced === emptyPolicy ? emptyNamed : { ...named, policy: reduced }
  }

  /** An unconditional Allow on `*` makes the other Allows say nothing more: fewer classes, the same decisions. */
  #swallowed(policies: readonly NamedPolicy[], principal: Principal): readonly NamedPolicy[] {
    if (policies.length === 0 || principal.gap !== undefined) return policies
    let count = 0
    let wide: Statement | undefined
    for (const { policy } of policies) {
      for (const statement of policy.statements) {
        count++
        if (wide === undefined && isWideAllow(statement)) wide = statement
      }
    }
    if (wide === undefined || count === 1) return policies
    const kept: Statement[] = [wide]
    for (const { policy } of policies) {
      for (const statement of policy.statements) {
        if (statement.unreadable || statement.effect === 'Deny') kept.push(statement)
      }
    }
    return [{ name: '', policy: { version: '2012-10-17', statements: kept, problems: none } }]
  }

  #text(policies: readonly NamedPolicy[]): string {
    const numbers = new Set<number>()
    for (const { policy } of policies) {
      for (const statement of policy.statements) numbers.add(this.#statementNumber(statement))
    }
    return [...numbers].sort((left, right) => left - right).join(',')
  }

  /** Statements with the same content, whatever they are called, are one; what they say of other actions does not count. */
  #statementNumber(statement: Statement): number {
    const known = this.#statements.get(statement)
    if (known !== undefined) return known
    const { effect, resource, notResource, conditions, unreadable } = statement
    const variables = statement.hasVariables && JSON.stringify([resource, notResource, conditions]).includes('${')
    const text = JSON.stringify([effect, resource ?? 0, notResource ?? 0, conditions, unreadable ?? 0, variables])
    let number = this.#statementTexts.get(text)
    if (number === undefined) this.#statementTexts.set(text, (number = this.#statementTexts.size))
    this.#statements.set(statement, number)
    return number
  }
}

/** Beyond, memory costs more than deciding again. */
const mostClasses = 5_000

export interface Organizational {
  /** The same for accounts whose SCPs, and whose RCPs, say the same of the action. */
  readonly scpNumber: number
  readonly rcpNumber: number
  readonly reduced: Membership
  readonly scps: Facts
  readonly rcps: Facts
}

export interface Facts {
  readonly patterns: readonly string[]
  readonly references: ReadonlySet<string>
  readonly tests: ReadonlySet<PersonalTest>
  readonly hasVariables: boolean
}

const none: readonly never[] = []
const noPolicies: readonly NamedPolicy[] = []
const noReferences: ReadonlySet<string> = new Set()
const noTests: ReadonlySet<PersonalTest> = new Set()
const noFacts: Facts = { patterns: none, references: noReferences, tests: noTests, hasVariables: false }
/** A policy that says nothing of the action: as a boundary it still caps everything. */
const emptyPolicy: Policy = { version: '2012-10-17', statements: none, problems: none }
const emptyNamed: NamedPolicy = { name: '', policy: emptyPolicy }

const mayAllow = (statement: Statement): boolean => statement.effect === 'Allow' || statement.unreadable === true

const isWideAllow = (statement: Statement): boolean =>
  statement.effect === 'Allow' &&
  !statement.unreadable &&
  statement.conditions.length === 0 &&
  statement.resource?.length === 1 &&
  statement.resource[0] === '*'

function describe(statements: readonly Statement[], besides: Facts): Facts {
  if (statements.length === 0) return besides
  const patterns = new Set(besides.patterns)
  const references = new Set(besides.references)
  const tests = new Set(besides.tests)
  let hasVariables = besides.hasVariables
  for (const statement of statements) {
    for (const pattern of statement.resource ?? statement.notResource ?? none) {
      if (pattern !== '*') patterns.add(pattern)
      if (statement.hasVariables && pattern.includes('${')) hasVariables = true
    }
    const own = referencesOf(statement)
    for (const key of own.keys) references.add(key)
    for (const test of own.tests) tests.add(test)
  }
  return {
    patterns: [...patterns],
    references: references.size === 0 ? noReferences : references,
    tests: tests.size === 0 ? noTests : tests,
    hasVariables,
  }
}
