import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateDocument } from '#src/evaluate/document.ts'
import { conflictKey } from '#src/policy/formula.ts'
import { allow, deny, here, there, trust } from '../support/requests.ts'

const alice = `arn:aws:iam::${here}:user/alice`

const named = (...statements: readonly object[]): object => ({
  name: 'p',
  document: { Version: '2012-10-17', Statement: statements },
})
const user = { kind: 'IAMUser', arn: alice, account: here, identityPolicies: [named(allow('*'))] }
const request = { action: 's3:GetObject', resource: 'arn:aws:s3:::data/x', resourceAccount: here }
const document = (more: object = {}): object => ({ id: 'one', principal: user, request, ...more })

test('a document is answered', () => {
  expect(evaluateDocument(document())).toEqual({
    id: 'one',
    decision: 'Allowed',
    blockedBy: [],
    residual: [],
    bounds: { best: 'Allowed', worst: 'Allowed' },
  })
})

test('accounts that are left out stand in the ARNs', () => {
  const queue = { action: 'sqs:SendMessage', resource: `arn:aws:sqs:eu-west-1:${there}:jobs` }
  const { account: _, ...nameless } = user
  const open = { Version: '2012-10-17', Statement: [{ ...allow('*'), Principal: { AWS: here } }] }
  expect(evaluateDocument(document({ principal: nameless, request: queue }))).toMatchObject({
    decision: 'ImplicitlyDenied',
    blockedBy: ['resource'],
  })
  expect(evaluateDocument(document({ principal: nameless, request: queue, resourcePolicy: open })).decision).toBe(
    'Allowed',
  )
  const provider = `arn:aws:iam::${here}:oidc-provider/token.example.com`
  const federated = { kind: 'WebIdentity', arn: provider, account: null }
  const login = { action: 'sts:AssumeRoleWithWebIdentity', resource: `arn:aws:iam::${here}:role/deploy` }
  const trustPolicy = { Version: '2012-10-17', Statement: [trust({ Federated: provider }, { Action: '*' })] }
  expect(
    evaluateDocument(document({ principal: federated, request: login, resourcePolicy: trustPolicy })).decision,
  ).toBe('Allowed')
})

test.each<[string, unknown, string]>([
  ['no object', 7, 'document: expected an object, got number'],
  ['null', null, 'principal.kind: expected text, got nothing'],
  ['a list', [], 'document: expected an object, got a list'],
  ['no principal', { request }, 'principal.kind: expected text, got nothing'],
  [
    'an unknown kind',
    document({ principal: { ...user, kind: 'Robot' } }),
    'principal.kind: expected IAMUser, RoleSession',
  ],
  ['a kind from the prototype', document({ principal: { ...user, kind: 'constructor' } }), 'principal.kind: expected'],
  ['no ARN', document({ principal: { kind: 'IAMUser' } }), 'principal.arn: expected text, got nothing'],
  ['an empty ARN', document({ principal: { ...user, arn: '' } }), 'principal.arn: expected text, got string'],
  ['no request', { principal: user }, 'request.action: expected text, got nothing'],
  ['a request that is text', document({ request: 'x' }), 'request: expected an object, got string'],
  ['no resource', document({ request: { action: 'a:b' } }), 'request.resource: expected text'],
  [
    'policies that are no list',
    document({ principal: { ...user, identityPolicies: {} } }),
    'principal.identityPolicies: expected a list',
  ],
  [
    'a null key',
    document({ request: { ...request, context: { k: null } } }),
    'request.context.k: expected text, got null',
  ],
  [
    'a key that is no text',
    document({ request: { ...request, absent: [1] } }),
    'request.absent[0]: expected text, got number',
  ],
  [
    'a setting that is no flag',
    document({ resourceSettings: { s3: { restrictPublicBuckets: 'yes' } } }),
    'resourceSettings.s3.restrictPublicBuckets: expected true or false',
  ],
  [
    'a level of an unknown type',
    document({ organization: { id: 'o-1', accounts: { [here]: [{ id: 'r', type: 'R' }] } } }),
    'organization.accounts.111122223333[0].type: expected ROOT, OU or ACCOUNT',
  ],
  [
    'an unknown operator',
    document({ principal: { ...user, identityPolicies: [named(deny('*', { Condition: { StringIs: { k: 'v' } } }))] } }),
    'principal.identityPolicies[0].document.Statement[0].Condition.StringIs: not a condition operator',
  ],
  [
    'no document',
    document({ principal: { ...user, identityPolicies: [{ name: 'p' }] } }),
    'principal.identityPolicies[0].document: expected a policy document, got nothing',
  ],
])('%s is an error', (_, json, message) => {
  const answer = evaluateDocument(json)
  expect(answer.decision).toBeUndefined()
  expect(answer.error).toContain(message)
  expect(answer.id).toBe(typeof json === 'object' && json !== null && 'id' in json ? 'one' : '')
})

