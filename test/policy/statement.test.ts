import { expect, test } from 'vitest'
import { splitAction } from '#src/policy/action.ts'
import { splitArn } from '#src/policy/arn.ts'
import { absent, type KeyState, known, unknown } from '#src/policy/conditions/key-state.ts'
import { all, always, any, atom, type Formula, gap, never, not } from '#src/policy/formula.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import { compilePolicy, matchStatement } from '#src/policy/statement.ts'

interface Written {
  readonly Action?: string
  readonly Resource?: string | readonly string[]
  readonly NotResource?: string | readonly string[]
  readonly Condition?: object
}

function match(
  written: Written,
  resource: string,
  states: Readonly<Record<string, KeyState>> = {},
  version = '2012-10-17',
): Formula {
  const document = { Version: version, Statement: { Effect: 'Allow', Action: 's3:*', ...written } }
  const policy = parsePolicy(document, 'identity')
  expect(policy.problems).toEqual([])
  return matchStatement(compilePolicy(policy).allows[0]!, {
    action: splitAction('s3:GetObject'),
    resource,
    resourceParts: splitArn(resource),
    lookup: (key) => states[key] ?? unknown,
  })
}

const object = 'arn:aws:s3:::data/alice/x'

test.each<[string, Written, Formula]>([
  ['another action', { Action: 's3:PutObject', Resource: '*' }, never],
  ['every resource', { Resource: '*' }, always],
  ['one of several', { Resource: ['arn:aws:s3:::b', 'arn:aws:s3:::data/*'] }, always],
  ['another resource', { Resource: 'arn:aws:s3:::b' }, never],
  ['all but others', { NotResource: ['arn:aws:s3:::b', 'arn:aws:s3:::c'] }, always],
  ['all but this', { NotResource: ['arn:aws:s3:::b', 'arn:aws:s3:::data/*'] }, never],
])('%s', (_, written, expected) => {
  expect(match(written, object)).toBe(expected)
})

/** Service Authorization Reference: an action without resource types has the resource `*`. */
test('an action that has no resource', () => {
  expect(match({ Resource: '*' }, '*')).toBe(always)
  expect(match({ Resource: 'arn:aws:s3:::*' }, '*')).toBe(never)
  expect(match({ Resource: 'arn:aws:s3:::${aws:username}' }, '*', { 'aws:username': known('a') })).toBe(never)
  expect(match({ NotResource: 'arn:aws:s3:::*' }, '*')).toBe(always)
})

const mine = { Resource: 'arn:aws:s3:::data/${aws:username}/*' }

test('variables in a resource', () => {
  expect(match(mine, object, { 'aws:username': known('alice') })).toBe(always)
  expect(match(mine, object, { 'aws:username': known('bob') })).toBe(never)
  const either = { Resource: ['arn:aws:s3:::${aws:username}', mine.Resource] }
  expect(match(either, object, { 'aws:username': known('alice') })).toBe(always)
  expect(match(mine, object, { 'aws:username': known('*') })).toBe(never)
  expect(match(mine, object, { 'aws:username': absent })).toBe(never)
  expect(match(mine, object, { 'aws:username': known('alice') }, '2008-10-17')).toBe(never)
  expect(match(mine, 'arn:aws:s3:::data/${aws:username}/x', {}, '2008-10-17')).toBe(always)
  expect(match({ NotResource: mine.Resource }, object, { 'aws:username': known('alice') })).toBe(never)
  expect(match({ NotResource: mine.Resource }, object, { 'aws:username': absent })).toBe(always)
})

/** IAM User Guide, "Policy variables": only after the fifth colon. */
test('a variable before the fifth colon is text', () => {
  const written = { Action: 's3:*', Resource: 'arn:aws:s3:${region}:1:data' }
  expect(match(written, 'arn:aws:s3:eu-west-1:1:data', { region: known('eu-west-1') })).toBe(never)
})

test('a variable whose value is not known is what is left', () => {
  const isAlice = atom('StringEquals', 'aws:username', ['alice'])
  expect(match(mine, object)).toEqual(isAlice)
  expect(match(mine, 'arn:aws:s3:::data/a/b/c')).toEqual(atom('StringEquals', 'aws:username', ['a', 'a/b']))
  expect(match(mine, 'arn:aws:s3:::data//x')).toEqual(atom('StringEquals', 'aws:username', ['']))
  expect(match(mine, 'arn:aws:s3:::other/a')).toBe(never)
  expect(match(mine, '*')).toBe(never)
  expect(match(mine, 'arn:aws:sqs:::data/alice/x')).toBe(never)
  expect(match({ NotResource: mine.Resource }, object)).toEqual(not(isAlice))
})

test('the default of a variable whose value is not known', () => {
  const resource = "arn:aws:s3:::data/${aws:username, 'alice'}/*"
  const isAbsent = atom('Null', 'aws:username', ['true'])
  expect(match({ Resource: resource }, object)).toEqual(any(atom('StringEquals', 'aws:username', ['alice']), isAbsent))
  expect(match({ Resource: resource }, 'arn:aws:s3:::data/bob/x')).toEqual(
    atom('StringEquals', 'aws:username', ['bob']),
  )
})

test('a wildcard in a default is a character', () => {
  const Resource = "arn:aws:s3:::data/${aws:username, '*'}"
  expect(match({ Resource }, 'arn:aws:s3:::data/bob')).toEqual(atom('StringEquals', 'aws:username', ['bob']))
})

test('two variables whose values are not known are a gap', () => {
  expect(match({ Resource: 'arn:aws:s3:::${a}/${b}' }, object)).toEqual(
    gap('values of the variables in arn:aws:s3:::${a}/${b}'),
  )
})

test('conditions are all needed', () => {
  const Condition = { StringEquals: { a: 'x', b: 'y' }, Bool: { c: 'true' } }
  const [a, b, c] = [atom('StringEquals', 'a', ['x']), atom('StringEquals', 'b', ['y']), atom('Bool', 'c', ['true'])]
  expect(match({ Resource: '*', Condition }, object)).toEqual(all(a, b, c))
  expect(match({ Resource: '*', Condition }, object, { a: known('x') })).toEqual(all(b, c))
  expect(match({ Resource: '*', Condition }, object, { a: known('z') })).toBe(never)
  expect(match({ Resource: '*', Condition }, object, { a: known('x'), b: known('y'), c: known('true') })).toBe(always)
})

test('each policy is compiled once', () => {
  const policy = parsePolicy({ Statement: [] }, 'identity')
  expect(compilePolicy(policy)).toBe(compilePolicy(policy))
})
