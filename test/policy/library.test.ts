import { describe, expect, test } from 'vitest'
import { PolicyLibrary, unknownPolicy } from '#src/policy/library.ts'
import { parsePolicy } from '#src/policy/parse.ts'

const statement = (action: unknown, more: object = {}) => ({ Effect: 'Allow', Action: action, Resource: '*', ...more })
const document = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements })
const interest = (pattern: string) => pattern === '*' || pattern.toLowerCase().startsWith('sts:')

describe('interning', () => {
  test('the same text is read once, in each kind', () => {
    const library = new PolicyLibrary()
    const policy = library.intern(document(statement('s3:*')), 'identity')
    expect(library.intern(document(statement('s3:*')), 'identity')).toBe(policy)
    expect(library.intern(document(statement('s3:*')), 'scp')).not.toBe(policy)
    expect(library.intern(document(statement('ec2:*')), 'identity')).not.toBe(policy)
  })

  test.each([
    ['an object', document(statement('s3:*'))],
    ['text', JSON.stringify(document(statement('s3:*')))],
    ['URL-encoded text', encodeURIComponent(JSON.stringify(document(statement('s3:*'))))],
  ])('%s', (_, written) => {
    expect(new PolicyLibrary().intern(written, 'identity')).toEqual(
      parsePolicy(document(statement('s3:*')), 'identity'),
    )
  })

  test.each([[undefined], [null], [7], [Symbol('x')], [[]]])(
    '%s is no document, and nothing is known of it',
    (written) => {
      const { statements, problems } = new PolicyLibrary().intern(written, 'identity')
      expect(statements.map(({ effect, unreadable }) => [effect, unreadable])).toEqual(
        unknownPolicy.statements.map(({ effect, unreadable }) => [effect, unreadable]),
      )
      expect(problems).toHaveLength(1)
    },
  )

  test('a document nested without end', () => {
    let nested: unknown = 1
    for (let depth = 0; depth < 50_000; depth++) nested = { Statement: nested }
    expect(new PolicyLibrary().intern(nested, 'identity').problems).toHaveLength(1)
  })
})

describe('with an interest', () => {
  const library = new PolicyLibrary(interest)
  const kept = (written: unknown, kind: 'identity' | 'boundary' | 'trust' = 'identity') =>
    library.intern(written, kind).statements.map(({ index }) => index)

  test('statements without an action of interest are left out, the others keep their index', () => {
    expect(kept(document(statement('s3:*'), statement('sts:AssumeRole'), statement(['s3:*', '*'])))).toEqual([1, 2])
    expect(kept(JSON.stringify(document(statement('s3:*'), statement('sts:AssumeRole'))))).toEqual([1])
  })

  test('so are patterns of the others, so that statements that differ in nothing else are one', () => {
    const first = library.intern(document(statement(['s3:*', 'sts:AssumeRole'], { Sid: 'a' })), 'identity')
    expect(first.statements).toMatchObject([{ action: ['sts:AssumeRole'], resource: ['*'] }])
    expect(library.intern(document(statement('sts:AssumeRole', { Sid: 'b' })), 'identity')).toBe(first)
    expect(library.intern(document(statement('s3:*'), statement('sts:AssumeRole')), 'identity')).not.toBe(first)
  })

  test('what the parser rejects is read as it is, with its place', () => {
    const written = document(statement('s3:*'), statement('sts:AssumeRole', { Resource: 'no ARN' }))
    expect(library.intern(written, 'identity')).toEqual(parsePolicy(written, 'identity'))
  })

  test('a policy that is left without statements is still a policy', () => {
    expect(library.intern(document(statement('s3:*')), 'boundary')).toEqual({
      version: '2012-10-17',
      statements: [],
      problems: [],
    })
    expect(library.intern({ Version: '2012-10-17', Statement: statement('s3:*') }, 'boundary').statements).toEqual([])
  })

  test.each([
    ['NotAction', document({ Effect: 'Allow', NotAction: 's3:*', Resource: '*' })],
    ['a Deny of interest', document(statement('STS:*', { Effect: 'Deny' }))],
  ])('%s stays', (_, written) => {
    expect(kept(written)).toEqual([0])
  })

  test('trust policies and policies of resources are kept whole', () => {
    const trust = document({ Effect: 'Allow', Principal: '*', Action: 's3:GetObject' })
    expect(kept(trust, 'trust')).toEqual([0])
  })

  test.each([
    ['an element that is none', { ...document(statement('s3:*')), Statements: [] }],
    ['another Version', { ...document(statement('s3:*')), Version: '2020-01-01' }],
    ['no Statement', { Version: '2012-10-17' }],
    ['a statement that is none', document('s3:*')],
    ['an Effect that is none', document(statement('s3:*', { Effect: 'allow' }))],
    ['no Effect', document({ Action: 's3:*', Resource: '*' })],
    ['no Action', document({ Effect: 'Allow', Resource: '*' })],
    ['an Action that is a number', document(statement(7))],
    ['an Action in a list that is a number', document(statement(['s3:*', 7]))],
    ['an Action that is no action', document(statement('s3'))],
    ['a Resource that is a number', document(statement('s3:*', { Resource: 7 }))],
    ['a Resource in a list that is a number', document(statement('s3:*', { Resource: ['*', 7] }))],
    ['a Condition that is a list', document(statement('s3:*', { Condition: [] }))],
    ['an operator that is none', document(statement('s3:*', { Condition: { StringEqual: { a: 'b' } } }))],
    ['keys that are a list', document(statement('s3:*', { Condition: { StringEquals: [] } }))],
    ['a value that is an object', document(statement('s3:*', { Condition: { StringEquals: { a: {} } } }))],
    ['a Principal where none belongs', document(statement('s3:*', { Principal: '*' }))],
  ])('%s is reported all the same', (_, written) => {
    const { problems, statements } = library.intern(written, 'identity')
    expect(problems).toHaveLength(1)
    expect(statements.every(({ unreadable }) => unreadable)).toBe(true)
    expect(statements).not.toHaveLength(0)
    expect(problems).toEqual(parsePolicy(written, 'identity').problems)
  })

  test('conditions that can be read do not keep a statement', () => {
    const conditions = { StringEquals: { 'aws:username': ['a', 'b'] }, Bool: { 'aws:SecureTransport': 'true' } }
    expect(kept(document(statement('s3:*', { Condition: conditions, Sid: 'x' })))).toEqual([])
  })
})
