import { expect, test } from 'vitest'
import { keyUseOf } from '#src/evaluate/key-use.ts'
import {
  federatedCaller,
  gapText,
  principalFor,
  resourceFor,
  roleSession,
  servicePrincipal,
  strangerFor,
} from '#src/evaluate/subjects.ts'
import type { Account, Compute, Group, Model, Resource, Role, User } from '#src/model/model.ts'
import { accountOf } from '../graph/small-account.ts'
import { allow, here, member, policyOf, there, trust } from '../support/requests.ts'

const outsideId = '999988887777'
const membership = member()
const attached = { ...policyOf('identity', allow('s3:*')), kind: 'inline' } as const
const identity = { path: '/', account: here, policies: [attached], tags: { team: 'blue' } } as const

const group: Group = { ...identity, kind: 'group', arn: `arn:aws:iam::${here}:group/g`, name: 'g', uniqueId: 'AGPA' }
const alice: User = {
  ...identity,
  kind: 'user',
  arn: `arn:aws:iam::${here}:user/alice`,
  name: 'alice',
  uniqueId: 'AIDA',
  groups: [group],
  boundary: attached,
  accessKeys: [],
  hasLoginProfile: false,
  mfaDevices: 0,
}
const { boundary: _, ...unlimited } = alice
const bob: User = { ...unlimited, arn: `arn:aws:iam::${here}:user/bob`, name: 'bob', groups: [] }
const reader: Role = {
  ...identity,
  kind: 'role',
  arn: `arn:aws:iam::${here}:role/team/reader`,
  name: 'reader',
  uniqueId: 'AROA',
  trust: policyOf('trust', trust('*')),
  isServiceLinked: false,
}
const linked: Role = { ...reader, arn: `${reader.arn}2`, name: 'reader2', boundary: attached, isServiceLinked: true }

const bucket: Resource = {
  type: 's3:bucket',
  arn: 'arn:aws:s3:::data',
  name: 'data',
  account: here,
  tags: { class: 'secret' },
  policy: policyOf('resource', allow('s3:*', { Principal: '*' })),
  bucket: { restrictPublicBuckets: true },
}
const key: Resource = {
  type: 'kms:key',
  arn: `arn:aws:kms:eu-west-1:${here}:key/1`,
  name: '1',
  account: here,
  tags: undefined,
  key: { enabled: false, manager: 'AWS', aliases: [], grants: [] },
  policyGap: {
    account: here,
    region: 'eu-west-1',
    service: 'kms',
    operation: 'GetKeyPolicy',
    resource: '1',
    code: 'AccessDenied',
  },
}
const machine: Compute = {
  kind: 'instance',
  arn: `arn:aws:ec2:eu-west-1:${here}:instance/i-1`,
  account: here,
  region: 'eu-west-1',
  tags: { team: 'blue' },
  role: undefined,
  state: 'running',
  isManaged: undefined,
}

const account = (id: string, more: Partial<Account>): Account => accountOf(more, id)

const accounts = [
  account(here, {
    membership,
    users: [alice, bob],
    groups: [group],
    roles: [reader, linked],
    resources: [bucket, key],
    compute: [machine],
  }),
  account(there, { membership, isCollected: false }),
]
const model: Model = {
  snapshot: { id: 'x', capturedAt: '2026-11-24T12:00:00Z', partition: 'aws' },
  organization: undefined,
  accounts: new Map(accounts.map((one) => [one.id, one])),
  gaps: [],
}

test('a user with its groups, boundary and place in the organization', () => {
  expect(principalFor(model, alice.arn)).toEqual({
    kind: 'IAMUser',
    arn: alice.arn,
    account: here,
    uniqueId: 'AIDA',
    tags: { team: 'blue' },
    identityPolicies: [attached, attached],
    boundary: attached,
    membership,
  })
  expect(principalFor(model, bob.arn)).toMatchObject({ identityPolicies: [attached] })
  expect(principalFor(model, bob.arn)).not.toHaveProperty('boundary')
})

test('a role makes requests through a session', () => {
  expect(principalFor(model, reader.arn)).toEqual({
    kind: 'RoleSession',
    arn: `arn:aws:sts::${here}:assumed-role/reader/trustwalk`,
    account: here,
    roleArn: reader.arn,
    sessionName: 'trustwalk',
    uniqueId: 'AROA',
    tags: { team: 'blue' },
    identityPolicies: [attached],
    membership,
  })
  expect(principalFor(model, linked.arn)).toMatchObject({ isServiceLinked: true, boundary: attached })
  expect(roleSession(reader, account(here, {}), 'other')).toMatchObject({ sessionName: 'other' })
  expect(roleSession(reader, account(here, {}))).not.toHaveProperty('membership')
})

