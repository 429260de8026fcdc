import type { Account, AttachedPolicy, Group, Model, Role, User } from '#src/model/model.ts'
import {
  adminOf,
  forbidsAdministration,
  isEditable,
  leavesAdministration,
  makesAdministrator,
  strongPolicies,
} from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import type { Binder, Opening, Technique } from '../technique.ts'

/** An identity that writes its own policies, or those of its groups. */
export const ownIdentity: Binder = selfAdministration((identity, account, model) => {
  const isUser = identity.kind === 'user'
  const self = isEditable(identity) ? [existing(identity.arn, identity.tags)] : []
  return {
    'own-user': isUser ? self : [],
    'own-role': isUser ? [] : self,
    'own-group': groupsOf(identity).map(({ arn }) => existing(arn)),
    'strong-policy': strongPolicies(account, placeOf(account, model)),
  }
})

/** An identity that rewrites a customer managed policy that applies to it. */
export const ownPolicy: Binder = selfAdministration((identity, account) => ({
  'own-policy': isServiceLinked(identity) ? [] : customerPolicies(identity, account).map(({ arn }) => existing(arn!)),
}))

/** An identity that puts an older version in force, if one of them makes it an administrator that nothing else forbids. */
export const ownVersion: Binder = selfAdministration((identity, account) => {
  if (isServiceLinked(identity)) return { 'own-policy': [] }
  const policies = policiesOf(identity)
  const worthwhile = customerPolicies(identity, account).filter(({ arn, managed }) => {
    const others = policies.filter((policy) => policy.arn !== arn)
    const older = managed?.versions.filter(({ id }) => id !== managed.defaultVersion) ?? []
    return older.some(({ policy }) => makesAdministrator(policy.policy)) && !forbidsAdministration(others)
  })
  return { 'own-policy': worthwhile.map(({ arn }) => existing(arn!)) }
})

export const groupsOf = (identity: User | Role): readonly Group[] => (identity.kind === 'user' ? identity.groups : [])

const policiesOf = (identity: User | Role): readonly AttachedPolicy[] => [
  ...identity.policies,
  ...groupsOf(identity).flatMap(({ policies }) => policies),
]

/** Attached policies that the account itself may version. */
export function customerPolicies(identity: User | Role, account: Account): readonly AttachedPolicy[] {
  const byArn = new Map<string, AttachedPolicy>()
  for (const policy of policiesOf(identity)) {
    if (policy.kind === 'managed' && policy.arn?.split(':')[4] === account.id) byArn.set(policy.arn, policy)
  }
  return [...byArn.values()]
}

const isServiceLinked = (identity: User | Role): boolean => identity.kind === 'role' && identity.isServiceLinked

/** Openings from an identity to its account's administrator, unless its boundary stays in the way. */
function selfAdministration(slotsOf: (identity: User | Role, account: Account, model: Model) => Slots): Binder {
  const open = function* (
    technique: Technique,
    identity: User | Role,
    account: Account,
    model: Model,
  ): Generator<Opening> {
    const needs = needsOf(technique, placeOf(account, model), slotsOf(identity, account, model))
    if (needs !== undefined) yield { technique, to: adminOf(account), needs, given: givenBy(technique, account) }
  }
  return {
    ownOpenings: (technique, identity, account, model) =>
      leavesAdministration(identity.boundary) ? open(technique, identity, account, model) : [],
    *closedOpenings(technique, { from, to }, account, model) {
      if (to !== adminOf(account)) return
      const identity = identityIn(account, from)
      if (identity === undefined || leavesAdministration(identity.boundary)) return
      for (const opening of open(technique, identity, account, model)) {
        yield {
          ...opening,
          closedBy: { layer: 'boundary', reason: `the permissions boundary ${identity.boundary!.name} stays` },
        }
      }
    },
  }
}

const identityIn = ({ users, roles }: Account, arn: string): User | Role | undefined =>
  users.find((user) => user.arn === arn) ?? roles.find((role) => role.arn === arn)
