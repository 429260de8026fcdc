import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StoppedError } from '#ingest/aws/failures.ts'
import { isMissing } from '#ingest/collect/ledger.ts'
import { type CollectedSnapshot, collectSnapshot, type LedgerEntry, resumeCollection } from '#ingest/collect.ts'
import { listSnapshots, verifySnapshot } from '#src/store/workspace.ts'
import { runCli, scratchDirectory } from '../cli/support.ts'
import { answersFor, corrections } from './answers.ts'
import { environmentOf, optionsFor, temporaryWorkspace, useEnvironment } from './collecting.ts'
import { ownEmulator } from './emulator.ts'
import { type Fault, Front, failure, xml } from './front.ts'
import { killAtRandom } from './killing.ts'
import { type Planted, plant } from './plant.ts'
import type { AwsRequest } from './requests.ts'

const emulator = await ownEmulator()

describe.skipIf(emulator === '')('a walk that is disturbed', () => {
  const front = new Front(emulator)
  let planted: Planted
  let undisturbed: CollectedSnapshot
  let endpoint: string

  beforeAll(async () => {
    planted = await plant(emulator)
    front.fallback = answersFor(planted)
    front.recording = new Map()
    endpoint = await front.start()
    await useEnvironment(endpoint)
    front.override = corrections(planted)
    undisturbed = await collectSnapshot(optionsFor(scratchDirectory()))
    expect(missingIn(undisturbed)).toEqual([])
  })
  beforeEach(() => {
    front.fault = () => undefined
    front.override = corrections(planted)
    front.latency = 0
    front.log.length = 0
  })
  afterAll(() => front.stop())

  /** Either it is the same to the byte, or the ledger speaks of each file that differs. */
  function expectWholeOrSaid(collected: CollectedSnapshot): void {
    verifySnapshot(collected.directory)
    if (collected.id === undisturbed.id) return
    const before = filesOf(undisturbed.directory)
    const after = filesOf(collected.directory)
    for (const path of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(path) === after.get(path) || /^(errors|manifest)\.json$/.test(path)) continue
      const [, account, file] = /^accounts\/(\d+)\/(.+)\.json$/.exec(path) ?? []
      const service =
        account === undefined
          ? 'organizations'
          : file!
              .split('/')
              .at(-1)!
              .replace(/^account-.*/, 'iam')
      const errors = collected.accounts.find(({ id }) => id === account)?.errors ?? collected.errors
      const said = errors.some(
        (error) => isMissing(error) && (service === 'errors' || [service, 'sts', 'ec2'].includes(error.service)),
      )
      expect(said, `${path} differs, and nothing is said of it`).toBe(true)
    }
  }

  test.each<[string, number, (request: AwsRequest) => Fault]>([
    ['throttled', 0.3, (request) => ({ kind: 'answer', answer: throttled(request) })],
    ['answered by 500', 0.2, () => ({ kind: 'answer', answer: xml('<oops/>', 500) })],
    ['dropped', 0.2, () => ({ kind: 'drop' })],
    ['cut off in the body', 0.2, () => ({ kind: 'truncate' })],
    ['answered by a page of a proxy', 0.1, () => ({ kind: 'answer', answer: xml('<html><body>login</body>') })],
    ['never answered', 0.03, () => ({ kind: 'hang' })],
  ])('calls are %s, at random in %f of all', async (_, share, fault) => {
    const random = randomFrom(7)
    // The body of this one is the policy itself: a page in its place is found by whoever reads the snapshot.
    const isAnything = ({ operation }: AwsRequest) => operation === 'GetBucketPolicy'
    front.fault = (request) => (random() < share && !isAnything(request) ? fault(request) : undefined)
    const collected = await collectSnapshot(optionsFor(temporaryWorkspace(), { timeout: 1000 }))
    expect(front.log.some(({ by }) => by === 'fault')).toBe(true)
    expect(collected.retries).toBeGreaterThan(0)
    expectWholeOrSaid(collected)
  })

  test('what is refused for good is said, with account, region, operation and code; the rest is collected', async () => {
    front.fault = ({ service, operation, account }) => {
      const isRefused =
        (service === 'kms' && operation === 'ListKeys') || (service === 'sqs' && account === planted.prod)
      return isRefused ? { kind: 'answer', answer: failure({ service }, 'AccessDeniedException', 403) } : undefined
    }
    const collected = await collectSnapshot(optionsFor(temporaryWorkspace()))
    expectWholeOrSaid(collected)
    const { errors } = collected.accounts.find(({ id }) => id === planted.prod)!
    expect(errors.filter(isMissing).map(({ message, ...entry }) => entry)).toEqual([
      { service: 'kms', operation: 'DescribeKey', region: 'eu-west-1', code: 'NotAsked' },
      { service: 'kms', operation: 'GetKeyPolicy', region: 'eu-west-1', code: 'NotAsked' },
      { service: 'kms', operation: 'ListGrants', region: 'eu-west-1', code: 'NotAsked' },
      { service: 'kms', operation: 'ListKeys', region: 'eu-west-1', code: 'AccessDeniedException' },
      { service: 'sqs', operation: 'GetQueueAttributes', region: 'eu-west-1', code: 'NotAsked' },
      { service: 'sqs', operation: 'ListQueues', region: 'eu-west-1', code: 'AccessDeniedException' },
    ])
  })

  test.each<[string, (request: AwsRequest) => Fault]>([
    [
      'an operation that the region does not have',
      (request) => ({ kind: 'answer', answer: failure(request, 'UnknownOperationException') }),
    ],
    ['an answer that the SDK cannot parse', () => ({ kind: 'answer', answer: xml('{"Keys": [') })],
    [
      'a region that was switched off meanwhile',
      (request) => ({ kind: 'answer', answer: failure(request, 'OptInRequired', 403) }),
    ],
  ])('%s is a line of the ledger', async (_, fault) => {
    front.fault = (request) => (request.service === 'kms' ? fault(request) : undefined)
    const collected = await collectSnapshot(optionsFor(temporaryWorkspace()))
    expectWholeOrSaid(collected)
    expect(new Set(missingIn(collected).map(({ service }) => service))).toEqual(new Set(['kms']))
  })

  test('a whole account that refuses everything is said to be missing, and the exit code is 4 unless gaps are allowed', async () => {
    front.fault = ({ account, service }) =>
      account === planted.prod ? { kind: 'answer', answer: failure({ service }, 'AccessDenied', 403) } : undefined
    const home = { env: { TRUSTWALK_HOME: temporaryWorkspace() } }
    const refused = await runCli(['collect', '--regions', 'eu-west-1', '--format', 'json'], home)
    expect(refused.exitCode).toBe(4)
    const answer = JSON.parse(refused.stdout)
    const rows = answer.entries.filter(({ accounts }: { accounts: string[] }) => accounts.join().includes(planted.prod))
    expect(rows.map(({ service }: { service: string }) => service)).toEqual(
      expect.arrayContaining(['iam', 's3', 'kms', 'ec2']),
    )
    const allowed = await runCli(['collect', '--regions', 'eu-west-1', '--allow-gaps'], home)
    expect(allowed.exitCode).toBe(0)
    expect(allowed.stdout).toContain('who may use which key')
  })

  test('a role that nobody may assume: the account has nothing but its ledger', async () => {
    front.fault = ({ operation, input, service }) =>
      operation === 'AssumeRole' && String(input.RoleArn).includes(planted.prod)
        ? { kind: 'answer', answer: failure({ service }, 'AccessDenied', 403) }
        : undefined
    const collected = await collectSnapshot(optionsFor(temporaryWorkspace()))
    expect(readdirSync(join(collected.directory, 'accounts', planted.prod))).toEqual(['errors.json'])
    const { errors } = collected.accounts.find(({ id }) => id === planted.prod)!
    expect(errors.map(({ operation, resource, code }) => [operation, resource, code])).toEqual([
      ['AssumeRole', 'AWSControlTowerExecution', 'AccessDenied'],
      ['AssumeRole', 'OrganizationAccountAccessRole', 'AccessDenied'],
      ['AssumeRole', 'trustwalk-reader', 'AccessDenied'],
    ])
  })

  test('sessions that expire on the way are renewed, and the snapshot is the same', async () => {
    let sessions = 0
    const calls = new Map<string, number>()
    front.override = (request) => {
      const { service, operation, input } = request
      const corrected = corrections(planted)(request)
      if (corrected !== undefined || service !== 'sts' || operation !== 'AssumeRole') return corrected
      return sessionOf(String(input.RoleArn), ++sessions)
    }
    front.fault = ({ accessKey, service }) => {
      if (!accessKey.startsWith('ASIA')) return undefined
      calls.set(accessKey, (calls.get(accessKey) ?? 0) + 1)
      return calls.get(accessKey)! > 30 ? { kind: 'answer', answer: failure({ service }, 'ExpiredToken') } : undefined
    }
    const collected = await collectSnapshot(optionsFor(temporaryWorkspace()))
    expect(sessions).toBeGreaterThan(3)
    expect(missingIn(collected)).toEqual([])
    expect(collected.id).toBe(undisturbed.id)
  })

  test('credentials of the collection that expire stop it: what was finished stays, and --resume goes on', async () => {
    const workspace = temporaryWorkspace()
    front.fault = ({ accessKey, service }, index) =>
      accessKey === 'test' && index > 120 ? { kind: 'answer', answer: failure({ service }, 'ExpiredToken') } : undefined
    const options = optionsFor(workspace, { accountsAtOnce: 1 })
    await expect(collectSnapshot(options)).rejects.toThrow(StoppedError)
    expect(listSnapshots(workspace)).toEqual([])
    const home = { env: { TRUSTWALK_HOME: workspace } }
    expect((await runCli(['collect', '--resume'], home)).exitCode).toBe(4)
    front.fault = () => undefined
    const before = front.log.length
    const collected = await resumeCollection(options)
    expect(collected.id).toBe(undisturbed.id)
    expect(front.log.length - before).toBeLessThan(undisturbed.calls)
    expect((await runCli(['collect', '--resume'], home)).exitCode).toBe(2)
  })

  test('two collections into one workspace do not disturb each other', async () => {
    const workspace = temporaryWorkspace()
    const [one, other] = await Promise.all([
      collectSnapshot(optionsFor(workspace)),
      collectSnapshot(optionsFor(workspace, { services: ['iam'] })),
    ])
    expect(one.id).toBe(undisturbed.id)
    expect(new Set(listSnapshots(workspace).map(({ id }) => id))).toEqual(new Set([one.id, other.id]))
    for (const { directory } of [one, other]) expect(verifySnapshot(directory)).toBeGreaterThan(0)
    expect(readdirSync(join(workspace, 'snapshots')).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('a file that was changed behind the back of a stopped collection is collected again', async () => {
    const workspace = temporaryWorkspace()
    const options = optionsFor(workspace, { accountsAtOnce: 1 })
    const entered = new Set<string>()
    front.fault = ({ operation, service, input }) => {
      if (operation === 'AssumeRole') entered.add(String(input.RoleArn).split(':')[4]!)
      return entered.size > 1 ? { kind: 'answer', answer: failure({ service }, 'ExpiredToken') } : undefined
    }
    await expect(collectSnapshot(options)).rejects.toThrow(StoppedError)
    const [name] = readdirSync(join(workspace, 'snapshots'))
    const accounts = join(workspace, 'snapshots', name!, 'snapshot', 'accounts')
    const finished = readdirSync(accounts).filter((id) => entered.has(id))
    expect(finished).toHaveLength(1)
    writeFileSync(join(accounts, finished[0]!, 'iam.json'), '{}')
    front.fault = () => undefined
    expect((await resumeCollection(options)).id).toBe(undisturbed.id)
  })

  test('killed twenty times at random moments, it is the same but for its time', async () => {
    const workspace = temporaryWorkspace()
    front.latency = 15
    const kills = await killAtRandom(20, workspace, environmentOf(endpoint), randomFrom(11))
    expect(kills).toBe(20)
    const finished = listSnapshots(workspace)
    expect(finished.length).toBeGreaterThan(0)
    const reference = filesOf(undisturbed.directory)
    for (const { directory } of finished) {
      verifySnapshot(directory)
      const files = filesOf(directory)
      expect([...files.keys()].sort()).toEqual([...reference.keys()].sort())
      for (const [path, content] of files) {
        if (!/^(metadata|manifest)\.json$/.test(path)) expect(content, path).toBe(reference.get(path))
      }
    }
    const abandoned = readdirSync(join(workspace, 'snapshots')).filter((name) => name.startsWith('.'))
    expect(abandoned.every((name) => !existsSync(join(workspace, 'snapshots', name, 'manifest.json')))).toBe(true)
  }, 600_000)
})

const missingIn = ({ errors, accounts }: CollectedSnapshot): readonly LedgerEntry[] =>
  [...errors, ...accounts.flatMap((account) => account.errors)].filter(isMissing)

function filesOf(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name)
      return [path.slice(directory.length + 1), readFileSync(path, 'utf8')]
    }),
  )
}

/** As each service says that it is asked too often. */
function throttled(request: AwsRequest) {
  if (request.service === 's3') return failure(request, 'SlowDown', 503)
  if (request.service === 'ec2') return failure(request, 'RequestLimitExceeded', 503)
  return failure(
    request,
    ['iam', 'sts', 'sns', 'cloudformation'].includes(request.service) ? 'Throttling' : 'ThrottlingException',
  )
}

const sessionOf = (roleArn: string, number: number) =>
  xml(
    '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>' +
      `<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:x</AssumedRoleId><Arn>${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/x</Arn></AssumedRoleUser>` +
      `<Credentials><AccessKeyId>ASIA${String(number).padStart(16, '0')}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>` +
      `<SessionToken>x</SessionToken><Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>` +
      '</AssumeRoleResult></AssumeRoleResponse>',
  )

/** Numbers from 0 to 1 that are the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
