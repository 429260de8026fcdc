import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sts } from '#ingest/collect/begin.ts'
import { isMissing } from '#ingest/collect/ledger.ts'
import { regions } from '#ingest/collect/regions.ts'
import { type CollectedSnapshot, collectSnapshot, planCollection } from '#ingest/collect.ts'
import { actionsOf, collectorPolicy } from '#ingest/collector-policy.ts'
import { loadModel } from '#ingest/load-model.ts'
import { services } from '#ingest/services/index.ts'
import { organizations } from '#ingest/services/organizations.ts'
import { blastRadius, openSnapshot, paths } from '#src/index.ts'
import { verifySnapshot } from '#src/store/workspace.ts'
import { runCli, scratchDirectory } from '../cli/support.ts'
import { answersFor, corrections } from './answers.ts'
import { optionsFor, temporaryWorkspace, useEnvironment } from './collecting.ts'
import { ownEmulator } from './emulator.ts'
import { Front } from './front.ts'
import { type Planted, plant, region, secret } from './plant.ts'

const emulator = await ownEmulator()

describe.skipIf(emulator === '')('an organization made through the API', () => {
  const front = new Front(emulator)
  const workspace = scratchDirectory()
  let planted: Planted
  let collected: CollectedSnapshot

  beforeAll(async () => {
    planted = await plant(emulator)
    front.fallback = answersFor(planted)
    front.override = corrections(planted)
    await useEnvironment(await front.start())
    collected = await collectSnapshot(optionsFor(workspace, { lastAccessed: true }))
  })
  afterAll(() => front.stop())

  test('is collected whole', () => {
    const missing = [...collected.errors, ...collected.accounts.flatMap(({ errors }) => errors)].filter(isMissing)
    expect(missing).toEqual([])
    expect(collected.accounts.map(({ id }) => id)).toEqual(
      [planted.management, planted.dev, planted.prod, planted.closed].sort(),
    )
    expect(verifySnapshot(collected.directory)).toBeGreaterThan(30)
  })

  test('answers the attack path that was planted across accounts, proved hop by hop', async () => {
    const snapshot = await openSnapshot(collected.directory)
    const from = `arn:aws:iam::${planted.dev}:user/ci`
    const { results } = await paths(snapshot, { from, to: `admin:${planted.prod}` })
    expect(results).toHaveLength(1)
    expect(results[0]!.verdict).toBe('certain')
    expect(results[0]!.paths[0]!.hops[0]).toMatchObject({
      from,
      to: `arn:aws:iam::${planted.prod}:role/deploy`,
      technique: 'sts-001',
      verdict: 'certain',
    })
  })

  test('answers what the leaked key opens', async () => {
    const snapshot = await openSnapshot(collected.directory)
    const answer = await blastRadius(snapshot, { subject: planted.leakedKey })
    expect(answer.subject).toMatchObject({
      accessKeyId: planted.leakedKey,
      owner: `arn:aws:iam::${planted.dev}:user/ci`,
    })
    expect(answer.accounts).toContainEqual(
      expect.objectContaining({ id: planted.prod, admin: true, verdict: 'certain' }),
    )
    expect(answer.resources.map(({ arn }) => arn)).toContain('arn:aws:s3:::planted-ledger')
  })

  test('loads into the model without a file or an answer that cannot be read', async () => {
    const model = await loadModel(collected.directory)
    expect(model.gaps.filter(({ code }) => code === 'Unreadable')).toEqual([])
    const prod = model.accounts.get(planted.prod)!
    expect(prod.isCollected).toBe(true)
    expect(new Set(prod.resources.map(({ type }) => type))).toEqual(
      new Set([
        'kms:key',
        's3:bucket',
        'sqs:queue',
        'sns:topic',
        'secretsmanager:secret',
        'lambda:function',
        'ecr:repository',
        'eks:cluster',
      ]),
    )
    const roleOf = (name: string) => `arn:aws:iam::${planted.prod}:role/${name}`
    expect(new Set(prod.compute.map(({ role }) => role))).toEqual(new Set(['machine', 'worker', 'task'].map(roleOf)))
    expect(model.accounts.get(planted.management)!.identityCenter!.assignments).toEqual([
      expect.objectContaining({ account: planted.prod, principalType: 'GROUP' }),
    ])
    expect(model.accounts.get(planted.closed)!.isCollected).toBe(false)
  })

  test('nothing secret is kept, and every file is private', () => {
    const files = readdirSync(collected.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    )
    expect(files.length).toBeGreaterThan(30)
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name)
      expect(readFileSync(path, 'utf8'), path).not.toMatch(
        new RegExp(`${secret}|${Buffer.from(secret).toString('base64')}`),
      )
      expect(statSync(path).mode & 0o777, path).toBe(0o600)
      expect(statSync(parentPath).mode & 0o777, parentPath).toBe(0o700)
    }
    const instances = JSON.parse(
      readFileSync(join(collected.directory, `accounts/${planted.prod}/${region}/ec2.json`), 'utf8'),
    )
    expect(Object.values(instances.DescribeInstanceAttribute)).toEqual([{ UserData: { Value: true } }])
  })

  test('a suspended account and regions that are off are in the ledger, and nothing was asked there', () => {
    const { errors } = collected.accounts.find(({ id }) => id === planted.closed)!
    expect(errors.map(({ code }) => code)).toEqual(['AccountSuspended'])
    expect(front.log.some(({ account }) => account === planted.closed)).toBe(false)
    expect(collected.errors).toContainEqual(expect.objectContaining({ region: 'ap-east-1', code: 'RegionDisabled' }))
    expect(collected.errors).toContainEqual(
      expect.objectContaining({ region: 'us-east-1', code: 'NotCollected', message: 'left out by --regions' }),
    )
  })

  test('the role of the template is entered with its external ID, in other accounts the usual one', () => {
    const entered = front.log.filter(({ operation }) => operation === 'AssumeRole')
    // dev: the reader is refused, then the role that Organizations makes; prod: the reader.
    expect(entered).toHaveLength(3)
  })

  test('the policy allows exactly what the walk was seen to call', () => {
    const seen = { management: new Set<string>(), member: new Set<string>() }
    for (const { service, operation, account } of front.log) {
      const side = account === planted.management ? seen.management : seen.member
      for (const action of actionOf(service, operation)) side.add(action)
    }
    const allowed = (options: Parameters<typeof collectorPolicy>[0]) =>
      new Set(collectorPolicy({ ...options, lastAccessed: true }).Statement.flatMap(({ Action }) => Action))
    const management = allowed({ of: 'management' })
    const member = allowed({ of: 'member' })
    expect([...seen.management].filter((action) => !management.has(action))).toEqual([])
    expect([...seen.member].filter((action) => !member.has(action))).toEqual([])
    const all = new Set([...seen.management, ...seen.member])
    expect([...management, ...member].filter((action) => !all.has(action))).toEqual([])
  })

  test('the emulator answered all that it has: only these operations are the front’s', () => {
    const byFront = front.log.filter(({ by, operation }) => by === 'front' && operation !== 'AssumeRole')
    expect([...new Set(byFront.map(({ service, operation }) => `${service}:${operation}`))].sort()).toEqual([
      'accessanalyzer:ListAnalyzers',
      'accessanalyzer:ListFindingsV2',
      'apigatewayv2:GetAuthorizers',
      'backup:GetBackupVaultAccessPolicy',
      'codebuild:GetResourcePolicy',
      'eks:DescribeAccessEntry',
      'eks:DescribePodIdentityAssociation',
      'eks:ListAccessEntries',
      'eks:ListAssociatedAccessPolicies',
      'eks:ListPodIdentityAssociations',
      'glue:GetResourcePolicies',
      'iam:GenerateServiceLastAccessedDetails',
      'iam:GetServiceLastAccessedDetails',
      'iam:ListOrganizationsFeatures',
      'lambda:ListFunctionUrlConfigs',
      'organizations:DescribeResourcePolicy',
      'rolesanywhere:ListProfiles',
      'rolesanywhere:ListTrustAnchors',
      'ssm:DescribeInstanceInformation',
      'sso-admin:GetPermissionsBoundaryForPermissionSet',
      // Answered wrongly, as the refusals of roles are.
      'sso-admin:ListAccountsForProvisionedPermissionSet',
    ])
  })

  test('the command says what was collected; what filters leave out is in the ledger', async () => {
    const home = temporaryWorkspace()
    const only = ['--regions', region, '--services', 'iam,s3', '--accounts', 'dev', '--format', 'json']
    const { exitCode, stdout, stderr } = await runCli(['collect', ...only], { env: { TRUSTWALK_HOME: home } })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const answer = JSON.parse(stdout)
    expect(answer).toMatchObject({ kind: 'trustwalk.collect', version: 1, accounts: 4, entries: [] })
    const model = await loadModel(join(home, 'snapshots', answer.snapshot.id))
    expect(model.accounts.get(planted.dev)!.isCollected).toBe(true)
    expect(model.accounts.get(planted.prod)!.isCollected).toBe(false)
    const codes = model.gaps.filter(({ service, code }) => service === 'kms' && code === 'NotCollected')
    expect(codes.length).toBeGreaterThan(0)
  })

  test('--ou takes what is below a unit, and --dry-run calls nothing but what tells the plan', async () => {
    const before = front.log.length
    const planned = await planCollection(optionsFor(temporaryWorkspace(), { units: ['Prod'] }))
    expect([...planned.chosen]).toEqual([planted.prod])
    const called = new Set(front.log.slice(before).map(({ service }) => service))
    expect(called).toEqual(new Set(['sts', 'organizations', 'ec2']))
    const { stdout, exitCode } = await runCli(['collect', '--dry-run'], {
      env: { TRUSTWALK_HOME: temporaryWorkspace() },
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('would ask 3 accounts')
    expect(stdout).toContain('GetKeyPolicy')
  })
})

const asked = [sts, organizations, regions, ...services]

/** IAM actions of an operation that was seen on the wire. */
function actionOf(name: string, operation: string): readonly string[] {
  if (operation === 'AssumeRole') return ['sts:AssumeRole']
  const found = asked
    .filter((service) => service.name === name)
    .flatMap((service) => service.calls.map((call) => ({ service, call })))
    .find(({ call }) => call.operation === operation || call.job === operation)
  return found === undefined ? [`${name}:${operation}`] : actionsOf(found.service, found.call)
}
