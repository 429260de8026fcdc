import { expect, test } from 'vitest'
import type { Evidence } from '#src/evaluate/decision.ts'
import { evaluate } from '#src/evaluate/evaluate.ts'
import { always, atom, never } from '#src/policy/formula.ts'
import {
  allow,
  boundary,
  bucket,
  deny,
  here,
  identity,
  key,
  member,
  onlyScp,
  policyOf,
  rcp,
  request,
  roleSession,
  scp,
  session,
  there,
  user,
} from '../support/requests.ts'

const full = identity(allow('*'))
const account = `arn:aws:iam::${here}:root`

const short = ({ layer, effect, policy, statement, attachedTo }: Evidence): string =>
  [layer, effect, policy, statement, attachedTo].filter((part) => part !== undefined).join(' ')

const why = (...[principal, action, resource, context]: Parameters<typeof request>): readonly string[] =>
  evaluate(request(principal, action, resource, context)).evidence.map(short)

const levels = [
  'scp Allow FullAWSAccess 0 root r-1',
  'scp Allow FullAWSAccess 0 ou Prod',
  `scp Allow FullAWSAccess 0 account ${here}`,
]

test('an allow names the statement of every layer that had a say', () => {
  const caller = roleSession({ ...full, ...boundary(allow('s3:*')), ...session(allow('*')), membership: member() })
  expect(why(caller, 's3:GetObject', bucket())).toEqual([
    ...levels,
    'identity Allow identity 0',
    'boundary Allow boundary 0',
    'session Allow session 0',
  ])
})

test('a direct grant needs no other', () => {
  const grant = bucket(allow('s3:*', { Principal: { AWS: `arn:aws:iam::${here}:user/alice` } }))
  expect(why(user({ ...full, ...boundary(allow('ec2:*')), membership: member() }), 's3:GetObject', grant)).toEqual([
    ...levels,
    'resource Allow data 0',
  ])
})

test('both sides of a grant across accounts, and of a key', () => {
  const caller = user({ ...full, account: there })
  expect(
    why(caller, 's3:GetObject', bucket([deny('s3:PutObject', { Principal: '*' }), allow('s3:*', { Principal: '*' })])),
  ).toEqual(['resource Allow data 1', 'identity Allow identity 0'])
  const decrypt = key(allow('kms:*', { Principal: { AWS: account } }))
  expect(why(user(full), 'kms:Decrypt', decrypt)).toEqual(['kms-key-policy Allow key 0', 'identity Allow identity 0'])
  const kmsGrants = [{ granteePrincipal: `arn:aws:iam::${here}:user/alice`, operations: ['Decrypt'] }]
  expect(why(user(), 'kms:Decrypt', { ...decrypt, kmsGrants })).toContain(`kms-grant Allow ${decrypt.arn} -1`)
})

test('what decides is certain, where something is', () => {
  const mfa = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
  const caller = user({ identityPolicies: [policyOf('identity', [allow('s3:*', mfa), allow('s3:Get*'), allow('*')])] })
  expect(why(caller, 's3:GetObject', bucket())).toEqual(['identity Allow identity 1'])
  const { evidence } = evaluate(request(caller, 's3:GetObject', bucket()))
  expect(evidence[0]?.when).toBe(always)
})

test('a conditional decision names every statement that it depends on', () => {
  const when = (value: string): object => ({ Condition: { StringEquals: { k: value } } })
  const caller = user(
    identity(allow('s3:*', { Sid: 'One', ...when('a') }), allow('s3:*', when('b')), deny('*', when('c'))),
  )
  const { evidence, decision } = evaluate(request(caller, 's3:GetObject', bucket()))
  expect(decision).toBe('Conditional')
  expect(evidence).toEqual([
    {
      layer: 'identity',
      effect: 'Allow',
      policy: 'identity',
      statement: 0,
      sid: 'One',
      when: atom('StringEquals', 'k', ['a']),
    },
    { layer: 'identity', effect: 'Allow', policy: 'identity', statement: 1, when: atom('StringEquals', 'k', ['b']) },
    { layer: 'identity', effect: 'Deny', policy: 'identity', statement: 2, when: atom('StringEquals', 'k', ['c']) },
  ])
})