test('what a document leaves out has its default', () => {
  expect(evaluateDocument({ ...document(), id: 7 }).id).toBe('')
  const plain = { kind: 'IAMUser', arn: alice, account: here }
  expect(evaluateDocument(document({ principal: plain }))).toMatchObject({
    decision: 'ImplicitlyDenied',
    blockedBy: ['identity'],
  })
  const tagged = named(allow('*', { Condition: { Null: { 'aws:PrincipalTag/team': 'true' } } }))
  expect(evaluateDocument(document({ principal: { ...plain, identityPolicies: [tagged] } })).decision).toBe('Allowed')
  const service = { kind: 'AWSService', arn: 's3.amazonaws.com', account: null }
  const resourcePolicy = {
    Version: '2012-10-17',
    Statement: allow('*', { Principal: { Service: 's3.amazonaws.com' } }),
  }
  expect(evaluateDocument(document({ principal: service, resourcePolicy })).decision).toBe('Allowed')
})

test('context values may be numbers, flags and lists; keys in any case', () => {
  const condition = (Condition: object): object => ({ ...user, identityPolicies: [named(allow('*', { Condition }))] })
  const decide = (Condition: object, context: object, absent: readonly string[] = []): unknown =>
    evaluateDocument(document({ principal: condition(Condition), request: { ...request, context, absent } })).decision
  expect(decide({ NumericEquals: { 's3:max-keys': '10' } }, { 'S3:Max-Keys': 10 })).toBe('Allowed')
  expect(decide({ Bool: { 'aws:SecureTransport': 'true' } }, { 'aws:securetransport': true })).toBe('Allowed')
  expect(decide({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'b' } }, { 'aws:TagKeys': ['a', 'b'] })).toBe('Allowed')
  expect(decide({ Null: { k: 'true' } }, {}, ['K'])).toBe('Allowed')
  expect(decide({ Null: { k: 'true' } }, {})).toBe('Conditional')
  expect(decide({ StringEquals: { __proto__x: 'a' } }, JSON.parse('{"__proto__":"a"}'))).toBe('Conditional')
})

test('an organization: listed accounts are members, others are not', () => {
  const condition = { Condition: { StringEquals: { 'aws:PrincipalOrgPaths': 'o-1/r-1/ou-1/' } } }
  const levels = (scps: readonly object[]): readonly object[] => [
    { id: 'r-1', type: 'ROOT', scps },
    { id: 'ou-1', type: 'OU', name: 'Prod', scps, rcps: [] },
    { id: here, type: 'ACCOUNT', scps },
  ]
  const principal = { ...user, identityPolicies: [named(allow('*', condition))] }
  const decide = (account: string, scps: readonly object[]): unknown => {
    const organization = { id: 'o-1', managementAccountId: '999999999999', accounts: { [account]: levels(scps) } }
    const answer = evaluateDocument(document({ principal, organization }))
    return answer.error === undefined ? [answer.decision, ...answer.blockedBy] : answer.error
  }
  expect(decide(here, [named(allow('*'))])).toEqual(['Allowed'])
  expect(decide(here, [named(allow('ec2:*'))])).toEqual(['ImplicitlyDenied', 'scp'])
  expect(decide(here, [])).toEqual(['Allowed'])
  expect(decide(there, [named(allow('*'))])).toEqual(['ImplicitlyDenied', 'identity'])
})

