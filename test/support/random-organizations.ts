import fc from 'fast-check'
import {
  type AccountSpec,
  fullAccess,
  type IdentitySpec,
  identityArn,
  type OrganizationSpec,
  type ResourceSpec,
  type RoleSpec,
  region,
  resourceArn,
  type Statement,
  type UserSpec,
} from './organizations.ts'

/**
 * Random small organizations from a small vocabulary, so that statements, principals and keys meet often. Each holds a probe
 * and targets between which one chosen feature of the policy language opens or closes the way; everything else is noise.
 */

export const management = '111122223333'
export const member = '222233334444'
export const sibling = '333344445555'
export const uncollected = '444455556666'
export const outside = '555566667777'

export const probeTags = { team: 'blue', level: '5', blob: 'YWJj', net: '10.1.2.3' }

/** Operators with a condition on the probe, or on what is known of every request, that holds, and one that does not. */
export const operatorTable: Readonly<Record<string, readonly [key: string, holds: unknown, fails: unknown]>> = {
  StringEquals: ['aws:PrincipalTag/team', 'blue', 'red'],
  StringNotEquals: ['aws:PrincipalTag/team', 'red', 'blue'],
  StringEqualsIgnoreCase: ['aws:PrincipalTag/team', 'BLUE', 'RED'],
  StringNotEqualsIgnoreCase: ['aws:PrincipalTag/team', 'RED', 'BLUE'],
  StringLike: ['aws:PrincipalTag/team', ['b*', 'x?'], 'r*'],
  StringNotLike: ['aws:PrincipalTag/team', 'r*', ['b*', 'x?']],
  NumericEquals: ['aws:PrincipalTag/level', '5', '6'],
  NumericNotEquals: ['aws:PrincipalTag/level', '6', '5'],
  NumericLessThan: ['aws:PrincipalTag/level', '6', '5'],
  NumericLessThanEquals: ['aws:PrincipalTag/level', '5', '4'],
  NumericGreaterThan: ['aws:PrincipalTag/level', '4', '5'],
  NumericGreaterThanEquals: ['aws:PrincipalTag/level', '5', '6'],
  DateEquals: ['aws:CurrentTime', '2026-01-15T00:00:00Z', '2026-01-16T00:00:00Z'],
  DateNotEquals: ['aws:CurrentTime', '2026-01-16T00:00:00Z', '2026-01-15T00:00:00Z'],
  DateLessThan: ['aws:CurrentTime', '2027-01-01T00:00:00Z', '2025-01-01T00:00:00Z'],
  DateLessThanEquals: ['aws:CurrentTime', '2026-01-15T00:00:00Z', '2025-01-01T00:00:00Z'],
  DateGreaterThan: ['aws:CurrentTime', '2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z'],
  DateGreaterThanEquals: ['aws:CurrentTime', '2026-01-15T00:00:00Z', '2027-01-01T00:00:00Z'],
  Bool: ['aws:ViaAWSService', 'false', 'true'],
  BinaryEquals: ['aws:PrincipalTag/blob', 'YWJj', 'YWJk'],
  IpAddress: ['aws:PrincipalTag/net', '10.0.0.0/8', '192.168.0.0/16'],
  NotIpAddress: ['aws:PrincipalTag/net', '192.168.0.0/16', '10.0.0.0/8'],
  ArnEquals: ['aws:PrincipalArn', `arn:aws:iam::${member}:*/probe`, 'arn:aws:iam::*:*/nobody'],
  ArnNotEquals: ['aws:PrincipalArn', 'arn:aws:iam::*:*/nobody', `arn:aws:iam::${member}:*/probe`],
  ArnLike: ['aws:PrincipalArn', `arn:aws:iam::${member}:*/prob?`, 'arn:aws:iam::*:*/nobody'],
  ArnNotLike: ['aws:PrincipalArn', 'arn:aws:iam::*:*/nobody', `arn:aws:iam::${member}:*/prob?`],
  Null: ['aws:PrincipalTag/none', 'true', 'false'],
  StringEqualsIfExists: ['aws:PrincipalTag/team', 'blue', 'red'],
  StringNotLikeIfExists: ['aws:PrincipalTag/team', 'r*', 'b*'],
  NumericLessThanIfExists: ['aws:PrincipalTag/level', '6', '5'],
  'ForAnyValue:StringEquals': ['aws:PrincipalTag/team', ['blue', 'green'], 'red'],
  'ForAnyValue:StringLike': ['aws:PrincipalOrgPaths', 'o-acme/r-1/*', 'o-acme/r-2/*'],
  'ForAllValues:StringEquals': ['aws:PrincipalTag/team', ['blue', 'green'], 'red'],
  'ForAllValues:StringNotEquals': ['aws:PrincipalTag/team', 'red', ['blue', 'green']],
  'ForAllValues:StringLikeIfExists': ['aws:PrincipalOrgPaths', 'o-acme/*', 'o-other/*'],
}

