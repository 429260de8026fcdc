import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isMissing } from '#ingest/collect/ledger.ts'
import { type CollectedSnapshot, collectSnapshot } from '#ingest/collect.ts'
import { loadModel } from '#ingest/load-model.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { external, openSnapshot, paths } from '#src/index.ts'
import { root } from '../../scripts/run.mjs'
import { scratchDirectory } from '../cli/support.ts'
import { optionsFor, useEnvironment } from './collecting.ts'
import { ownEmulator } from './emulator.ts'
import { type Answer, Front, failure } from './front.ts'
import { type Renaming, rebuild, rebuiltServices } from './rebuild.ts'

const acme = join(root, 'examples', 'acme')
const denied = '962604572825'

// With the policies that AWS manages.
const emulator = await ownEmulator({ MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' })

describe.skipIf(emulator === '')('examples/acme, rebuilt in the emulator and collected', () => {
  const front = new Front(emulator)
  let renaming: Renaming
  let collected: CollectedSnapshot
  const imported = scratchDirectory()

  beforeAll(async () => {
    await useEnvironment(await front.start())
    renaming = await rebuild(emulator, acme)
    const closed = renaming.apply(denied)
    front.override = (request) =>
      request.account === closed && request.operation !== 'AssumeRole'
        ? failure(request, 'AccessDenied', 403)
        : undefined
    front.fallback = (request) => {
      if (request.operation === 'DescribeResourcePolicy') return failure(request, 'ResourcePolicyNotFoundException')
      return request.operation === 'ListOrganizationsFeatures'
        ? failure(request, 'ServiceAccessNotEnabledException')
        : undefined
    }
    front.rewrite = (request, answer) => corrected(request, answer, renaming)
    collected = await collectSnapshot(
      optionsFor(scratchDirectory(), {
        services: rebuiltServices,
        regions: ['us-east-1', 'eu-west-1', 'us-west-2', 'eu-central-1'],
        roleNames: ['OrganizationAccountAccessRole'],
      }),
    )
    writeImported(imported, collected.directory, renaming)
  }, 600_000)
  afterAll(() => front.stop())

  test('is collected but for the account that denies it', () => {
    const missing = collected.accounts.filter(({ errors }) => errors.some(isMissing)).map(({ id }) => id)
    expect(missing.filter((id) => id !== renaming.apply(denied))).toEqual([])
  })

  test('has the same hops', async () => {
    const [there, here] = [await hopsOf(collected.directory), await hopsOf(imported)]
    expect(here.size).toBeGreaterThan(1000)
    expect([...here].filter((hop) => !there.has(hop))).toEqual([])
    expect([...there].filter((hop) => !here.has(hop))).toEqual([])
  }, 300_000)

  test('gives the same answers', async () => {
    const [there, here] = [await openSnapshot(collected.directory), await openSnapshot(imported)]
    const { entries: fromThere } = await external(there, {})
    const { entries: fromHere } = await external(here, {})
    expect(fromHere.length).toBeGreaterThan(10)
    expect(fromThere).toEqual(fromHere)
    const expected = JSON.parse(renaming.apply(readFileSync(join(acme, 'expected.json'), 'utf8'))) as {
      paths: { start: string; end: string }[]
    }
    const between = expected.paths.filter(({ start }) => start.startsWith('arn:aws:iam:')).slice(0, 20)
    expect(between.length).toBeGreaterThan(10)
    for (const { start, end } of between) {
      const [one, other] = [
        await paths(there, { from: start, to: end }),
        await paths(here, { from: start, to: end }),
      ].map(({ results }) =>
        results.map(({ verdict, paths: found }) => [verdict, found.map(({ hops }) => hops.map(({ to }) => to))]),
      )
      expect(one, `${start} → ${end}`).toEqual(other)
    }
  }, 300_000)
})

/** Every hop of a snapshot, as text. */
async function hopsOf(directory: string): Promise<ReadonlySet<string>> {
  const graph = buildGraph(await loadModel(directory))
  const hops = new Set<string>()
  for (let node = 0; node < graph.nodeCount; node++) {
    for (const hop of hopsFrom(graph, node)) {
      const { from, to, technique, verdict } = hop
      hops.add([graph.node(from).arn, graph.node(to).arn, technique, verdict].join(' '))
    }
  }
  return hops
}

/** The example with the emulator's ids, cut down to what was rebuilt, with AWS's managed policies as the emulator has them. */
function writeImported(target: string, directory: string, renaming: Renaming): void {
  const kept = new Set([
    ...rebuiltServices.map((name) => `${name}.json`),
    'account-authorization-details.json',
    'organization.json',
  ])
  for (const entry of readdirSync(acme, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name).slice(acme.length + 1)
    const isDenied = path === `accounts/${denied}/errors.json`
    if (!kept.has(entry.name) && !isDenied) continue
    const text = renaming.apply(readFileSync(join(acme, path), 'utf8'))
    const to = join(target, renaming.apply(path))
    mkdirSync(dirname(to), { recursive: true })
    writeFileSync(
      to,
      entry.name.startsWith('account-') ? withManaged(text, join(directory, renaming.apply(path))) : text,
    )
  }
  writeFileSync(join(target, 'metadata.json'), readFileSync(join(directory, 'metadata.json')))
}

interface Policies {
  readonly Policies: readonly { readonly Arn: string }[]
}

function withManaged(text: string, collected: string): string {
  const isManaged = ({ Arn }: { readonly Arn: string }) => Arn.startsWith('arn:aws:iam::aws:')
  const own = JSON.parse(text) as Policies
  const theirs = JSON.parse(readFileSync(collected, 'utf8')) as Policies
  const names = new Set(own.Policies.filter(isManaged).map(({ Arn }) => Arn))
  const managed = theirs.Policies.filter(({ Arn }) => names.has(Arn))
  expect(managed).toHaveLength(names.size)
  return JSON.stringify({ ...own, Policies: [...own.Policies.filter((policy) => !isManaged(policy)), ...managed] })
}

/**
 * What the emulator answers wrongly: AWS lists only those of its policies that are attached, tells boundaries of users, and where
 * buckets are.
 */
function corrected(request: { operation: string; account: string }, answer: Answer, renaming: Renaming): Answer {
  if (request.operation === 'ListBuckets') {
    const regions = bucketRegions()
    const body = answer.body
      .toString()
      .replace(/<Name>([^<]+)<\/Name>/g, (whole, name: string) =>
        regions.has(name) ? `${whole}<BucketRegion>${regions.get(name)}</BucketRegion>` : whole,
      )
    return { ...answer, body }
  }
  if (request.operation !== 'GetAccountAuthorizationDetails') return answer
  const boundaries = userBoundaries(renaming)
  const body = answer.body
    .toString()
    .replace(
      /<member>(?:(?!<\/?member>)[\s\S])*?<Arn>arn:aws:iam::aws:policy[\s\S]*?<\/PolicyVersionList>[\s\S]*?<\/member>/g,
      (policy) => (/<AttachmentCount>0</.test(policy) ? '' : policy),
    )
    .replace(/<Arn>(arn:aws:iam::\d+:user\/[^<]+)<\/Arn>/g, (whole, arn: string) =>
      boundaries.has(arn)
        ? `${whole}<PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>${boundaries.get(arn)}</PermissionsBoundaryArn></PermissionsBoundary>`
        : whole,
    )
  return { ...answer, body }
}

const accountFiles = (name: string): readonly string[] =>
  readdirSync(join(acme, 'accounts'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(`/${name}`))
    .map((path) => join(acme, 'accounts', path))

function bucketRegions(): ReadonlyMap<string, string> {
  const listed = accountFiles('s3.json').flatMap(
    (path) =>
      (JSON.parse(readFileSync(path, 'utf8')) as { ListBuckets: { Buckets: { Name: string; BucketRegion: string }[] } })
        .ListBuckets.Buckets,
  )
  return new Map(listed.map(({ Name, BucketRegion }) => [Name, BucketRegion]))
}

function userBoundaries(renaming: Renaming): ReadonlyMap<string, string> {
  const users = accountFiles('account-authorization-details.json').flatMap((path) => {
    const details = JSON.parse(renaming.apply(readFileSync(path, 'utf8'))) as {
      UserDetailList: { Arn: string; PermissionsBoundary?: { PermissionsBoundaryArn: string } }[]
    }
    return details.UserDetailList
  })
  return new Map(
    users.flatMap(({ Arn, PermissionsBoundary: boundary }) =>
      boundary === undefined ? [] : [[Arn, boundary.PermissionsBoundaryArn] as const],
    ),
  )
}