test('a call of several actions is decided as the worst of them', () => {
  const target = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${here}:role/r`, resourceAccount: here }
  const call = (resourcePolicy: unknown, additionalActions: readonly string[]): unknown =>
    evaluateDocument(
      document({
        principal: { ...user, identityPolicies: [] },
        request: { ...target, additionalActions },
        resourcePolicy,
      }),
    )
  const when = (k: string): object => ({ Condition: { StringEquals: { k } } })
  const both = (first: object, second: object): object => ({
    Version: '2012-10-17',
    Statement: [trust({ AWS: alice }, first), trust({ AWS: alice }, { Action: 'sts:TagSession', ...second })],
  })
  expect(call(both({}, {}), ['sts:TagSession'])).toMatchObject({ decision: 'Allowed' })
  expect(call(both({}, {}), ['sts:SetSourceIdentity'])).toMatchObject({
    decision: 'ImplicitlyDenied',
    blockedBy: ['trust'],
  })
  expect(call(both({}, { Effect: 'Deny' }), ['sts:TagSession'])).toMatchObject({
    decision: 'ExplicitlyDenied',
    blockedBy: ['trust'],
  })
  expect(call(both(when('a'), {}), ['sts:TagSession'])).toMatchObject({
    decision: 'Conditional',
    residual: [{ key: 'k' }],
  })
  const opposite = both({ Condition: { Null: { k: 'true' } } }, { Condition: { Null: { k: 'false' } } })
  expect(call(opposite, ['sts:TagSession'])).toMatchObject({ decision: 'Conditional', residual: [{}, {}] })
})

/** The same condition opens one action and shuts the other: nobody can meet it. */
test('actions of one call that rule each other out', () => {
  const Condition = { StringEquals: { k: 'a' } }
  const principal = {
    ...user,
    identityPolicies: [named(allow('s3:Get*', { Condition }), allow('s3:Put*'), deny('s3:Put*', { Condition }))],
  }
  const answer = evaluateDocument(document({ principal, request: { ...request, additionalActions: ['s3:PutObject'] } }))
  expect(answer).toMatchObject({
    decision: 'ImplicitlyDenied',
    blockedBy: ['identity'],
    bounds: { best: 'ImplicitlyDenied', worst: 'ExplicitlyDenied' },
  })
})

test('a documentation conflict is a residual of its own', () => {
  const principal = { ...user, identityPolicies: [], permissionsBoundary: named(allow('s3:*')) }
  const resourcePolicy = { Version: '2012-10-17', Statement: trust({ AWS: alice }) }
  const target = { action: 'sts:AssumeRole', resource: `arn:aws:iam::${here}:role/r`, resourceAccount: here }
  const answer = evaluateDocument(document({ principal, resourcePolicy, request: target }))
  expect(answer).toMatchObject({
    decision: 'Conditional',
    residual: [{ effect: 'Allow', layer: 'trust', key: conflictKey }],
  })
})

test('grants of a key, with and without constraints', () => {
  const arn = `arn:aws:kms:eu-west-1:${here}:key/1`
  const resourcePolicy = { Version: '2012-10-17', Statement: allow('kms:*', { Principal: { AWS: here } }) }
  const decide = (grant: object): unknown =>
    evaluateDocument(
      document({
        principal: { ...user, identityPolicies: [] },
        request: { action: 'kms:Decrypt', resource: arn, resourceAccount: here },
        resourcePolicy,
        kmsGrants: [{ granteePrincipal: alice, operations: ['Decrypt'], ...grant }],
      }),
    ).decision
  expect(decide({})).toBe('Allowed')
  expect(decide({ constraints: {} })).toBe('Allowed')
  expect(decide({ constraints: { EncryptionContextEquals: { a: 'b' } } })).toBe('Conditional')
})

test('nothing makes it throw', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), (principal, asked, rest) => {
      for (const json of [
        rest,
        document({ principal }),
        document({ request: asked }),
        document({ organization: rest, resourcePolicy: rest, kmsGrants: rest }),
      ]) {
        const answer = evaluateDocument(json)
        expect(answer.decision === undefined).toBe(answer.error !== undefined)
      }
    }),
  )
})
