import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PolicyKind, parsePolicy } from '#src/policy/parse.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const policy = (...statements: readonly unknown[]): unknown => ({ Version: '2012-10-17', Statement: statements })

test('a statement is read with all its elements', () => {
  const document = policy({
    Sid: 'A',
    Effect: 'Deny',
    NotPrincipal: { AWS: ['111122223333'], Service: 's3.amazonaws.com' },
    NotAction: ['s3:Get*', 'iam:*'],
    NotResource: 'arn:aws:s3:::b',
    Condition: { NumericLessThan: { 's3:max-keys': 10 }, Bool: { 'aws:SecureTransport': [true, 'false'] } },
  })
  expect(parsePolicy(document, 'resource')).toEqual({
    version: '2012-10-17',
    problems: [],
    statements: [
      {
        index: 0,
        sid: 'A',
        effect: 'Deny',
        notPrincipal: { AWS: ['111122223333'], Service: ['s3.amazonaws.com'] },
        notAction: ['s3:Get*', 'iam:*'],
        notResource: ['arn:aws:s3:::b'],
        conditions: [
          { operator: 'NumericLessThan', key: 's3:max-keys', values: ['10'] },
          { operator: 'Bool', key: 'aws:SecureTransport', values: ['true', 'false'] },
        ],
        hasVariables: true,
      },
    ],
  })
})

/** IAM User Guide, "IAM JSON policy elements: Statement": one object, or a list. */
test.each([
  ['an object', policy(allow)],
  ['JSON text', JSON.stringify(policy(allow))],
  ['URL-encoded text', encodeURIComponent(JSON.stringify(policy(allow)))],
  ['URL-encoded text that begins with white space', encodeURIComponent(` \n${JSON.stringify(policy(allow))}`)],
  ['one statement without a list', { Version: '2012-10-17', Id: 'x', Statement: allow }],
])('%s is a policy', (_, document) => {
  const { statements, problems } = parsePolicy(document, 'identity')
  expect(problems).toEqual([])
  expect(statements).toMatchObject([{ effect: 'Allow', action: ['s3:GetObject'], resource: ['*'] }])
})

test('without a version it is the one before variables', () => {
  const { version, statements } = parsePolicy({ Statement: allow }, 'identity')
  expect(version).toBe('2008-10-17')
  expect(statements[0]?.hasVariables).toBe(false)
})

test.each([
  ['nothing', undefined, ''],
  ['text that is no JSON', '{', ''],
  ['a broken escape', '%7B%', ''],
  ['a list', [], ''],
  ['a number', 7, ''],
  ['null', null, ''],
  ['another element', { Statement: allow, Extra: 1 }, 'Extra'],
  ['an unknown version', { Version: '2020-01-01', Statement: allow }, 'Version'],
  ['no statement', { Version: '2012-10-17' }, 'Statement'],
])('%s is no policy: whether it allows and whether it denies is open', (_, document, place) => {
  const { statements, problems } = parsePolicy(document, 'identity')
  expect(problems).toMatchObject([{ place }])
  expect(problems[0]?.statement).toBeUndefined()
  expect(statements).toMatchObject([
    { index: -1, effect: 'Allow', unreadable: true },
    { index: -1, effect: 'Deny', unreadable: true },
  ])
})

const without = (element: string): unknown =>
  Object.fromEntries(Object.entries(allow).filter(([name]) => name !== element))

