import { expect, test } from 'vitest'
import { planNew } from '../../scripts/new.mjs'
import { root } from '../../scripts/run.mjs'

/** Where a line stands in a text; -1 if nowhere. */
const lineOf = (text: string | undefined, line: string) => text?.split('\n').indexOf(line) ?? -1

test('a technique of a known prefix is an entry of its file, with a test', () => {
  const files = planNew(root, 'technique', 'lambda-777')
  expect(Object.keys(files).sort()).toEqual(['src/techniques/lambda.ts', 'test/techniques/lambda-777.test.ts'])
  expect(lineOf(files['src/techniques/lambda.ts'], "    id: 'lambda-777',")).toBeGreaterThan(0)
})

test('a technique of a new prefix is a file, a line in the index in its order, and a test', () => {
  const files = planNew(root, 'technique', 'glacier-001')
  expect(files['src/techniques/glacier.ts']).toContain("id: 'glacier-001'")
  const index = files['src/techniques/index.ts']
  expect(lineOf(index, "import { glacier } from './glacier.ts'")).toBeGreaterThan(0)
  const at = lineOf(index, '  ...glacier,')
  expect(at).toBeGreaterThan(lineOf(index, '  ...fis,'))
  expect(at).toBeLessThan(lineOf(index, '  ...glue,'))
})

test('a service is a file, a line in the index, and a test', () => {
  const files = planNew(root, 'service', 'cognito-idp')
  expect(files['ingest/services/cognito-idp.ts']).toContain('export const cognitoIdp: Service')
  const index = files['ingest/services/index.ts']
  expect(lineOf(index, "import { cognitoIdp } from './cognito-idp.ts'")).toBeGreaterThan(0)
  expect(lineOf(index, '  cognitoIdp,')).toBeGreaterThan(0)
  expect(Object.keys(files)).toContain('test/ingest/services/cognito-idp.test.ts')
})

test('a query is a file, a verb, its lines in both indexes, and a test', () => {
  const files = planNew(root, 'query', 'idle-roles')
  expect(files['queries/idle-roles.ts']).toContain('export const idleRoles = defineQuery({')
  expect(files['src/cli/commands/idle-roles.ts']).toContain('export function addIdleRoles')
  expect(lineOf(files['src/cli/commands/index.ts'], '  addIdleRoles,')).toBeGreaterThan(0)
  expect(files['src/index.ts']).toContain('export const idleRoles = questionOf(idleRolesQuery)')
  expect(Object.keys(files)).toContain('test/queries/idle-roles.test.ts')
})

test.each([
  ['technique', 'lambda-001', /is there already, in src\/techniques\/lambda\.ts/],
  ['technique', 'iam-999', /the techniques of iam are in iam-/],
  ['technique', 'lambda', /expected a name such as `lambda-007`/],
  ['query', '../escape', /expected a name/],
  ['service', 'sqs', /is there already/],
  ['constructor', 'x', /expected technique, query or service/],
])('new %s %s is refused', (kind, name, message) => {
  expect(() => planNew(root, kind, name)).toThrow(message)
})