test('a denial names the statements that deny, and where they are attached', () => {
  const membership = member({ unit: scp(allow('*'), deny('s3:*', { Sid: 'NoBuckets' })) })
  const caller = user({ ...identity(allow('*'), deny('s3:Get*')), membership })
  const decision = evaluate(request(caller, 's3:GetObject', bucket()))
  expect(decision).toMatchObject({ decision: 'ExplicitlyDenied', blockedBy: ['scp', 'identity'] })
  expect(decision.evidence.map(short)).toEqual(['scp Deny guardrail 1 ou Prod', 'identity Deny identity 1'])
  expect(decision.evidence[0]?.sid).toBe('NoBuckets')
})

test('for lack of an allow the place where it is missing is named', () => {
  const inOrganization = (unit: object): ReturnType<typeof member> => member({ unit })
  expect(why(user({ ...full, membership: inOrganization(onlyScp(allow('ec2:*'))) }), 's3:GetObject', bucket())).toEqual(
    ['scp Deny allow list -1 ou Prod'],
  )
  expect(why(user({ ...full, membership: inOrganization(onlyScp()) }), 's3:GetObject', bucket())).toEqual([
    'scp Deny ou-1 -1 ou Prod',
  ])
  expect(why(user(), 's3:GetObject', bucket())).toEqual([`identity Deny arn:aws:iam::${here}:user/alice -1`])
  expect(why(roleSession(), 's3:GetObject', bucket())).toEqual([
    `identity Deny arn:aws:iam::${here}:role/team/reader -1`,
  ])
  expect(why(user({ ...full, ...boundary(allow('ec2:*')) }), 's3:GetObject', bucket())).toEqual([
    'boundary Deny boundary -1',
  ])
  expect(why(roleSession({ ...full, ...session(allow('ec2:*')) }), 's3:GetObject', bucket())).toEqual([
    `session Deny arn:aws:iam::${here}:role/team/reader -1`,
  ])
  const outside = user({ ...full, account: there })
  expect(why(outside, 's3:GetObject', bucket())).toEqual(['resource Deny arn:aws:s3:::data/x -1'])
  expect(why(outside, 's3:GetObject', bucket(allow('s3:*', { Principal: { AWS: here } })))).toEqual([
    'resource Deny data -1',
  ])
  const vpcEndpointPolicy = policyOf('endpoint', allow('ec2:*', { Principal: '*' }), 'gateway')
  const { evidence } = evaluate({ ...request(user(full), 's3:GetObject', bucket()), vpcEndpointPolicy })
  expect(evidence.map(short)).toEqual(['vpce Deny gateway -1'])
})

test('of several layers that lack an allow all are named', () => {
  const caller = user({ ...boundary(allow('ec2:*')), membership: member({ unit: onlyScp(allow('ec2:*')) }) })
  expect(evaluate(request(caller, 's3:GetObject', bucket())).blockedBy).toEqual(['scp', 'identity', 'boundary'])
})

test('of a grant that needs no identity policy only the cap is at fault', () => {
  const caller = user({ membership: member({ unit: onlyScp(allow('ec2:*')) }) })
  const { blockedBy } = evaluate(request(caller, 's3:GetObject', bucket(allow('s3:*', { Principal: '*' }))))
  expect(blockedBy).toEqual(['scp'])
})

test.each([
  ['everybody', '*'],
  ['the caller', { AWS: `arn:aws:sts::${there}:assumed-role/reader/s1` }],
  ['its role', { AWS: `arn:aws:iam::${there}:role/team/reader` }],
  ['its account', { AWS: there }],
])('a resource that lets %s in is not at fault', (_, named) => {
  const caller = roleSession({ ...boundary(allow('ec2:*')), account: there })
  const { blockedBy } = evaluate(request(caller, 's3:GetObject', bucket(allow('s3:*', { Principal: named }))))
  expect(blockedBy).toEqual(['identity', 'boundary'])
})

test('of several caps that lack an allow all are named, in the order of evaluation', () => {
  const ec2 = allow('ec2:*')
  const caller = roleSession({ ...full, ...session(ec2), ...boundary(ec2), membership: member({ unit: onlyScp(ec2) }) })
  const vpcEndpointPolicy = policyOf('endpoint', allow('ec2:*', { Principal: '*' }))
  const { blockedBy } = evaluate({ ...request(caller, 's3:GetObject', bucket()), vpcEndpointPolicy })
  expect(blockedBy).toEqual(['scp', 'vpce', 'boundary', 'session'])
})

test('a managed policy is named by its ARN', () => {
  const arn = 'arn:aws:iam::aws:policy/AdministratorAccess'
  const caller = user({ identityPolicies: [{ ...policyOf('identity', allow('*')), arn }] })
  expect(why(caller, 's3:GetObject', bucket())).toEqual([`identity Allow ${arn} 0`])
})