/** Conditions on what no snapshot tells: hops become conditional, or the requester chooses. */
const openConditions: readonly Statement[] = [
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
  { NotIpAddress: { 'aws:SourceIp': ['10.0.0.0/8', 'fd00::/8'] } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
  { StringEquals: { 'sts:ExternalId': '4711' } },
  { Null: { 'sts:ExternalId': 'true' } },
  { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } },
  { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } },
  { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1', 'us-east-1'] } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['env'] } },
  { StringEquals: { 'aws:SourceAccount': member } },
  { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
  { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } },
  { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } },
  { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-acme' } },
  { StringNotEquals: { 'aws:PrincipalOrgID': 'o-acme' }, BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } },
  { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
  { StringLike: { 'aws:userid': 'AROA*:trustwalk' } },
]

const conditions: fc.Arbitrary<Statement> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...openConditions) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.keys(operatorTable)), fc.boolean())
      .map(([operator, holds]) => conditionOf(operator, holds)),
  },
)

export function conditionOf(operator: string, holds: boolean): Statement {
  const [key, yes, no] = operatorTable[operator]!
  return { [operator]: { [key]: holds ? yes : no } }
}

const actionLists: readonly Statement[] = [
  { Action: 'sts:AssumeRole' },
  { Action: ['sts:*', 's3:Get*'] },
  { Action: ['sts:AssumeRole', 'sts:TagSession'] },
  { Action: ['iam:PutRolePolicy', 'iam:PutUserPolicy'] },
  { Action: ['iam:Attach*', 'iam:CreatePolicyVersion'] },
  { Action: ['iam:UpdateAssumeRolePolicy', 'iam:CreateAccessKey', 'iam:CreateLoginProfile'] },
  { Action: ['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction'] },
  { Action: ['iam:PassRole', 'ec2:RunInstances', 'ecs:RunTask', 'ecs:RegisterTaskDefinition', 'glue:*'] },
  { Action: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'] },
  { Action: ['ssm:SendCommand', 'ssm:StartSession', 'ecs:ExecuteCommand'] },
  { Action: ['s3:GetObject', 's3:PutObject', 'kms:Decrypt', 'kms:GenerateDataKey'] },
  { Action: ['sqs:*', 'sns:Publish', 'secretsmanager:GetSecretValue', 's3:PutBucketPolicy'] },
  { Action: ['kms:*'] },
  { NotAction: ['iam:*', 'ec2:*', 'ssm:*'] },
  { NotAction: ['s3:*', 'kms:*', 'sts:AssumeRole'] },
]

const accounts = [management, member, sibling] as const

const resourceLists: readonly Statement[] = [
  { Resource: '*' },
  { Resource: '*' },
  ...accounts.flatMap((account) => [
    { Resource: identityArn(account, 'role', 'app') },
    { Resource: [identityArn(account, 'role', 'open'), identityArn(account, 'role', 'worker')] },
    { Resource: [`arn:aws:iam::${account}:*`, `arn:aws:*:*:${account}:*`] },
    { NotResource: [identityArn(account, 'role', 'ops'), resourceArn('s3:bucket', account, `data-${account}`)] },
  ]),
  { Resource: `arn:aws:iam::*:role/*` },
  { Resource: [identityArn(uncollected, 'role', 'hidden'), identityArn(outside, 'role', 'far')] },
  { Resource: ['arn:aws:s3:::data-*', 'arn:aws:sqs:*:*:*', 'arn:aws:kms:*:*:key/*', 'arn:aws:s3:::data-*/x/*'] },
  { Resource: 'arn:aws:s3:::data-${aws:PrincipalAccount}/*' },
  { Resource: ['arn:aws:iam::*:user/${aws:username}', 'arn:aws:iam::*:role/${aws:PrincipalTag/team}*'] },
  { Resource: `arn:aws:lambda:${region}:*:function:job` },
]

const principalOf = (account: string): readonly Statement[] => [
  { Principal: '*' },
  { Principal: { AWS: '*' } },
  { Principal: { AWS: account } },
  { Principal: { AWS: `arn:aws:iam::${account}:root` } },
  { Principal: { AWS: identityArn(account, 'user', 'alice') } },
  { Principal: { AWS: [identityArn(account, 'role', 'app'), identityArn(account, 'role', 'ops')] } },
  { Principal: { AWS: `arn:aws:sts::${account}:assumed-role/worker/trustwalk` } },
  { Principal: { AWS: `AIDA${account}GONE` } },
]

const principals: readonly Statement[] = [
  ...accounts.flatMap(principalOf),
  ...principalOf(outside).slice(2),
  { Principal: { AWS: identityArn(uncollected, 'role', 'hidden') } },
  { Principal: { Service: 'lambda.amazonaws.com' } },
  { Principal: { Service: ['ec2.amazonaws.com', 'ecs-tasks.amazonaws.com'], AWS: member } },
]

const maybeCondition = fc.option(conditions, { nil: undefined, freq: 3 })
const effects = fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny')

/** A statement of an identity's policy. */
const grants: fc.Arbitrary<Statement> = fc
  .record({
    effect: effects,
    action: fc.constantFrom(...actionLists),
    resource: fc.constantFrom(...resourceLists),
    condition: maybeCondition,
  })
  .map(({ effect, action, resource, condition }) => ({
    Effect: effect,
    ...action,
    ...resource,
    ...(condition && { Condition: condition }),
  }))

/** A statement of an organization policy: mostly a fence around few actions. */
const fences = (hasPrincipal: boolean): fc.Arbitrary<Statement> =>
  fc
    .record({
      action: fc.constantFrom(
        { Action: ['sts:AssumeRole', 's3:*'] },
        { Action: ['kms:Decrypt', 'sqs:*', 'sts:AssumeRoleWithWebIdentity'] },
        { Action: ['s3:PutObject', 'sts:TagSession'] },
      ),
      resource: fc.constantFrom(...resourceLists),
      condition: maybeCondition,
    })
    .map(({ action, resource, condition }) => ({
      Effect: 'Deny',
      ...(hasPrincipal && { Principal: '*' }),
      ...action,
      ...resource,
      ...(condition && { Condition: condition }),
    }))

const scpDenies: fc.Arbitrary<Statement> = fc.oneof(
  fences(false),
  grants.map((statement) => ({ ...statement, Effect: 'Deny' })),
)

const trusts: fc.Arbitrary<Statement> = fc
  .record({ effect: effects, principal: fc.constantFrom(...principals), condition: maybeCondition })
  .map(({ effect, principal, condition }) => ({
    Effect: effect,
    ...principal,
    Action: 'sts:AssumeRole',
    ...(condition && { Condition: condition }),
  }))

const federations: fc.Arbitrary<Statement> = fc.constantFrom(
  {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${member}:oidc-provider/token.actions.githubusercontent.com` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/*' } },
  },
  {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${member}:saml-provider/corp` },
    Action: 'sts:AssumeRoleWithSAML',
  },
  { Effect: 'Allow', Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
)

const resourceStatements = (type: ResourceSpec['type'], account: string): fc.Arbitrary<Statement> =>
  fc
    .record({
      effect: effects,
      principal: fc.constantFrom(...principals, ...notPrincipals),
      action: fc.constantFrom('*', `${type.slice(0, type.indexOf(':'))}:*`, ...dataActions[type]!),
      condition: maybeCondition,
    })
    .map(({ effect, principal, action, condition }) => ({
      Effect: 'NotPrincipal' in principal ? 'Deny' : effect,
      ...principal,
      Action: action,
      Resource:
        type === 's3:bucket'
          ? [resourceArn(type, account, `data-${account}`), `${resourceArn(type, account, `data-${account}`)}/*`]
          : '*',
      ...(condition && { Condition: condition }),
    }))

const notPrincipals: readonly Statement[] = [
  { NotPrincipal: { AWS: [member, identityArn(member, 'user', 'alice')] } },
  { NotPrincipal: { AWS: [sibling, identityArn(sibling, 'role', 'app')] } },
]

const dataActions: Readonly<Record<string, readonly string[]>> = {
  's3:bucket': ['s3:GetObject', 's3:PutBucketPolicy'],
  'kms:key': ['kms:Decrypt', 'kms:PutKeyPolicy'],
  'sqs:queue': ['sqs:ReceiveMessage', 'sqs:SendMessage'],
  'secretsmanager:secret': ['secretsmanager:GetSecretValue'],
}

const tagSets = fc.constantFrom<Readonly<Record<string, string>>>({}, { team: 'red' }, probeTags, {
  Team: 'app',
  level: '7',
})

const identity = (name: string): fc.Arbitrary<IdentitySpec> =>
  fc
    .record({
      policies: fc.array(fc.array(grants, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
      attached: fc.constantFrom<readonly string[]>([], [], ['shared']),
      boundary: fc.option(fc.array(grants, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 4 }),
      tags: tagSets,
    })
    .map(({ policies, attached, boundary, tags }) => ({
      name,
      policies,
      attached,
      tags,
      ...(boundary && { boundary: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }, ...boundary] }),
    }))

const role = (name: string, statements: fc.Arbitrary<Statement>, path = '/'): fc.Arbitrary<RoleSpec> =>
  fc
    .tuple(identity(name), fc.array(statements, { minLength: 1, maxLength: 2 }))
    .map(([one, trust]) => ({ ...one, path, trust }))

const user = (name: string): fc.Arbitrary<UserSpec> =>
  fc
    .tuple(identity(name), fc.constantFrom<readonly string[]>([], ['team']))
    .map(([one, groups]) => ({ ...one, groups }))

const resources = (account: string): fc.Arbitrary<readonly ResourceSpec[]> =>
  fc
    .record({
      bucket: fc.array(resourceStatements('s3:bucket', account), { maxLength: 2 }),
      key: fc.array(resourceStatements('kms:key', account), { maxLength: 2 }),
      queue: fc.array(resourceStatements('sqs:queue', account), { maxLength: 2 }),
      isEncrypted: fc.boolean(),
      isRestricted: fc.boolean(),
      isDelegated: fc.boolean(),
      grantee: fc.option(
        fc.constantFrom(
          identityArn(account, 'role', 'app'),
          identityArn(member, 'user', 'alice'),
          'arn:aws:iam::555566667777:root',
        ),
        { nil: undefined },
      ),
      type: fc.subarray(['s3:bucket', 'kms:key', 'sqs:queue'] as const, { minLength: 1 }),
    })
    .map(({ bucket, key, queue, isEncrypted, isRestricted, isDelegated, grantee, type }) =>
      (
        [
          {
            type: 's3:bucket',
            name: `data-${account}`,
            ...(bucket.length > 0 && { policy: bucket }),
            more: {
              bucket: { restrictPublicBuckets: isRestricted },
              ...(isEncrypted && type.includes('kms:key') && { kmsKey: resourceArn('kms:key', account, 'k-1') }),
            },
          },
          {
            type: 'kms:key',
            name: 'k-1',
            policy: [
              ...(isDelegated
                ? [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }]
                : []),
              ...key,
            ],
            more: {
              key: {
                enabled: true,
                manager: 'CUSTOMER',
                aliases: [],
                grants: grantee === undefined ? [] : [{ granteePrincipal: grantee, operations: ['Decrypt', 'Sign'] }],
              },
            },
          },
          { type: 'sqs:queue', name: 'jobs', ...(queue.length > 0 && { policy: queue }) },
        ] satisfies ResourceSpec[]
      ).filter((one) => (type as readonly string[]).includes(one.type)),
    )

