import type { Account, ManagedPolicy, Role, User } from '#src/model/model.ts'
import { coversAction } from '#src/policy/action.ts'
import { matchesAnything } from '#src/policy/glob.ts'
import type { NamedPolicy, Policy, Statement } from '#src/policy/policy.ts'
import type { NeedResource } from '../technique.ts'
import { existing, type Place } from './fill.ts'

export const adminOf = ({ id }: Account): string => `admin:${id}`

/** Writing any of these on everything makes an administrator. */
const policyWrites = [
  'iam:PutRolePolicy',
  'iam:AttachRolePolicy',
  'iam:PutUserPolicy',
  'iam:AttachUserPolicy',
  'iam:PutGroupPolicy',
  'iam:AttachGroupPolicy',
  'iam:CreatePolicyVersion',
] as const

/** Any of these lines, allowed on everything by a boundary, leads out of the boundary. */
const waysOut: readonly (readonly string[])[] = [
  ['iam:CreateRole', 'iam:PutRolePolicy'],
  ['iam:CreateRole', 'iam:AttachRolePolicy'],
  ['iam:UpdateAssumeRolePolicy', 'iam:PutRolePolicy'],
  ['iam:UpdateAssumeRolePolicy', 'iam:AttachRolePolicy'],
  ['iam:CreateUser', 'iam:PutUserPolicy', 'iam:CreateAccessKey'],
  ['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:CreateAccessKey'],
  ['iam:DeleteRolePermissionsBoundary'],
  ['iam:DeleteUserPermissionsBoundary'],
]

/** Whether whoever has this policy may write IAM policies on everything. */
export function makesAdministrator(policy: Policy): boolean {
  const found = administrators.get(policy) ?? policyWrites.some((action) => allowsOnEverything(policy, action))
  administrators.set(policy, found)
  return found
}

/** Documents are shared by many identities, so that each is looked at once. */
const administrators = new WeakMap<Policy, boolean>()

/** Whether other policies forbid what `makesAdministrator` looks for. */
export const forbidsAdministration = (policies: readonly NamedPolicy[]): boolean =>
  policyWrites.every((action) => policies.some(({ policy }) => deniesOnEverything(policy, action)))

/**
 * An identity that can have any policies, but keeps this boundary, is an administrator exactly if the boundary lets it write IAM policies
 * of others, or drop boundaries, on everything and without condition. Without a boundary it always is.
 */
export function leavesAdministration(boundary: NamedPolicy | undefined): boolean {
  if (boundary === undefined) return true
  const { policy } = boundary
  const found =
    looseBoundaries.get(policy) ??
    waysOut.some((actions) => actions.every((action) => allowsOnEverything(policy, action)))
  looseBoundaries.set(policy, found)
  return found
}

const looseBoundaries = new WeakMap<Policy, boolean>()

/** Policies worth attaching, and boundaries that do not bind: AWS's own for administrators, and the account's that do the same. */
export function strongPolicies(account: Account, { partition }: Place): readonly NeedResource[] {
  const found = strong.get(account) ?? findStrong(account, partition)
  strong.set(account, found)
  return found
}

const strong = new WeakMap<Account, readonly NeedResource[]>()

function findStrong({ policies }: Account, partition: string): readonly NeedResource[] {
  const own = policies.filter((policy) => isStrong(policy)).map(({ arn }) => arn)
  const known = ['AdministratorAccess', 'IAMFullAccess'].map((name) => `arn:${partition}:iam::aws:policy/${name}`)
  return [...known, ...own].map((arn) => existing(arn))
}

function isStrong({ isAwsManaged, defaultVersion, versions }: ManagedPolicy): boolean {
  const inForce = versions.find(({ id }) => id === defaultVersion)
  return !isAwsManaged && inForce !== undefined && makesAdministrator(inForce.policy.policy)
}

/**
 * Service-linked roles belong to their service, and those of Identity Center can only be changed there: IAM refuses to edit
 * either, whoever asks.
 */
export const isEditable = (identity: User | Role): boolean =>
  identity.kind === 'user' || !(identity.isServiceLinked || identity.path.startsWith('/aws-reserved/'))

const allowsOnEverything = (policy: Policy, action: string): boolean =>
  policy.statements.some(
    (statement) =>
      statement.effect === 'Allow' && statement.conditions.length === 0 && isOnEverything(statement, action),
  ) && !deniesOnEverything(policy, action)

const deniesOnEverything = (policy: Policy, action: string): boolean =>
  policy.statements.some((statement) => statement.effect === 'Deny' && isOnEverything(statement, action))

const isOnEverything = (statement: Statement, action: string): boolean =>
  !statement.unreadable && statement.resource?.some(matchesAnything) === true && coversAction(statement, action)
