import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runCli, scratchDirectory } from './support.ts'

const home = scratchDirectory()
const env = { TRUSTWALK_HOME: home }
const acme = 'examples/acme'
const owner = 'arn:aws:iam::265679049743:user/ana.rossi.303'
const far = 'arn:aws:iam::213959539266:role/identity-export-cdg8310'
const guarded = 'arn:aws:iam::213959539266:role/pricing-api-qe23307'

beforeAll(async () => {
  expect((await runCli(['import', acme], { env })).exitCode).toBe(0)
}, 120_000)

const ask = (...args: string[]) => runCli([...args, '--quiet'], { env })

describe('the snapshot that is asked', () => {
  test('is the latest, or one by id, by the beginning of an id, or by path', async () => {
    const [id] = readdirSync(join(home, 'snapshots'))
    const question = ['reach', owner, '--format', 'json']
    const { stdout } = await ask(...question)
    for (const name of [id!, id!.slice(0, 5)]) expect((await ask(...question, '--snapshot', name)).stdout).toBe(stdout)
    const { snapshot: _, ...byId } = JSON.parse(stdout) as Record<string, unknown>
    expect(JSON.parse((await ask(...question, '--snapshot', acme)).stdout)).toMatchObject(byId)
  })

  test('is missing: what to do', async () => {
    const empty = { TRUSTWALK_HOME: join(home, 'none') }
    const { exitCode, stdout, stderr } = await runCli(['external'], { env: empty })
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(
      /^error: there is no snapshot in the workspace .*\n {2}help: import one with trustwalk import PATH/,
    )
    expect((await ask('external', '--snapshot', 'nonsense')).exitCode).toBe(2)
  })
})

describe('the stored graph', () => {
  const graphFile = () => join(home, 'graphs', readdirSync(join(home, 'graphs'))[0]!)

  test('answers without being built again', async () => {
    const before = statSync(graphFile()).mtimeMs
    const { stderr } = await runCli(['reach', owner], { env })
    expect(stderr).not.toContain('building')
    expect(statSync(graphFile()).mtimeMs).toBe(before)
  })

  test.each([
    ['gone', (file: string) => rmSync(file)],
    ['cut short', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 5000))],
    ['of other bytes', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 300, 400))],
    ['of another version', (file: string) => writeFileSync(file, readFileSync(file).fill(7, 32, 64))],
  ])('is built again where it is %s', async (_, damage) => {
    const { stdout } = await ask('reach', owner)
    damage(graphFile())
    const again = await runCli(['reach', owner], { env })
    expect(again.stdout).toBe(stdout)
    expect(again.stderr).toContain('building the graph of snapshot')
    expect((await runCli(['reach', owner], { env })).stderr).not.toContain('building')
  })
})

describe('messages', () => {
  test('what was not collected stands on stderr, one line each, and --quiet keeps it away', async () => {
    const { stderr } = await runCli(['external'], { env })
    expect(stderr.split('\n').filter((line) => line.startsWith('not collected: '))).toHaveLength(2)
    expect((await ask('external')).stderr).toBe('')
  })
})

describe('--fail-on', () => {
  test.each([
    [['paths', '--from', owner, '--to', far], 'certain', 1],
    [['paths', '--from', owner, '--to', guarded], 'certain', 0],
    [['paths', '--from', owner, '--to', guarded], 'conditional', 1],
    [['external'], 'certain', 1],
  ])('%j with %s: exit code %i', async (question, verdict, expected) => {
    expect((await ask(...question, '--fail-on', verdict)).exitCode).toBe(expected)
  })
})

describe('--have', () => {
  test('what is stated makes a conditional path certain, or closes it', async () => {
    const verdict = async (...have: string[]) => {
      const { stdout } = await ask('paths', '--from', owner, '--to', guarded, '--format', 'json', ...have)
      return (JSON.parse(stdout) as { readonly results: readonly { readonly verdict: string }[] }).results[0]!.verdict
    }
    expect(await verdict()).toBe('conditional')
    expect(await verdict('--have', 'sts:ExternalId=ext-z4h7zk7t8d')).toBe('certain')
    expect(await verdict('--have', 'sts:ExternalId=another')).toBe('no')
  })

  test('without `=` it is a mistake', async () => {
    const { exitCode, stderr } = await ask('external', '--have', 'mfa')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('xpected key=value')
  })
})