const account = (id: string, unit: AccountSpec['unit']): fc.Arbitrary<AccountSpec> =>
  fc
    .record({
      users: fc.tuple(user('alice'), user('bob')).chain((all) => fc.subarray(all, { minLength: 1 })),
      roles: fc
        .tuple(
          role('app', trusts),
          role('ops', trusts),
          role('open', trusts),
          role(
            'worker',
            fc.constant({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
          ),
          role('entry', federations),
          role('AWSServiceRoleForLex', trusts, '/aws-service-role/lex.amazonaws.com/'),
          role('AWSReservedSSO_Admin_0123456789abcdef', federations, '/aws-reserved/sso.amazonaws.com/'),
        )
        .chain((all) => fc.subarray(all, { minLength: 1, maxLength: 4 })),
      team: fc.array(grants, { minLength: 1, maxLength: 2 }),
      shared: fc.array(fc.array(grants, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
      scp: fc.option(fc.array(scpDenies, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 2 }),
      resources: resources(id),
      hasFunction: fc.boolean(),
    })
    .map(({ users, roles, team, shared, scp, resources, hasFunction }) => ({
      id,
      ...(unit && { unit }),
      users,
      roles,
      groups: [{ name: 'team', policies: [team] }],
      managed: { shared },
      ...(scp && { scps: [fullAccess, scp] }),
      resources,
      more: {
        identityProviders: [
          { arn: `arn:aws:iam::${id}:oidc-provider/token.actions.githubusercontent.com`, kind: 'oidc' as const },
          { arn: `arn:aws:iam::${id}:saml-provider/corp`, kind: 'saml' as const },
        ],
        ...(hasFunction && {
          compute: [
            {
              kind: 'function' as const,
              arn: `arn:aws:lambda:${region}:${id}:function:job`,
              account: id,
              region,
              tags: {},
              functionName: 'job',
              role: identityArn(id, 'role', 'worker'),
            },
          ],
        }),
        ...(id === management && { identityCenter }),
      },
    }))

const identityCenter = {
  instanceArn: 'arn:aws:sso:::instance/ssoins-1',
  identityStoreId: 'd-1',
  users: [{ id: 'u-1', name: 'eve' }],
  groups: [{ id: 'g-1', name: 'admins', members: ['u-1'] }],
  permissionSets: [{ arn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1', name: 'Admin' }],
  assignments: [management, member, sibling].map((id) => ({
    account: id,
    permissionSet: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
    principalType: 'GROUP' as const,
    principalId: 'g-1',
  })),
}

const level = fc
  .record({
    scps: fc.option(fc.array(scpDenies, { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 2 }),
    rcps: fc.option(fc.array(fences(true), { minLength: 1, maxLength: 1 }), { nil: undefined, freq: 2 }),
  })
  .map(({ scps, rcps }) => ({ scps: scps ? [fullAccess, scps] : [fullAccess], rcps: rcps ? [rcps] : [] }))

/** An organization without a planted feature. */
export const noise: fc.Arbitrary<OrganizationSpec> = fc
  .record({
    hasScps: fc.constantFrom(true, true, false),
    levels: fc.record({ root: level, prod: level, dev: level }),
    accounts: fc
      .tuple(account(member, 'prod'), account(sibling, 'dev'), account(management, 'root'), account(outside, undefined))
      .chain(([first, ...others]) => fc.subarray(others, { maxLength: 1 }).map((some) => [first, ...some])),
    hasUncollected: fc.boolean(),
  })
  .map(({ hasScps, levels, accounts, hasUncollected }) => ({
    hasScps,
    levels,
    management,
    accounts: [...accounts, ...(hasUncollected ? [{ id: uncollected, unit: 'dev' as const, isCollected: false }] : [])],
  }))

/** The layers on which the graph depends that carry conditions. */
const conditionLayers = ['identity', 'boundary', 'scp', 'rcp', 'trust', 'resource', 'kms-key-policy'] as const

/** How many organizations `planted` tells apart at the least. */
export const plants = Object.keys(operatorTable).length

const assume = (name: string): Statement => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Resource: identityArn(member, 'role', name),
})
const lets = (principal: unknown, more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
})
const deny = (action: string, resource: string, more: Statement): Statement => ({
  Effect: 'Deny',
  Action: action,
  Resource: resource,
  ...more,
})

const probe = identityArn(member, 'user', 'probe')
const agent = identityArn(member, 'role', 'probe')

/** Principal elements that mean the probes, or that look as if they did. */
const forms: readonly unknown[] = [
  { AWS: probe },
  { AWS: agent },
  { AWS: `arn:aws:sts::${member}:assumed-role/probe/trustwalk` },
  { AWS: member },
  { AWS: `arn:aws:iam::${member}:root` },
  '*',
  { AWS: '*' },
  { Service: 'config.amazonaws.com' },
  { AWS: `AIDA${member}GONE` },
]

/**
 * The noise with probes in the member account: one way that a condition opens, one that a condition closes, in a layer that
 * changes with `index`, one by a form of principal, and one by each further element of the language.
 */
export function planted(spec: OrganizationSpec, index: number): OrganizationSpec {
  const names = Object.keys(operatorTable)
  const operator = names[index % names.length]!
  const next = names[(index + 1) % names.length]!
  const layer = conditionLayers[Math.floor(index / 2) % conditionLayers.length]!
  const condition = { Condition: conditionOf(operator, true) }
  const at = (one: (typeof conditionLayers)[number], statement: Statement) => (one === layer ? [statement] : [])
  const bucket = resourceArn('s3:bucket', member, 'planted')
  const form = forms[index % forms.length]
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const identityDocument = [
    { ...assume('opened'), ...condition },
    { ...assume('opened-next'), Condition: conditionOf(next, true) },
    ...['closed', 'closed-next', 'formed'].map(assume),
    deny('sts:AssumeRole', identityArn(member, 'role', 'closed-next'), { Condition: conditionOf(next, true) }),
    { Effect: 'Allow', Action: ['s3:Get*', 's3:PutObject'], Resource: `${bucket}/\${aws:PrincipalTag/team}/*` },
    { Effect: 'Allow', NotAction: ['iam:*', 's3:*', 'sts:*'], NotResource: resourceArn('sqs:queue', member, 'other') },
    ...at('identity', deny('sts:AssumeRole', identityArn(member, 'role', 'closed'), condition)),
  ]
  const caps = (one: 'boundary' | 'scp'): readonly Statement[] => [
    { ...everything, ...(one === layer && condition) },
    ...at(one, deny('sts:AssumeRole', identityArn(member, 'role', 'closed'), condition)),
  ]
  return {
    ...spec,
    hasScps: true,
    // Every second organization leaves the way to what is planted free.
    levels: index % 2 === 0 ? { root: {}, prod: {}, dev: spec.levels.dev } : spec.levels,
    accounts: spec.accounts.map((one) =>
      one.id === member
        ? {
            ...one,
            scps: [caps('scp')],
            rcps: [
              [
                deny('sts:AssumeRole', '*', {
                  Principal: '*',
                  Condition: { StringEquals: { 'aws:PrincipalTag/team': 'none' } },
                }),
              ],
            ].concat(
              layer === 'rcp'
                ? [[{ ...deny('sts:AssumeRole', identityArn(member, 'role', 'closed'), condition), Principal: '*' }]]
                : [],
            ),
            users: [
              ...(one.users ?? []),
              {
                name: 'probe',
                tags: probeTags,
                policies: [identityDocument],
                ...(layer === 'boundary' && { boundary: caps('boundary') }),
              },
            ],
            roles: [
              ...(one.roles ?? []),
              {
                name: 'probe',
                tags: probeTags,
                policies: [identityDocument],
                trust: [lets({ Service: 'ec2.amazonaws.com' })],
              },
              ...['opened-next', 'closed-next'].map((name) => ({ name, trust: [lets({ AWS: member })] })),
              { name: 'opened', trust: [lets({ AWS: member }, layer === 'trust' ? condition : {})] },
              {
                name: 'closed',
                trust: [
                  lets({ AWS: `arn:aws:iam::${member}:root` }),
                  ...at('trust', { ...lets({ AWS: member }), Effect: 'Deny', ...condition }),
                ],
              },
              { name: 'formed', trust: [lets(form)] },
            ],
            resources: [
              ...(one.resources ?? []),
              {
                type: 's3:bucket',
                name: 'planted',
                policy: [
                  {
                    Effect: 'Allow',
                    Principal: index % 3 === 0 ? '*' : { AWS: sibling },
                    Action: 's3:GetObject',
                    Resource: `${bucket}/*`,
                    ...(layer === 'resource' && condition),
                  },
                  ...(index % 2 === 0
                    ? [
                        {
                          Effect: 'Deny',
                          NotPrincipal: { AWS: [member, probe] },
                          Action: 's3:PutObject',
                          Resource: `${bucket}/*`,
                        },
                      ]
                    : []),
                  ...at('resource', { ...deny('s3:PutObject', `${bucket}/*`, condition), Principal: { AWS: probe } }),
                ],
                more: { bucket: { restrictPublicBuckets: index % 3 === 0 } },
              },
              {
                type: 'kms:key',
                name: 'k-planted',
                policy: [
                  {
                    Effect: 'Allow',
                    Principal: { AWS: [probe, agent] },
                    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
                    Resource: '*',
                    ...(layer === 'kms-key-policy' && condition),
                  },
                  ...at('kms-key-policy', {
                    ...deny('kms:GenerateDataKey', '*', condition),
                    Principal: { AWS: probe },
                  }),
                ],
                more: {
                  key: {
                    enabled: true,
                    manager: 'CUSTOMER',
                    aliases: [],
                    grants: [{ granteePrincipal: agent, operations: ['Sign'] }],
                  },
                },
              },
            ],
          }
        : one,
    ),
  }
}

/** Names by which the tally speaks of the language; see `planted`. */
export const operatorNames: readonly string[] = [
  ...new Set(Object.keys(operatorTable).flatMap((name) => operatorParts(name))),
]

/** `ForAllValues:StringLikeIfExists` is a set prefix, an operator and a suffix. */
export function operatorParts(operator: string): readonly string[] {
  const [, prefix, name, suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator)!
  return [prefix, name, suffix].filter((part) => part !== undefined)
}
