import type { Account, AttachedPolicy, Group, Model, Role, User } from '#src/model/model.ts'
import { isEditable, strongPolicies } from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import type { Binder, Change, Lift, NeedResource, Requirement, Technique } from '../technique.ts'
import { groupsOf } from './own.ts'
import { targetSlots } from './strengthen.ts'

/** Techniques that change what applies to an identity; what it reaches is then decided again. */

/** Somebody else may write the identity's policies: whatever its boundary leaves is its own. */
export const makeAdmin: Binder = {
  *changes(technique, identity, account, model) {
    const slots = targetSlots(identity, account, model)
    const self = isEditable(identity) ? {} : { 'target-user': [], 'target-role': [] }
    yield* change(technique, identity, account, model, { kind: 'grant' }, { ...slots, ...self })
  },
}

/** A user joins a group that it is not in. */
export const join: Binder = {
  *changes(technique, identity, account, model) {
    if (identity.kind !== 'user') return
    for (const group of account.groups) {
      if (identity.groups.some(({ arn }) => arn === group.arn)) continue
      const slots = { 'target-group': [existing(group.arn)] }
      yield* change(technique, identity, account, model, { kind: 'join', group: group.arn }, slots)
    }
  },
}

/** The permissions boundary is deleted, replaced by one that does not bind, or rewritten. */
export const liftBoundary: Binder = {
  *changes(technique, identity, account, model) {
    if (identity.boundary === undefined || !isEditable(identity)) return
    const { arn } = identity.boundary
    const self = [existing(identity.arn, identity.tags)]
    yield* change(
      technique,
      identity,
      account,
      model,
      { kind: 'boundary' },
      {
        'target-user': identity.kind === 'user' ? self : [],
        'target-role': identity.kind === 'role' ? self : [],
        'boundary-policy': arn !== undefined && isOwn(arn, account) ? [existing(arn)] : [],
        'strong-policy': strongPolicies(account, placeOf(account, model)),
      },
    )
  },
}

/** A policy with Deny statements is detached, deleted or rewritten, or the group that brings it left. */
export const liftDeny: Binder = {
  *changes(technique, identity, account, model) {
    for (const holder of [identity, ...groupsOf(identity)]) {
      if (holder.kind === 'role' && !isEditable(holder)) continue
      const denying = holder.policies.filter(hasDeny)
      for (const policy of denying) yield* liftOne(technique, identity, holder, policy, account, model)
      if (holder.kind === 'group' && denying.length > 0) {
        const only = technique.requires.filter(({ on }) => on === 'denying-group')
        const lift: Lift = { kind: 'leave', group: holder.arn }
        yield* change(
          { ...technique, requires: only },
          identity,
          account,
          model,
          lift,
          { 'denying-group': [existing(holder.arn)] },
          technique,
        )
      }
    }
  },
}

function* liftOne(
  technique: Technique,
  identity: User | Role,
  holder: User | Role | Group,
  policy: AttachedPolicy,
  account: Account,
  model: Model,
): Generator<Change> {
  const isManaged = policy.kind === 'managed' && policy.arn !== undefined
  const named: readonly NeedResource[] = isManaged ? [existing(policy.arn!)] : []
  const own = isManaged && isOwn(policy.arn!, account) ? named : []
  const self = [existing(holder.arn, holder.kind === 'group' ? undefined : holder.tags)]
  const requires = technique.requires
    .filter(({ action }) => fitsKind(action, isManaged))
    .map(
      (requirement): Requirement =>
        rewritesPolicy(requirement) ? { ...requirement, on: 'rewritable-policy' } : requirement,
    )
  const slots: Slots = {
    'target-user': holder.kind === 'user' ? self : [],
    'target-role': holder.kind === 'role' ? self : [],
    'target-group': holder.kind === 'group' ? self : [],
    'denying-policy': named,
    'rewritable-policy': own,
    'denying-group': [],
  }
  const lift: Lift = { kind: 'policy', name: policy.name, from: holder.arn, ...(isManaged && { arn: policy.arn! }) }
  yield* change({ ...technique, requires }, identity, account, model, lift, slots, technique)
}

/** Managed policies are detached, inline ones deleted. */
const fitsKind = (action: string, isManaged: boolean): boolean =>
  isManaged ? !/:Delete\w+Policy$/.test(action) : !/:Detach/.test(action)

const rewritesPolicy = ({ action }: Requirement): boolean => action === 'iam:CreatePolicyVersion'

const hasDeny = ({ policy }: AttachedPolicy): boolean => policy.statements.some(({ effect }) => effect === 'Deny')

const isOwn = (arn: string, { id }: Account): boolean => arn.split(':')[4] === id

/** The second factor of a user is replaced by one of the caller's. */
export const mfa: Binder = {
  *changes(technique, identity, account, model) {
    if (identity.kind !== 'user') return
    yield* change(
      technique,
      identity,
      account,
      model,
      { kind: 'mfa' },
      { 'target-user': [existing(identity.arn, identity.tags)] },
    )
  },
}

/** A user gets another name or path, if some policy looks at it. */
export const rename: Binder = {
  *changes(technique, identity, account, model) {
    if (identity.kind !== 'user' || !looksAtNames(identity)) return
    const slots = { 'target-user': [existing(identity.arn, identity.tags)], 'target-group': [] }
    yield* change(technique, identity, account, model, { kind: 'rename' }, slots)
  },
}

const looksAtNames = (user: User): boolean =>
  [...user.policies, ...user.groups.flatMap(({ policies }) => policies)].some(({ policy }) =>
    policy.statements.some(({ resource = [], conditions }) =>
      [...resource, ...conditions.flatMap(({ values }) => values)].some((text) => /\$\{aws:username/i.test(text)),
    ),
  )

export function* change(
  technique: Technique,
  identity: User | Role,
  account: Account,
  model: Model,
  lift: Lift,
  slots: Slots,
  named = technique,
): Generator<Change> {
  const needs = needsOf(technique, placeOf(account, model), slots)
  if (needs === undefined || needs.length === 0) return
  yield { technique: named, identity: identity.arn, lift, needs, given: givenBy(named, account) }
}
