import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation'
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { isMissing } from '#ingest/collect/ledger.ts'
import { type CollectOptions, collectSnapshot } from '#ingest/collect.ts'
import { collectorTemplate } from '#ingest/collector-template.ts'
import { loadModel } from '#ingest/load-model.ts'
import { root } from '../../scripts/run.mjs'
import { writeFiles } from '../support/snapshots.ts'
import { answersFor, corrections } from './answers.ts'
import { environmentOf, optionsFor, temporaryWorkspace, useEnvironment } from './collecting.ts'
import { ownEmulator } from './emulator.ts'
import { Front, failure, json, xml } from './front.ts'
import { externalId, type Planted, plant, plantingAccess, region } from './plant.ts'

const emulator = await ownEmulator()

describe.skipIf(emulator === '')('who collects, and where', () => {
  const front = new Front(emulator)
  let planted: Planted
  let endpoint: string
  const collect = (more: Partial<CollectOptions> = {}) => collectSnapshot(optionsFor(temporaryWorkspace(), more))

  beforeAll(async () => {
    planted = await plant(emulator)
    endpoint = await front.start()
    await useEnvironment(endpoint)
  })
  beforeEach(() => {
    front.fallback = answersFor(planted)
    front.override = corrections(planted)
    front.log.length = 0
  })
  afterAll(() => front.stop())

  test('a single account outside any organization', async () => {
    front.override = (request) =>
      request.service === 'organizations' ? failure(request, 'AWSOrganizationsNotInUseException') : undefined
    const collected = await collect()
    expect(collected.organizationId).toBeUndefined()
    expect(collected.accounts.map(({ id }) => id)).toEqual([planted.management])
    expect([...collected.errors, ...collected.accounts[0]!.errors].filter(isMissing)).toEqual([])
    expect(existsSync(join(collected.directory, 'organization.json'))).toBe(false)
    const model = await loadModel(collected.directory)
    expect(model.accounts.get(planted.management)!.membership).toBeUndefined()
  })

  test('a member that may not list its organization: it alone is collected, and what was refused is said', async () => {
    front.override = (request) =>
      request.service === 'organizations' && request.operation !== 'DescribeOrganization'
        ? failure(request, 'AccessDeniedException')
        : undefined
    const collected = await collect({ services: ['iam'] })
    expect(collected.accounts.map(({ id }) => id)).toEqual([planted.management])
    const refused = collected.errors.filter(({ code }) => code === 'AccessDeniedException')
    expect(refused.map(({ operation }) => operation)).toEqual(expect.arrayContaining(['ListAccounts', 'ListPolicies']))
    const model = await loadModel(collected.directory)
    expect(model.accounts.get(planted.management)!.membership).toBeDefined()
  })

  test('buckets are asked in their own region, and every region that is switched on is walked', async () => {
    const client = new S3Client({
      region: 'us-west-2',
      endpoint: emulator,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    })
    await client.send(
      new CreateBucketCommand({ Bucket: 'far-away', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } }),
    )
    front.override = (request) =>
      // The emulator does not say where a bucket is.
      request.operation === 'ListBuckets' && request.account === planted.management
        ? xml(
            '<ListAllMyBucketsResult><Buckets><Bucket><Name>far-away</Name><BucketRegion>us-west-2</BucketRegion></Bucket></Buckets></ListAllMyBucketsResult>',
          )
        : request.operation === 'DescribeRegions'
          ? xml(
              '<DescribeRegionsResponse><regionInfo>' +
                '<item><regionName>eu-west-1</regionName><optInStatus>opt-in-not-required</optInStatus></item>' +
                '<item><regionName>us-west-2</regionName><optInStatus>opted-in</optInStatus></item>' +
                '<item><regionName>me-south-1</regionName><optInStatus>not-opted-in</optInStatus></item>' +
                '</regionInfo></DescribeRegionsResponse>',
            )
          : corrections(planted)(request)
    const { regions: _, ...everywhere } = optionsFor(temporaryWorkspace(), { services: ['s3', 'kms'] })
    const collected = await collectSnapshot(everywhere)
    const asked = front.log.filter(({ operation }) => operation === 'GetBucketPolicy').map((line) => line.region)
    expect(new Set(asked)).toEqual(new Set([region, 'us-west-2']))
    expect(new Set(front.log.filter(({ service }) => service === 'kms').map((line) => line.region))).toEqual(
      new Set(['eu-west-1', 'us-west-2']),
    )
    expect(collected.errors.filter(({ code }) => code === 'RegionDisabled').map((entry) => entry.region)).toEqual([
      'me-south-1',
    ])
    const metadata = JSON.parse(readFileSync(join(collected.directory, 'metadata.json'), 'utf8'))
    expect(metadata.collected.regions).toEqual(['eu-west-1', 'us-west-2'])
  })

  test('all pages come, whatever a service calls the next one', async () => {
    const pages: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => object>> = {
      'kms:ListKeys': ({ Marker: at }) => ({
        Keys: [key(at ?? 1)],
        ...(at !== '3' && { NextMarker: String(Number(at ?? 1) + 1) }),
      }),
      'dynamodb:ListTables': ({ ExclusiveStartTableName: at }) => ({
        TableNames: [at === undefined ? 'one' : 'two'],
        ...(at === undefined && { LastEvaluatedTableName: 'one' }),
      }),
      'secretsmanager:ListSecrets': ({ NextToken: at }) => ({
        SecretList: [],
        NextToken: at === undefined ? 'again' : at,
      }),
    }
    front.override = (request) => {
      const { service, operation, input } = request
      const page = pages[`${service}:${operation}`]
      if (page !== undefined) return json(200, page(input))
      if (service === 'kms' && operation !== 'ListAliases') return failure(request, 'NotFoundException')
      if (service === 'dynamodb') return failure(request, 'ResourceNotFoundException')
      if (operation === 'GetAccountAuthorizationDetails') return detailsPage(input.Marker)
      return corrections(planted)(request)
    }
    const collected = await collect({
      accounts: [planted.management],
      services: ['iam', 'kms', 'dynamodb', 'secretsmanager'],
    })
    const read = (path: string) =>
      JSON.parse(readFileSync(join(collected.directory, 'accounts', planted.management, path), 'utf8'))
    expect(read(`${region}/kms.json`).ListKeys.Keys.map(({ KeyId }: { KeyId: string }) => KeyId)).toEqual([
      '1',
      '2',
      '3',
    ])
    expect(read(`${region}/dynamodb.json`).ListTables.TableNames).toEqual(['one', 'two'])
    expect(read('account-authorization-details.json').GroupDetailList).toHaveLength(2)
    const { errors } = collected.accounts.find(({ id }) => id === planted.management)!
    expect(errors.filter(isMissing).map(({ service, operation, code }) => [service, operation, code])).toEqual([
      ['secretsmanager', 'GetResourcePolicy', 'NotAsked'],
      ['secretsmanager', 'ListSecrets', 'RepeatedPage'],
    ])
  })

  test('the template of collector-policy makes the role, with its external ID', async () => {
    // In an account that nobody collects: roles that stacks make break the emulator's authorization details.
    const access = await plantingAccess(emulator, '999988887777')
    await new CloudFormationClient(access).send(
      new CreateStackCommand({
        StackName: 'reader',
        TemplateBody: JSON.stringify(collectorTemplate('made-by-stack', { hasIdentityCenter: true })),
        Parameters: [
          { ParameterKey: 'CollectorAccountId', ParameterValue: '111122223333' },
          { ParameterKey: 'ExternalId', ParameterValue: externalId },
        ],
        Capabilities: ['CAPABILITY_NAMED_IAM'],
      }),
    )
    const { Role: made } = await new IAMClient(access).send(new GetRoleCommand({ RoleName: 'made-by-stack' }))
    expect(JSON.parse(decodeURIComponent(made!.AssumeRolePolicyDocument!)).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId }, ArnLike: { 'aws:PrincipalArn': '*' } },
      },
    ])
  })

  test.each<[string, (home: string) => Promise<Readonly<Record<string, string>>>, string[]]>([
    [
      'a profile that assumes a role of another',
      async (home) => {
        writeFiles(home, {
          config: `[profile base]\naws_access_key_id=test\naws_secret_access_key=test\n[profile audit]\nrole_arn=arn:aws:iam::123456789012:role/OrganizationAccountAccessRole\nsource_profile=base\nregion=${region}\n`,
        })
        return { AWS_CONFIG_FILE: join(home, 'config') }
      },
      ['--profile', 'audit'],
    ],
    [
      'a profile of IAM Identity Center, after aws sso login',
      async (home) => {
        const session = 'corp'
        writeFiles(home, {
          config: `[profile people]\nsso_session=${session}\nsso_account_id=123456789012\nsso_role_name=Audit\nregion=${region}\n[sso-session ${session}]\nsso_region=${region}\nsso_start_url=https://example.awsapps.com/start\n`,
          [`.aws/sso/cache/${createHash('sha1').update(session).digest('hex')}.json`]: {
            accessToken: 'token',
            expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
          },
        })
        return { AWS_CONFIG_FILE: join(home, 'config'), HOME: home }
      },
      ['--profile', 'people'],
    ],
    [
      'a web identity',
      async (home) => {
        writeFiles(home, { token: 'web-identity-token' })
        return {
          AWS_WEB_IDENTITY_TOKEN_FILE: join(home, 'token'),
          AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/OrganizationAccountAccessRole',
        }
      },
      [],
    ],
    [
      'the role of a container',
      async () => {
        const server = createServer((_, response) => {
          response.setHeader('content-type', 'application/json')
          response.end(
            JSON.stringify({
              AccessKeyId: 'test',
              SecretAccessKey: 'test',
              Token: 'token',
              Expiration: new Date(Date.now() + 3_600_000).toISOString(),
            }),
          )
        })
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
        onTestFinished(() => void server.close())
        return { AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(server.address() as AddressInfo).port}/role` }
      },
      [],
    ],
  ])('credentials of %s', async (_, prepare, more) => {
    front.override = (request) => {
      if (request.operation.includes('/federation/credentials')) {
        const roleCredentials = {
          accessKeyId: 'test',
          secretAccessKey: 'test',
          sessionToken: 'token',
          expiration: Date.now() + 3_600_000,
        }
        return json(200, { roleCredentials })
      }
      return corrections(planted)(request)
    }
    const home = temporaryWorkspace()
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...environment } = environmentOf(endpoint)
    const ran = await runProgram(['collect', ...more, '--services', 'iam', '--accounts', planted.dev, '--quiet'], {
      ...environment,
      ...(await prepare(home)),
      TRUSTWALK_HOME: join(home, 'workspace'),
    })
    expect(ran).toMatchObject({ code: 0, errors: '' })
    expect(ran.output).toMatch(/is collected: 4 accounts/)
  })

  test.skipIf(process.platform === 'win32')(
    'a disk that takes no more: said, and what was finished stays for --resume',
    async () => {
      const home = { ...environmentOf(endpoint), TRUSTWALK_HOME: temporaryWorkspace() }
      const only = ['--regions', region, '--external-id', externalId]
      // No file may be larger than four kilobytes.
      const limited = await runProgram(['collect', ...only], home, [
        'bash',
        '-c',
        'trap \'\' XFSZ; ulimit -f 4; exec "$@"',
        'limited',
      ])
      expect(limited.code).toBe(4)
      expect(limited.errors).toMatch(
        /error: cannot write `.+`: the file would be larger than is allowed\n {2}help: what was finished stays/,
      )
      const resumed = await runProgram(['collect', '--resume', '--quiet'], home)
      expect(resumed).toMatchObject({ code: 0, errors: '' })
      expect(resumed.output).toContain('nothing is missing')
    },
  )

  test('Ctrl-C says what is kept and how to go on', async () => {
    front.latency = 100
    onTestFinished(() => {
      front.latency = 0
    })
    const workspace = temporaryWorkspace()
    const snapshots = join(workspace, 'snapshots')
    const interrupted = await runProgram(
      ['collect', '--regions', region],
      { ...environmentOf(endpoint), TRUSTWALK_HOME: workspace },
      [],
      (child) => {
        const timer = setInterval(() => {
          if (!existsSync(snapshots)) return
          clearInterval(timer)
          child.kill('SIGINT')
        }, 50)
      },
    )
    expect(interrupted).toEqual({
      code: 130,
      output: '',
      errors: 'stopped; what was finished stays: trustwalk collect --resume goes on with the rest\n',
    })
  })

  test('no credentials at all: said in a sentence, with what to do', async () => {
    const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...environment } = environmentOf(endpoint)
    const ran = await runProgram(['collect'], { ...environment, TRUSTWALK_HOME: temporaryWorkspace() })
    expect(ran.code).toBe(4)
    expect(ran.errors).toMatch(/^error: the credentials of the collection are not valid: .+\n {2}help: log in again/)
  })
})

const key = (id: unknown) => ({ KeyId: String(id), KeyArn: `arn:aws:kms:${region}:123456789012:key/${id}` })

const detailsPage = (marker: unknown) => {
  const name = marker === undefined ? 'one' : 'two'
  const group = `<member><Path>/</Path><GroupName>${name}</GroupName><GroupId>AGPA${name}</GroupId><Arn>arn:aws:iam::123456789012:group/${name}</Arn></member>`
  const more =
    marker === undefined ? '<IsTruncated>true</IsTruncated><Marker>next</Marker>' : '<IsTruncated>false</IsTruncated>'
  const operation = 'GetAccountAuthorizationDetails'
  return xml(
    `<${operation}Response><${operation}Result><GroupDetailList>${group}</GroupDetailList>${more}</${operation}Result></${operation}Response>`,
  )
}

/** The program in a process of its own, with nothing of this one's environment that the SDK reads. */
function runProgram(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  within: readonly string[] = [],
  started: (child: ChildProcess) => void = () => {},
) {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_')))
  const own = ['--import', 'tsx', '--import', './test/services/local-names.mjs', '-C', 'development', 'src/cli/main.ts']
  const [program = '', ...rest] = [...within, process.execPath, ...own, ...args]
  const child = spawn(program, rest, { cwd: root, env: { ...inherited, ...environment } })
  started(child)
  let [output, errors] = ['', '']
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  return new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.once('close', (code) => resolve({ code, output, errors }))
  })
}
