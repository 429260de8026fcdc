import type { Principal } from '#src/evaluate/request.ts'
import { roleSession, userPrincipal } from '#src/evaluate/subjects.ts'
import type { Account, AttachedPolicy, Group, Role, User } from '#src/model/model.ts'
import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { any, constant, type Formula, substitute } from '#src/policy/formula.ts'
import type { NamedPolicy, Policy } from '#src/policy/policy.ts'
import { settle } from '#src/policy/settle.ts'
import type { Change, Lift } from '#src/techniques/technique.ts'
import { referencesOf } from './references.ts'

/** An identity as it is once somebody has changed it. */
export interface Lifted {
  readonly identity: User | Role
  readonly principal: Principal
  /** What conditions turn into besides: a session of the user can carry MFA. */
  readonly turn: (formula: Formula) => Formula
  readonly isSecondFactor: boolean
}

/** The identity after the change; undefined for changes after which nothing is decided otherwise. */
export function lifted(identity: User | Role, lift: Lift, account: Account): Lifted | undefined {
  if (lift.kind === 'mfa')
    return { identity, principal: principalOf(identity, account), turn: withMfa, isSecondFactor: true }
  const changed = changedIdentity(identity, lift, account)
  return (
    changed && { identity: changed, principal: principalOf(changed, account), turn: unchanged, isSecondFactor: false }
  )
}

const unchanged = (formula: Formula): Formula => formula

export const principalOf = (identity: User | Role, account: Account): Principal =>
  identity.kind === 'user' ? userPrincipal(identity, account) : roleSession(identity, account)

/** Whoever has a user's own second factor in reach is asked for it on every hop: only somebody else's is taken over. */
export const isUseful = ({ lift }: Change, isOwn: boolean): boolean => !(isOwn && lift.kind === 'mfa')

/** Whether a new way says more than the ways that there are already. */
export function isGained(before: Formula, after: Formula): boolean {
  if (after.kind === 'never' || any(before, after).id === before.id) return false
  return settle(before).verdict !== 'certain' && settle(after).verdict !== 'no'
}

/** The context key that decisions must look at to come out otherwise; undefined for changes of what policies apply. */
export function keyOf(lift: Lift): string | undefined {
  if (lift.kind === 'mfa') return 'aws:multifactorauth'
  return lift.kind === 'tag' ? `aws:principaltag/${lift.key.toLowerCase()}` : undefined
}

/** Whether the policies that bear on all that the principal does look at the key, or at one that begins so. */
export function mentionsKey({ identityPolicies, boundary, membership }: Principal, key: string): boolean {
  const levels = membership?.levels ?? []
  return (
    identityPolicies.some(({ policy }) => looksAt(policy, key)) ||
    (boundary !== undefined && looksAt(boundary.policy, key)) ||
    levels.some(({ scps, rcps }) => [...scps, ...rcps].some(({ policy }) => looksAt(policy, key)))
  )
}

export const looksAt = (policy: Policy, key: string): boolean =>
  policy.statements.some((statement) => {
    const { keys, tests } = referencesOf(statement)
    return [...keys, ...[...tests].map((test) => test.key)].some((each) => each.startsWith(key))
  })

function changedIdentity(identity: User | Role, lift: Lift, account: Account): User | Role | undefined {
  switch (lift.kind) {
    case 'boundary': {
      const { boundary: _, ...free } = identity
      return free
    }
    case 'policy':
      return withPolicies(identity, (policies, holder) =>
        holder.arn === lift.from ? policies.filter((policy) => !isLifted(policy, lift)) : policies,
      )
    case 'version':
      return withPolicies(identity, (policies) => policies.map((policy) => inVersion(policy, lift.arn, lift.version)))
    case 'grant':
      return { ...identity, policies: [everything] }
    case 'tag':
      return { ...identity, tags: withTag(identity.tags, lift.key, lift.value) }
    case 'join': {
      const group = account.groups.find(({ arn }) => arn === lift.group)
      return identity.kind === 'user' && group ? { ...identity, groups: [...identity.groups, group] } : undefined
    }
    case 'leave':
      return identity.kind === 'user'
        ? { ...identity, groups: identity.groups.filter(({ arn }) => arn !== lift.group) }
        : undefined
    default:
      return undefined
  }
}

function withPolicies(
  identity: User | Role,
  change: (policies: readonly AttachedPolicy[], holder: User | Role | Group) => readonly AttachedPolicy[],
): User | Role {
  const policies = change(identity.policies, identity)
  if (identity.kind === 'role') return { ...identity, policies }
  const groups = identity.groups.map((group) => ({ ...group, policies: change(group.policies, group) }))
  return { ...identity, policies, groups }
}

const isLifted = (policy: AttachedPolicy, lift: Extract<Lift, { kind: 'policy' }>): boolean =>
  lift.arn === undefined ? policy.kind === 'inline' && policy.name === lift.name : policy.arn === lift.arn

function inVersion(policy: AttachedPolicy, arn: string, version: string): AttachedPolicy {
  const other = policy.arn === arn ? policy.managed?.versions.find(({ id }) => id === version) : undefined
  return other === undefined ? policy : { ...policy, policy: other.policy.policy }
}

function withTag(
  tags: Readonly<Record<string, string>>,
  key: string,
  value: string | undefined,
): Readonly<Record<string, string>> {
  const others = Object.entries(tags).filter(([name]) => name.toLowerCase() !== key.toLowerCase())
  return Object.fromEntries(value === undefined ? others : [...others, [key, value]])
}

/** A policy that allows everything. */
export const allowsEverything: NamedPolicy = {
  name: 'AdministratorAccess',
  policy: {
    version: '2012-10-17',
    problems: [],
    statements: [{ index: 0, effect: 'Allow', action: ['*'], resource: ['*'], conditions: [], hasVariables: true }],
  },
}

const everything: AttachedPolicy = { ...allowsEverything, kind: 'managed' }

/** The second factor is the attacker's: it was used, just now. */
const withMfa = (formula: Formula): Formula =>
  substitute(formula, (atom) => {
    const value = secondFactor.get(atom.key.toLowerCase())
    return value === undefined ? atom : constant(conditionHolds(atom.operator, [value], atom.values))
  })

const secondFactor: ReadonlyMap<string, string> = new Map([
  ['aws:multifactorauthpresent', 'true'],
  ['aws:multifactorauthage', '0'],
])
