import fc from 'fast-check'
import type { AccessRequest, Membership, Principal, RequestResource } from '#src/evaluate/request.ts'
import type { PolicyKind } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import {
  federatedUser,
  here,
  member,
  policyOf,
  request,
  roleSession,
  rootUser,
  service,
  there,
  user,
} from './requests.ts'

/** Random requests from a small vocabulary, so that statements, principals and keys meet often. */

/** Keys that nothing derives, with the values that conditions below ask for and one that none does. */
export const openKeys: Readonly<Record<string, readonly string[]>> = {
  'aws:SourceIp': ['10.1.2.3', '192.0.2.1', 'fd00::1'],
  'aws:SecureTransport': ['true', 'false'],
  'sts:ExternalId': ['4711', 'other'],
  'aws:TagKeys': ['env', 'owner'],
  'aws:RequestedRegion': ['eu-west-1', 'us-east-1'],
}

const condition = fc.constantFrom<object>(
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', 'fd00::/8'] } },
  { Bool: { 'aws:SecureTransport': 'true' } },
  { BoolIfExists: { 'AWS:SecureTransport': 'false' } },
  { StringEquals: { 'sts:ExternalId': '4711' } },
  { Null: { 'sts:ExternalId': 'true' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['env'] } },
  { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'o*' }, StringNotEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringLike: { 'aws:PrincipalTag/team': 'b*' } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-acme' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } },
  { StringLikeIfExists: { 'aws:UserAgent': '*' } },
)

const named = fc.constantFrom<unknown>(
  '*',
  { AWS: here },
  { AWS: there },
  { AWS: `arn:aws:iam::${here}:user/alice` },
  { AWS: `arn:aws:iam::${here}:role/team/reader` },
  { AWS: `arn:aws:sts::${here}:assumed-role/reader/s1` },
  { Service: 'lambda.amazonaws.com' },
)

const actions = fc.constantFrom<object>(
  { Action: '*' },
  { Action: ['s3:*', 'kms:*'] },
  { Action: ['s3:Get*', 'sts:Assume*', 'kms:Decrypt'] },
  { Action: 'sqs:*' },
  { NotAction: ['s3:*', 'iam:*'] },
)

const resources = fc.constantFrom<object>(
  { Resource: '*' },
  { Resource: ['arn:aws:s3:::data/*', 'arn:aws:kms:*:*:key/*', 'arn:aws:iam::*:role/target'] },
  { Resource: 'arn:aws:s3:::${aws:PrincipalTag/team}/*' },
  { NotResource: 'arn:aws:s3:::data/*' },
)

/** One statement that fits a kind of policy. */
export const statementOf = (kind: PolicyKind, effect?: 'Allow' | 'Deny'): fc.Arbitrary<object> =>
  fc
    .record({
      Effect: effect === undefined ? fc.constantFrom('Allow', 'Allow', 'Deny') : fc.constant(effect),
      action: actions,
      resource: kind === 'trust' ? fc.constant({}) : resources,
      principal: ['resource', 'trust', 'endpoint'].includes(kind)
        ? named.map((Principal) => ({ Principal }))
        : fc.constant({}),
      Condition: fc.option(condition, { nil: {}, freq: 2 }),
    })
    .map(({ action, resource, principal, ...rest }) => ({ ...rest, ...action, ...resource, ...principal }))

const statements = (kind: PolicyKind): fc.Arbitrary<readonly object[]> =>
  fc.array(statementOf(kind, kind === 'rcp' ? 'Deny' : undefined), { minLength: 1, maxLength: 3 })

const policy = (kind: PolicyKind): fc.Arbitrary<NamedPolicy> => statements(kind).map((list) => policyOf(kind, list))

const memberships: fc.Arbitrary<Membership> = fc
  .record({ scp: fc.option(policy('scp')), rcp: fc.option(policy('rcp')), isManagement: fc.boolean() })
  .map(({ scp, rcp, isManagement }) =>
    member({ ...(scp && { unit: { scps: [scp] } }), ...(rcp && { root: { rcps: [rcp] } }) }, { isManagement }),
  )

const principals: fc.Arbitrary<Principal> = fc
  .record({
    who: fc.constantFrom(user, roleSession, federatedUser),
    account: fc.constantFrom(here, here, there),
    team: fc.constantFrom<Readonly<Record<string, string>>>({}, { Team: 'blue' }, { team: 'data' }),
    identityPolicies: fc.array(policy('identity'), { maxLength: 2 }),
    boundary: fc.option(policy('boundary'), { nil: undefined }),
    sessionPolicies: fc.option(fc.array(policy('session'), { maxLength: 1 }), { nil: undefined }),
    membership: fc.option(memberships, { nil: undefined }),
    other: fc.constantFrom(undefined, undefined, undefined, rootUser(), {
      ...service('lambda.amazonaws.com'),
      tags: {},
    }),
  })
  .map(({ who, team, boundary, sessionPolicies, membership, other, account, identityPolicies }) => {
    if (other?.kind === 'AWSService') return other
    const more = {
      ...(boundary && { boundary }),
      ...(sessionPolicies && { sessionPolicies }),
      ...(membership && { membership }),
    }
    return other === undefined
      ? who({ account, tags: team, identityPolicies, ...more })
      : { ...other, ...(membership && { membership }) }
  })

const targets: fc.Arbitrary<readonly [string, RequestResource]> = fc
  .record({
    what: fc.constantFrom<readonly [string, string, PolicyKind]>(
      ['s3:GetObject', 'arn:aws:s3:::data/x', 'resource'],
      ['sqs:SendMessage', `arn:aws:sqs:eu-west-1:${here}:orders`, 'resource'],
      ['kms:Decrypt', `arn:aws:kms:eu-west-1:${here}:key/1`, 'resource'],
      ['sts:AssumeRole', `arn:aws:iam::${here}:role/target`, 'trust'],
      ['iam:PassRole', `arn:aws:iam::${here}:role/target`, 'trust'],
    ),
    resource: fc.option(policy('resource'), { freq: 4 }),
    trust: policy('trust'),
    membership: fc.option(memberships, { nil: undefined }),
    restrictPublicBuckets: fc.boolean(),
  })
  .map(({ what: [action, arn, kind], resource, trust, membership, restrictPublicBuckets }) => {
    const named = kind === 'trust' ? trust : resource
    const more = { ...(named && { policy: named }), ...(membership && { membership }) }
    return [action, { arn, account: here, restrictPublicBuckets, ...more }] as const
  })

/** A request about whose open keys nothing is known. */
export const requests: fc.Arbitrary<AccessRequest> = fc
  .tuple(principals, targets)
  .map(([principal, [action, resource]]) => request(principal, action, resource))

type Context = Readonly<Record<string, string | readonly string[]>>

/** Values for some or all open keys; `'absent'` too. */
export const contexts = (needsAll: boolean): fc.Arbitrary<Context> =>
  fc
    .tuple(
      ...Object.entries({ ...openKeys, 'aws:UserAgent': ['cli'] }).map(([key, values]) => {
        const state = fc.oneof(fc.constant('absent'), fc.constantFrom(...values), fc.constant(values))
        return needsAll
          ? state.map((value) => [[key, value] as const])
          : fc.option(state, { nil: undefined }).map((value) => (value === undefined ? [] : [[key, value] as const]))
      }),
    )
    .map((entries) => Object.fromEntries(entries.flat()))

export const withContext = (
  { principal, action, resource }: AccessRequest,
  context: Readonly<Record<string, string | readonly string[]>>,
): AccessRequest => request(principal, action, resource, context)