describe('files of questions', () => {
  test('--pairs: one line for each, in order; what cannot be answered says why', async () => {
    const pairs = [
      { from: owner, to: far },
      { from: owner, to: guarded, have: { 'sts:ExternalId': 'ext-z4h7zk7t8d' } },
      { from: 'arn:aws:iam::265679049743:user/nobody', to: far },
      { from: far, to: owner },
    ]
    const stdin = [...pairs.map((pair) => JSON.stringify(pair)), '', 'no json']
    const { exitCode, stdout } = await runCli(['paths', '--pairs', '-', '--format', 'json'], { env, stdin })
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(exitCode).toBe(0)
    expect(lines).toMatchObject([
      {
        ...pairs[0],
        verdict: 'certain',
        length: 3,
        hops: [expect.any(String), expect.any(String), far],
        conditions: [],
      },
      { from: owner, to: guarded, verdict: 'certain', length: expect.any(Number) },
      { from: pairs[2]!.from, to: far, verdict: 'unknown', length: null, hops: [], error: expect.any(String) },
      { from: far, to: owner, verdict: 'no', length: null, hops: [] },
      { verdict: 'unknown', error: expect.any(String) },
    ])
  })

  test('--requests: one line for each, in order', async () => {
    const requests = [
      { principal: owner, action: 'sts:AssumeRole', resource: 'arn:aws:iam::860559317058:role/billing-loader-2vut304' },
      { principal: '*', action: 's3:GetObject', resource: 'arn:aws:s3:::acme-catalog-api-dpr5249/data/report.csv' },
    ]
    const stdin = [...requests.map((request) => JSON.stringify(request)), '{}']
    const { exitCode, stdout } = await runCli(['can', '--requests', '-', '--format', 'json'], { env, stdin })
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
    expect(exitCode).toBe(0)
    expect(lines).toMatchObject([
      { ...requests[0], verdict: 'certain', blockedBy: [] },
      { ...requests[1], verdict: 'certain', blockedBy: [], conditions: [] },
      { error: expect.any(String) },
    ])
  })

  test('a file that is not there', async () => {
    const { exitCode, stderr } = await ask('paths', '--pairs', join(home, 'no.jsonl'))
    expect(exitCode).toBe(3)
    expect(stderr).toContain('there is no such file or directory')
    expect((await ask('paths', '--pairs', home)).stderr).toContain('expected a file, got a directory')
  })

  test('either the one or the other', async () => {
    expect((await ask('paths', '--pairs', '-', '--from', owner)).exitCode).toBe(2)
    expect((await ask('can', owner, '--requests', '-')).exitCode).toBe(2)
  })
})

test('a snapshot without organization data says so in the first line of every text answer', async () => {
  const details = `${acme}/accounts/265679049743/account-authorization-details.json`
  for (const question of [
    ['external'],
    ['reach', owner],
    ['blast-radius', owner],
    ['paths', '--from', owner, '--to', 'admin:265679049743'],
    ['can', owner, 'iam:CreateUser', '*'],
    ['who-can', 'iam:CreateUser', '*'],
  ]) {
    const { stdout, exitCode } = await ask(...question, '--snapshot', details)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^the snapshot has no organization data/)
  }
})

test('snapshots are listed, verified, and pruned with their graphs', async () => {
  const details = `${acme}/accounts/265679049743/account-authorization-details.json`
  const other = { TRUSTWALK_HOME: join(home, 'other') }
  const ids = async () => {
    const { stdout } = await runCli(['snapshots', 'list', '--format', 'json'], { env: other })
    return (JSON.parse(stdout) as { readonly entries: readonly { readonly id: string }[] }).entries.map(({ id }) => id)
  }
  expect(await ids()).toEqual([])
  await runCli(['import', details], { env: other })
  await runCli(['import', acme], { env: other })
  expect(await ids()).toHaveLength(2)
  const [latest] = await ids()
  expect((await runCli(['snapshots', 'verify'], { env: other })).stdout).toContain('is as it was stored')
  const pruned = await runCli(['snapshots', 'prune', '--keep', '1'], { env: other })
  expect(pruned.stdout).toContain('removed 1 snapshot')
  expect(await ids()).toEqual([latest])
  expect(readdirSync(join(other.TRUSTWALK_HOME, 'graphs'))).toEqual([`${latest}.graph`])
  const file = join(other.TRUSTWALK_HOME, 'snapshots', latest!, 'organization.json')
  expect(existsSync(file)).toBe(true)
  writeFileSync(file, `${readFileSync(file, 'utf8')} `)
  const changed = await runCli(['snapshots', 'verify'], { env: other })
  expect(changed.exitCode).toBe(3)
  expect(changed.stderr).toContain('organization.json')
})
