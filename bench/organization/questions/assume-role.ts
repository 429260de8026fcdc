import type { ExpectedHop, Requires } from '../expected.ts'
import type { Hierarchy } from '../hierarchy.ts'
import * as names from '../names.ts'
import { organizationOnly, type Plan, type PlannedAccount, type PlannedRole, type Principal } from '../plan.ts'
import { allow, rootOf, type StatementJson, trust, trustService } from '../policies.ts'

export interface World {
  readonly plan: Plan
  readonly hierarchy: Hierarchy
}

interface TrustStyle {
  readonly name: string
  /** Only a user can fulfil it. */
  readonly forUser?: boolean
  readonly requires?: (target: PlannedRole) => Requires
  trust(world: World, from: Principal, target: PlannedRole): StatementJson
}

const external = (target: PlannedRole) => `ext-${target.name.slice(-6)}`
const farFuture = '2099-12-31T00:00:00Z'

const trustStyles: readonly TrustStyle[] = [
  { name: 'exact', trust: (_, from) => trust({ AWS: from.arn }) },
  { name: 'exact', trust: (_, from) => trust({ AWS: [from.arn, rootOf(from.account.id)] }) },
  { name: 'root-trust', trust: (_, from) => trust({ AWS: rootOf(from.account.id) }) },
  { name: 'account-id-trust', trust: (_, from) => trust({ AWS: from.account.id }) },
  {
    name: 'org-id',
    trust: ({ plan }, from) =>
      trust(
        { AWS: '*' },
        { ...organizationOnly(plan), ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:${from.kind}/*${from.name}` } },
      ),
  },
  {
    name: 'org-paths',
    trust: ({ plan, hierarchy }, from) => {
      const condition = {
        'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${hierarchy.path(from.account, plan.random.below(4))}*` },
      }
      return trust({ AWS: rootOf(from.account.id) }, condition)
    },
  },
  {
    name: 'principal-tag',
    trust: ({ plan }, from) => {
      from.tags.team ??= `t-${names.token(plan.random, 6)}`
      const value = from.tags.team
      return trust({ AWS: rootOf(from.account.id) }, { StringEquals: { 'aws:PrincipalTag/team': value } })
    },
  },
  {
    name: 'principal-arn',
    trust: ({ plan }, from) => {
      const operator = plan.random.pick(['ArnLike', 'ArnEquals', 'StringLike', 'StringEquals'])
      return trust({ AWS: rootOf(from.account.id) }, { [operator]: { 'aws:PrincipalArn': from.arn } })
    },
  },
  {
    name: 'not-expired',
    trust: (_, from) => trust({ AWS: from.arn }, { DateLessThan: { 'aws:CurrentTime': farFuture } }),
  },
  {
    name: 'principal-account',
    trust: (_, from) =>
      trust({ AWS: rootOf(from.account.id) }, { StringEquals: { 'aws:PrincipalAccount': from.account.id } }),
  },
  {
    name: 'principal-type',
    trust: (_, from) =>
      trust(
        { AWS: rootOf(from.account.id) },
        { StringEquals: { 'aws:PrincipalType': from.kind === 'user' ? 'User' : 'AssumedRole' } },
      ),
  },
  {
    name: 'user-id',
    trust: (_, from) => {
      const id = from.kind === 'user' ? from.uniqueId : `${from.uniqueId}:*`
      return trust({ AWS: rootOf(from.account.id) }, { StringLike: { 'aws:userid': id } })
    },
  },
  {
    name: 'absent-tag-is-not-equal',
    trust: (_, from) => trust({ AWS: from.arn }, { StringNotEquals: { 'aws:PrincipalTag/quarantine': 'true' } }),
  },
  {
    name: 'tag-is-there',
    trust: ({ plan }, from) => {
      from.tags.team ??= `t-${names.token(plan.random, 6)}`
      return trust({ AWS: from.arn }, { Null: { 'aws:PrincipalTag/team': 'false' } })
    },
  },
  {
    name: 'tag-in-another-case',
    trust: ({ plan }, from) => {
      from.tags.team ??= `t-${names.token(plan.random, 6)}`
      const value = from.tags.team.toUpperCase()
      return trust({ AWS: rootOf(from.account.id) }, { StringEqualsIgnoreCase: { 'aws:principaltag/team': value } })
    },
  },
  {
    name: 'key-in-another-case',
    trust: ({ plan }, from) =>
      trust({ AWS: from.arn }, { StringEquals: { 'AWS:principalorgid': plan.organizationId } }),
  },
  {
    name: 'not-a-service',
    trust: (_, from) =>
      trust({ AWS: from.arn }, { Bool: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' } }),
  },
  {
    name: 'not-named',
    trust: (_, from) =>
      trust(
        { AWS: rootOf(from.account.id) },
        { ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::*:${from.kind}/other-*`, 'arn:aws:iam::*:root'] } },
      ),
  },
  {
    name: 'session-name',
    requires: () => ({ 'sts:RoleSessionName': 'ci-build' }),
    trust: (_, from) => trust({ AWS: from.arn }, { StringLike: { 'sts:RoleSessionName': 'ci-*' } }),
  },
]

/** Styles that make a hop conditional; a chain uses each at most once. */
const conditionalStyles: readonly TrustStyle[] = [
  {
    name: 'mfa',
    forUser: true,
    requires: () => ({ 'aws:MultiFactorAuthPresent': 'true' }),
    trust: (_, from) => trust({ AWS: rootOf(from.account.id) }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  },
  {
    name: 'external-id',
    requires: (target) => ({ 'sts:ExternalId': external(target) }),
    trust: (_, from, target) => trust({ AWS: from.arn }, { StringEquals: { 'sts:ExternalId': external(target) } }),
  },
  {
    name: 'source-address',
    requires: () => ({ 'aws:SourceIp': '203.0.113.10' }),
    trust: (_, from) => trust({ AWS: rootOf(from.account.id) }, { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }),
  },
]

interface GrantStyle {
  readonly name: string
  grant(target: PlannedRole, from: Principal, world: World): StatementJson
}

const grantStyles: readonly GrantStyle[] = [
  { name: 'exact', grant: ({ arn }) => allow('sts:AssumeRole', arn) },
  { name: 'exact', grant: ({ arn }) => allow(['sts:GetCallerIdentity', 'sts:AssumeRole'], [arn]) },
  { name: 'sts-star', grant: ({ arn }) => allow('sts:*', [arn]) },
  { name: 'action-case', grant: ({ arn }) => allow('STS:assumerole', arn) },
  {
    name: 'wildcard-resource',
    grant: ({ path, name }) => allow('sts:Assume*', `arn:aws:iam::*:role${path}${name.slice(0, -1)}*`),
  },
  { name: 'question-mark', grant: ({ arn }) => allow(['sts:AssumeRole', 'sts:TagSession'], `${arn.slice(0, -1)}?`) },
  {
    name: 'not-action',
    grant: ({ arn }) => ({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 's3:*'], Resource: arn }),
  },
  {
    name: 'resource-account',
    grant: ({ arn, account }) => allow('sts:AssumeRole', arn, { StringEquals: { 'aws:ResourceAccount': account.id } }),
  },
  {
    name: 'resource-org',
    grant: ({ arn }, _, { plan }) =>
      allow('sts:AssumeRole', arn, { StringEquals: { 'aws:ResourceOrgID': plan.organizationId } }),
  },
  {
    name: 'resource-tag',
    grant(target, _, { plan }) {
      const key = plan.random.pick(['aws', 'iam'])
      target.tags.purpose = names.token(plan.random, 6)
      return allow('sts:AssumeRole', target.arn, {
        StringEquals: { [`${key}:ResourceTag/purpose`]: target.tags.purpose },
      })
    },
  },
  {
    name: 'tag-in-resource',
    grant(target, from) {
      from.tags.next = target.name
      return allow('sts:AssumeRole', `${target.arn.slice(0, -target.name.length)}\${aws:PrincipalTag/next}`)
    },
  },
]

export interface HopOptions {
  readonly to?: PlannedAccount
  /** Name of the new role. */
  readonly name?: string
  readonly requires?: 'nothing' | 'mfa' | 'external-id' | 'source-address'
  /** Path of the new role; drawn at random if absent. */
  readonly path?: string
  readonly service?: string
}

/** A new role that `from` may assume, by a style of trust and a style of grant drawn at random. */
export function openHop(
  world: World,
  from: Principal,
  options: HopOptions = {},
): { to: PlannedRole; hop: ExpectedHop } {
  const { plan } = world
  const { random } = plan
  const account = options.to ?? random.pick(plan.ordinary)
  const target = newTarget(plan, account, options)
  const style =
    options.requires === undefined || options.requires === 'nothing'
      ? random.pick(trustStyles)
      : conditionalStyles.find(({ name }) => name === options.requires)!
  const grant = random.pick(grantStyles)
  target.trust.unshift(style.trust(world, from, target))
  plan.grant(from, grant.grant(target, from, world))
  const hop = {
    from: from.arn,
    to: target.arn,
    via: 'sts:AssumeRole',
    style: style.name === grant.name ? style.name : `${style.name}, ${grant.name}`,
    requires: style.requires?.(target) ?? {},
  }
  return { to: target, hop }
}

/** A role with no trust for anybody but, perhaps, a service that could run it. */
export function newTarget(plan: Plan, account: PlannedAccount, options: HopOptions = {}): PlannedRole {
  const { random } = plan
  const path = options.path ?? (random.chance(0.15) ? random.pick(['/teams/core/', '/app/', '/data/']) : '/')
  const target = plan.role(account, { path, ...(options.name !== undefined && { name: options.name }) })
  const service = options.service ?? random.pick([undefined, 'lambda.amazonaws.com', 'ec2.amazonaws.com'])
  if (service !== undefined) target.trust.push(trustService(service))
  return target
}