test('what is denied under the very condition that allows it is refused', () => {
  const Condition = { Bool: { k: 'true' } }
  const caller = user(identity(allow('s3:*', { Condition }), deny('s3:*', { Condition })))
  const decision = evaluate(request(caller, 's3:GetObject', bucket()))
  expect(decision).toMatchObject({ decision: 'ImplicitlyDenied', blockedBy: ['identity'], formula: never })
  expect(decision.evidence.map(short)).toEqual(['identity Deny identity 1'])
})

/** Whatever the value of the variable is, one of the two denies. */
test('two statements of which one always denies', () => {
  const when = (operator: string): object => ({ Condition: { [operator]: { k: '${v}' } } })
  const caller = user(identity(allow('*'), deny('*', when('StringEquals')), deny('*', when('StringNotEquals'))))
  const decision = evaluate(request(caller, 's3:GetObject', bucket(), { k: 'x' }))
  expect(decision).toMatchObject({ decision: 'ExplicitlyDenied', blockedBy: ['identity'] })
  expect(decision.evidence.map(short)).toEqual(['identity Deny identity 1', 'identity Deny identity 2'])
})

test('denied under one condition or under its opposite is denied', () => {
  const when = (operator: string): object => ({ Condition: { [operator]: { k: 'true' } } })
  const caller = user(
    identity(
      allow('s3:*'),
      deny('s3:*', when('Null')),
      deny('s3:*', { Condition: { Null: { k: ['true', 'false'] } } }),
    ),
  )
  expect(evaluate(request(caller, 's3:GetObject', bucket())).decision).toBe('ExplicitlyDenied')
})

/** IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access". */
test('layers are named in the order in which AWS evaluates them', () => {
  const everybody = { Principal: '*' }
  const membership = member({ root: { ...scp(deny('s3:*')), ...rcp(deny('s3:*', everybody)) } })
  const caller = roleSession({
    ...identity(deny('s3:*')),
    ...boundary(deny('s3:*')),
    ...session(deny('s3:*')),
    account: there,
    membership,
  })
  const target = bucket([allow('s3:*', everybody), deny('s3:*', everybody)], {
    membership,
    restrictPublicBuckets: true,
  })
  const vpcEndpointPolicy = policyOf('endpoint', deny('s3:*', everybody))
  const decision = evaluate({ ...request(caller, 's3:GetObject', target), vpcEndpointPolicy })
  const denials = ['rcp', 'scp', 'vpce', 's3-bpa', 'resource', 'identity', 'boundary', 'session']
  expect(decision).toMatchObject({ decision: 'ExplicitlyDenied', blockedBy: denials })
  expect(decision.formula).toBe(never)
})

test('what may allow and what may deny is named in that order too', () => {
  const Condition = { Bool: { k: 'true' } }
  const mayDeny = { Condition: { Bool: { l: 'true' } } }
  const kmsGrants = [
    { granteePrincipal: `arn:aws:iam::${here}:role/team/reader`, operations: ['Decrypt'], isConstrained: true },
  ]
  const target = key(allow('kms:*', { Principal: { AWS: here }, Condition }), { kmsGrants })
  const caller = roleSession({
    ...identity(allow('kms:*', { Condition }), deny('kms:*', mayDeny)),
    ...boundary(allow('kms:*', { Condition })),
    ...session(allow('kms:*', { Condition })),
    membership: member({ root: scp(deny('kms:*', mayDeny)), unit: onlyScp(allow('kms:*', { Condition })) }),
  })
  const { evidence, decision } = evaluate(request(caller, 'kms:Decrypt', target))
  expect(decision).toBe('Conditional')
  expect(evidence.map(({ layer, effect }) => `${layer} ${effect}`)).toEqual([
    ...['scp Allow', 'scp Allow', 'scp Allow', 'scp Deny'],
    ...[
      'kms-key-policy Allow',
      'kms-grant Allow',
      'identity Allow',
      'identity Deny',
      'boundary Allow',
      'session Allow',
    ],
  ])
})

test('what may deny as well is no cause beside what denies', () => {
  const caller = user(identity(allow('*'), deny('s3:*', { Condition: { Bool: { k: 'true' } } }), deny('s3:Get*')))
  expect(
    why(
      { ...caller, ...boundary(allow('*'), deny('*', { Condition: { Bool: { k: 'true' } } })) },
      's3:GetObject',
      bucket(),
    ),
  ).toEqual(['identity Deny identity 2'])
})
