import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, temporaryDirectory } from './support.ts'

const allowAll = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }

const request = (id: string, expected?: string) => ({
  id,
  principal: {
    arn: 'arn:aws:iam::111122223333:user/ci',
    kind: 'IAMUser',
    account: '111122223333',
    identityPolicies: [{ name: 'all', document: allowAll }],
  },
  request: {
    action: 's3:ListAllMyBuckets',
    resource: '*',
    resourceAccount: '111122223333',
    context: {},
    absent: [],
  },
  ...(expected !== undefined && { expected: { decision: expected } }),
})

function file(content: string): string {
  const path = join(temporaryDirectory(), 'requests.json')
  writeFileSync(path, content)
  return path
}

test('one decision for each document, as an array', async () => {
  const { exitCode, stdout } = await runCli([
    'evaluate',
    file(JSON.stringify([request('a'), request('b')])),
    '--format',
    'json',
  ])
  expect(exitCode).toBe(0)
  expect(JSON.parse(stdout)).toEqual([
    { id: 'a', decision: 'Allowed', blockedBy: [], residual: [], bounds: expect.anything() },
    { id: 'b', decision: 'Allowed', blockedBy: [], residual: [], bounds: expect.anything() },
  ])
})

test('a document that cannot be evaluated is an error in its place; the others are answered; exit code 3', async () => {
  const { exitCode, stdout } = await runCli([
    'evaluate',
    file(JSON.stringify([{ id: 'x' }, request('b')])),
    '--format',
    'json',
  ])
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject([
    { id: 'x', error: expect.any(String) },
    { id: 'b', decision: 'Allowed' },
  ])
})

test('a broken document, or file, is told by its place, and keeps no other from being answered', async () => {
  const several = file(JSON.stringify([request('a'), { id: 7 }]))
  const ran = await runCli(['evaluate', '/no/such/file.json', several, file('{'), '--format', 'json', '--quiet'])
  expect(ran.exitCode).toBe(3)
  expect(JSON.parse(ran.stdout)).toMatchObject([{ id: 'a', decision: 'Allowed' }, { error: expect.any(String) }])
  expect(ran.stderr.split('\n')).toEqual([
    'error: cannot read `/no/such/file.json`: there is no such file or directory',
    expect.stringMatching(/^error: `.*requests\.json`: is not JSON/),
    expect.stringMatching(/^error: `.*requests\.json`: \[1\]: principal/),
    '',
  ])
})

test('--fail-on unexpected compares with what the document expects', async () => {
  const path = file(JSON.stringify([request('a', 'Allowed'), request('b', 'ExplicitlyDenied')]))
  const { exitCode, stderr } = await runCli(['evaluate', path, '--fail-on', 'unexpected'])
  expect(exitCode).toBe(1)
  expect(stderr).toBe('`b`: expected `ExplicitlyDenied`, got Allowed\n')
  expect((await runCli(['evaluate', path])).exitCode).toBe(0)
})

test.each([
  ['{"a": ', 'requests.json`: is not JSON: it ends too early'],
  ['', 'requests.json`: is empty'],
  ['7', 'requests.json`: expected a request document, or an array of them'],
])('a file that holds %j: exit code 3, and the place', async (content, message) => {
  const { exitCode, stdout, stderr } = await runCli(['evaluate', file(content)])
  expect(exitCode).toBe(3)
  expect(stdout).toBe('')
  expect(stderr).toContain(message)
})

test('a file that is not there, or is none', async () => {
  const missing = await runCli(['evaluate', '/no/such/file.json'])
  expect(missing.exitCode).toBe(3)
  expect(missing.stderr).toBe('error: cannot read `/no/such/file.json`: there is no such file or directory\n')
  expect((await runCli(['evaluate', temporaryDirectory()])).stderr).toContain('expected a file, got a directory')
})