test('an account is whoever controls it', () => {
  const root = (id: string): string => `arn:aws:iam::${id}:root`
  expect(principalFor(model, root(here))).toMatchObject({ kind: 'RootUser', account: here, membership })
  expect(principalFor(model, root(outsideId))).toMatchObject({ kind: 'RootUser', allowsEverything: true })
  const lone: Model = { ...model, accounts: new Map([[here, account(here, {})]]) }
  expect(principalFor(lone, root(here))).not.toHaveProperty('membership')
})

test.each([
  ['a user', `arn:aws:iam::${outsideId}:user/x`, { kind: 'IAMUser', arn: `arn:aws:iam::${outsideId}:user/x` }],
  [
    'a role',
    `arn:aws:iam::${outsideId}:role/p/x`,
    { kind: 'RoleSession', arn: `arn:aws:sts::${outsideId}:assumed-role/x/trustwalk` },
  ],
  [
    'a session',
    `arn:aws:sts::${outsideId}:assumed-role/x/s`,
    { kind: 'RoleSession', arn: `arn:aws:sts::${outsideId}:assumed-role/x/s` },
  ],
])('%s of an outside account allows everything on its side', (_, arn, expected) => {
  expect(principalFor(model, arn)).toMatchObject({ ...expected, account: outsideId, allowsEverything: true })
})

test('an identity of an account that was not collected is a gap', () => {
  const principal = principalFor(model, `arn:aws:iam::${there}:user/x`)
  expect(principal).toMatchObject({ kind: 'IAMUser', membership, gap: expect.stringContaining(there) })
  expect(principal).not.toHaveProperty('allowsEverything')
  const lone: Model = { ...model, accounts: new Map([[there, account(there, { isCollected: false })]]) }
  expect(strangerFor(lone, `arn:aws:iam::${there}:user/x`)).not.toHaveProperty('membership')
})

test('what makes no requests is nobody', () => {
  expect(principalFor(model, group.arn)).toBeUndefined()
  expect(principalFor(model, bucket.arn)).toBeUndefined()
  expect(principalFor(model, `arn:aws:iam::${here}:user/gone`)).toBeUndefined()
  expect(principalFor(model, '*')).toMatchObject({ kind: 'Anonymous' })
  expect(servicePrincipal('ec2.amazonaws.com')).toMatchObject({ kind: 'AWSService', account: undefined })
  expect(federatedCaller('SAML', 'p')).toMatchObject({ kind: 'SAML', arn: 'p', account: undefined })
})

test('resources with what decides about them', () => {
  expect(resourceFor(model, `${bucket.arn}/x`)).toEqual({
    arn: `${bucket.arn}/x`,
    account: here,
    membership,
    policy: bucket.policy,
    tags: bucket.tags,
    restrictPublicBuckets: true,
  })
  expect(resourceFor(model, key.arn)).toMatchObject({
    isAwsManagedKey: true,
    isDisabledKey: true,
    kmsGrants: [],
    gap: `${here}/eu-west-1: kms:GetKeyPolicy 1`,
  })
  expect(resourceFor(model, reader.arn)).toMatchObject({ policy: reader.trust, tags: { team: 'blue' } })
  expect(resourceFor(model, alice.arn)).not.toHaveProperty('policy')
  expect(resourceFor(model, group.arn)).not.toHaveProperty('tags')
  expect(resourceFor(model, machine.arn)).toEqual({ arn: machine.arn, account: here, membership, tags: machine.tags })
  expect(resourceFor(model, `arn:aws:sqs:eu-west-1:${there}:q`)).toMatchObject({ membership, gap: expect.any(String) })
  expect(resourceFor(model, `arn:aws:sqs:eu-west-1:${outsideId}:q`)).toEqual({
    arn: `arn:aws:sqs:eu-west-1:${outsideId}:q`,
    account: outsideId,
  })
  expect(resourceFor(model, 'arn:aws:s3:::elsewhere/x')).toEqual({
    arn: 'arn:aws:s3:::elsewhere/x',
    account: undefined,
  })
})

test('a gap in one line', () => {
  const call = { service: 's3', operation: 'GetBucketPolicy', code: 'AccessDenied' }
  expect(gapText({ account: here, region: undefined, ...call })).toBe(`${here}: s3:GetBucketPolicy`)
})

test.each([
  ['s3:bucket', 's3:GetObject', ['kms:Decrypt']],
  ['s3:bucket', 'S3:getobjectversion', ['kms:Decrypt']],
  ['s3:bucket', 's3:PutObject', ['kms:GenerateDataKey']],
  ['s3:bucket', 's3:ListBucket', undefined],
  ['secretsmanager:secret', 'secretsmanager:GetSecretValue', ['kms:Decrypt']],
  ['secretsmanager:secret', 's3:GetObject', undefined],
  ['sqs:queue', 'sqs:SendMessage', ['kms:GenerateDataKey', 'kms:Decrypt']],
] as const)('the key of an encrypted %s in %s', (type, action, actions) => {
  expect(keyUseOf(type, action)?.actions).toEqual(actions)
})