describe.each<[string, PolicyKind, unknown, string]>([
  ['no statement at all', 'identity', 'x', ''],
  ['an unknown element', 'identity', { ...allow, Actions: 's3:*' }, '.Actions'],
  ['no effect', 'identity', without('Effect'), '.Effect'],
  ['an effect in another case', 'identity', { ...allow, Effect: 'allow' }, '.Effect'],
  ['a Sid that is no text', 'identity', { ...allow, Sid: ['a'] }, '.Sid'],
  ['no action', 'identity', without('Action'), '.Action'],
  ['an action and its negation', 'identity', { ...allow, NotAction: 's3:*' }, '.NotAction'],
  ['an action without a service', 'identity', { ...allow, Action: ['s3:*', 'GetObject'] }, '.Action'],
  ['an action that is no text', 'identity', { ...allow, Action: [7] }, '.Action'],
  ['no resource', 'identity', without('Resource'), '.Resource'],
  ['a resource that is no ARN', 'identity', { ...allow, Resource: 'arn:aws:s3*' }, '.Resource'],
  ['a principal', 'identity', { ...allow, Principal: '*' }, '.Principal'],
  ['a principal', 'boundary', { ...allow, Principal: '*' }, '.Principal'],
  ['a principal', 'session', { ...allow, Principal: '*' }, '.Principal'],
  ['a principal', 'scp', { ...allow, Principal: '*' }, '.Principal'],
  ['no principal', 'resource', allow, '.Principal'],
  ['no principal', 'endpoint', allow, '.Principal'],
  ['no principal', 'trust', { Effect: 'Allow', Action: 'sts:AssumeRole' }, '.Principal'],
  ['a resource', 'trust', { ...allow, Principal: '*' }, '.Resource'],
  ['NotPrincipal with Allow', 'resource', { ...allow, NotPrincipal: '*' }, '.NotPrincipal'],
  ['NotPrincipal', 'trust', { Effect: 'Deny', NotPrincipal: '*', Action: 'sts:*' }, '.NotPrincipal'],
  ['NotPrincipal', 'rcp', { ...allow, Effect: 'Deny', NotPrincipal: '*' }, '.NotPrincipal'],
  ['a principal that is text', 'resource', { ...allow, Principal: '111122223333' }, '.Principal'],
  ['an unknown type of principal', 'resource', { ...allow, Principal: { Aws: '*' } }, '.Principal.Aws'],
  ['a principal of nobody', 'resource', { ...allow, Principal: {} }, '.Principal'],
  ['a principal that is no text', 'resource', { ...allow, Principal: { AWS: 1 } }, '.Principal.AWS'],
  ['a condition that is no object', 'identity', { ...allow, Condition: [] }, '.Condition'],
  ['an unknown operator', 'identity', { ...allow, Condition: { StringEqual: { a: 'b' } } }, '.Condition.StringEqual'],
  ['an operator without keys', 'identity', { ...allow, Condition: { Bool: 'x' } }, '.Condition.Bool'],
  ['a value that is null', 'identity', { ...allow, Condition: { Bool: { k: [null] } } }, '.Condition.Bool.k'],
])('%s in a policy of kind %s', (_, kind, statement, place) => {
  test('makes the statement unreadable, and no other', () => {
    const good = { identity: allow, resource: { ...allow, Principal: '*' } }
    const other = kind === 'resource' || kind === 'endpoint' || kind === 'rcp' ? good.resource : good.identity
    const { statements, problems } = parsePolicy(policy(statement, kind === 'trust' ? statement : other), kind)
    expect(problems[0]).toMatchObject({ place: `Statement[0]${place}`, statement: 0 })
    expect(problems[0]?.reason).not.toBe('')
    const effect = (statement as { Effect?: unknown }).Effect
    const known = effect === 'Allow' || effect === 'Deny' ? [effect] : ['Allow', 'Deny']
    expect(statements.filter(({ index }) => index === 0)).toMatchObject(
      known.map((effect) => ({ effect, unreadable: true })),
    )
    if (kind !== 'trust') expect(statements.at(-1)?.unreadable).toBeUndefined()
  })
})

/** ECR repository policies and trust policies have no Resource; RCPs may leave out what must be `*`. */
test.each<[PolicyKind, unknown]>([
  ['resource', { Effect: 'Allow', Principal: '*', Action: 'ecr:*' }],
  [
    'trust',
    { Effect: 'Allow', Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
  ],
  ['rcp', { Effect: 'Deny', Action: 's3:*', Resource: '*' }],
  ['rcp', { ...allow, Principal: '*', Action: '*' }],
  ['endpoint', { ...allow, Principal: { CanonicalUser: 'abc' } }],
  ['scp', { Effect: 'Allow', NotAction: 'iam:*', NotResource: 'arn:aws:s3:::b' }],
])('a policy of kind %s may have %j', (kind, statement) => {
  expect(parsePolicy(policy(statement), kind).problems).toEqual([])
})

test('hostile keys are data', () => {
  const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",
    "Condition":{"StringEquals":{"__proto__":"x","constructor":"y"}}}]}`
  expect(parsePolicy(text, 'identity').statements[0]?.conditions.map(({ key }) => key)).toEqual([
    '__proto__',
    'constructor',
  ])
  for (const element of ['__proto__', 'constructor']) {
    const hostile = `{"Version":"2012-10-17","Statement":[{"${element}":{"Effect":"Allow"},"Action":"s3:*","Resource":"*"}]}`
    expect(parsePolicy(hostile, 'identity').problems).toHaveLength(1)
    expect(parsePolicy(`{"${element}":1,"Statement":[]}`, 'identity').problems).toHaveLength(1)
  }
})

test('a long text is shortened in the reason', () => {
  const [problem] = parsePolicy(policy({ ...allow, Effect: 'x'.repeat(1000) }), 'identity').problems
  expect(problem?.reason.length).toBeLessThan(120)
})

test('nothing makes it throw', () => {
  const kinds = fc.constantFrom<PolicyKind>('identity', 'resource', 'trust', 'scp', 'rcp', 'endpoint')
  const elements = fc.record(
    {
      Effect: fc.oneof(fc.constantFrom('Allow', 'Deny'), fc.jsonValue()),
      Action: fc.jsonValue(),
      NotAction: fc.jsonValue(),
      Resource: fc.jsonValue(),
      Principal: fc.jsonValue(),
      Condition: fc.jsonValue(),
    },
    { requiredKeys: [] },
  )
  const documents = fc.oneof(fc.jsonValue(), fc.string(), fc.record({ Statement: fc.array(elements) }))
  fc.assert(
    fc.property(documents, kinds, (document, kind) => {
      const { statements, problems } = parsePolicy(document, kind)
      expect(problems.length === 0).toBe(statements.every(({ unreadable }) => !unreadable))
    }),
  )
})

test('a numeric Sid is a name like any other', () => {
  const { statements, problems } = parsePolicy(
    { Version: '2012-10-17', Statement: [{ Sid: 1, Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] },
    'identity',
  )
  expect(problems).toEqual([])
  expect(statements[0]?.sid).toBe('1')
})
