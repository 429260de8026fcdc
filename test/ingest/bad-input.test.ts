import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { InputError } from '#src/lib/errors.ts'
import type { Account, Model } from '#src/model/model.ts'
import {
  account,
  allow,
  details,
  detailsPath,
  role,
  temporaryDirectory,
  trust,
  user,
  writeFiles,
} from '../support/snapshots.ts'

const other = '444455556666'
const metadata = { schemaVersion: '1', capturedAt: '2026-01-15T00:00:00Z' }
const inline = (document: unknown) => ({ RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document }] })

const load = (files: Readonly<Record<string, unknown>>): Promise<Model> =>
  loadModel(writeFiles(temporaryDirectory(), files))

/** A snapshot with one broken file, and one account that is as it should be. */
const loadWith = (files: Readonly<Record<string, unknown>>): Promise<Model> =>
  load({ 'metadata.json': metadata, [detailsPath(other)]: details({ roles: [role('sound', {}, other)] }), ...files })

const accountOf = (model: Model, id = account): Account => model.accounts.get(id)!
const messages = ({ gaps }: Pick<Model, 'gaps'>) =>
  gaps.filter(({ code }) => code === 'Unreadable').map(({ message }) => message)
const isUnknown = (account: Account, name: string, layer: 'policies' | 'trust' = 'policies') => {
  const found = account.roles.find((role) => role.name === name)!
  const policies = layer === 'trust' ? [found.trust] : found.policies
  return policies.some(({ policy }) => policy.statements.some(({ unreadable }) => unreadable === true))
}

describe('a file of authorization details that cannot be read', () => {
  test.each([
    [
      'is truncated',
      JSON.stringify(details({ roles: [role('one')] })).slice(0, -40),
      /: is not JSON: it ends too early/,
    ],
    ['is not JSON', 'Users:\n  - one', /: is not JSON/],
    ['is empty', '', /: is empty/],
    ['is a list', '[1, 2]', /: expected authorization details, got a list/],
    ['is another object', '{"Users": []}', /: expected authorization details, got an object/],
    ['is null', 'null', /: expected authorization details, got `null`/],
    ['is not UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]), /: is not UTF-8 text/],
    ['is not gzip', Buffer.from([0x1f, 0x8b, 1, 2, 3]), /: cannot be decompressed/],
    [
      'has text for a list',
      { ...details({}), RoleDetailList: 'none' },
      /: RoleDetailList: expected a list, got `none`/,
    ],
  ])('%s: the account is not collected, the others are', async (_, content, message) => {
    const model = await loadWith({ [detailsPath()]: content })
    expect(accountOf(model).isCollected).toBe(false)
    expect(messages(model)).toEqual([expect.stringMatching(message)])
    expect(messages(model)[0]).toMatch(`accounts/${account}/account-authorization-details.json`)
    expect(accountOf(model, other)).toMatchObject({ isCollected: true, roles: [{ name: 'sound' }] })
  })

  test('whatever else was collected of the account is there', async () => {
    const model = await loadWith({
      [detailsPath()]: '{',
      [`accounts/${account}/s3.json`]: { ListBuckets: { Buckets: [{ Name: 'kept' }] } },
    })
    expect(accountOf(model).resources.map(({ name }) => name)).toEqual(['kept'])
  })

  test('is the only one: nothing can be answered', async () => {
    const loading = load({ 'metadata.json': metadata, [detailsPath()]: '{' })
    await expect(loading).rejects.toThrow(InputError)
    await expect(loading).rejects.toThrow(/cannot read snapshot `.+`: accounts\/111122223333\/.+: is not JSON/)
  })
})

describe('what is read all the same', () => {
  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${JSON.stringify(details({ roles: [role('one')] }))}`)],
    [
      'UTF-16, as PowerShell writes it',
      Buffer.from(`\ufeff${JSON.stringify(details({ roles: [role('one')] }))}`, 'utf16le'),
    ],
    [
      'letters beyond ASCII',
      JSON.stringify(details({ roles: [role('one', { Tags: [{ Key: 'team', Value: 'Größe' }] })] })),
    ],
  ])('%s', async (_, content) => {
    const model = await loadWith({ [detailsPath()]: content })
    expect(messages(model)).toEqual([])
    expect(accountOf(model).roles.map(({ name }) => name)).toEqual(['one'])
  })

  test('a policy whose Statement is one object', async () => {
    const [statement] = allow('sts:AssumeRole').Statement
    const model = await loadWith({
      [detailsPath()]: details({ roles: [role('one', inline({ Statement: statement }))] }),
    })
    expect(accountOf(model).roles[0]!.policies[0]!.policy.statements).toHaveLength(1)
    expect(messages(model)).toEqual([])
  })

  test('principals that are bare account ids, or unique ids of deleted ones', async () => {
    const roles = [role('one', { AssumeRolePolicyDocument: trust({ AWS: ['AROADELETEDROLE', other] }) })]
    const model = await loadWith({ [detailsPath()]: details({ roles }) })
    expect(messages(model)).toEqual([])
    expect(accountOf(model).roles[0]!.trust.policy.statements[0]!.principal).toEqual({
      AWS: ['AROADELETEDROLE', other],
    })
  })

  test('names like those of JavaScript itself', async () => {
    const names = ['__proto__', 'constructor', 'toString']
    const tags = JSON.parse('[{"Key":"__proto__","Value":"a"},{"Key":"constructor","Value":"b"}]')
    const model = await loadWith({
      [detailsPath()]: details({ users: names.map((name) => user(name, { Tags: tags })) }),
      [`accounts/${account}/iam.json`]: `{"ListAccessKeys": {"__proto__": {"AccessKeyMetadata": [{"AccessKeyId": "AKIA1"}]}}}`,
    })
    const { users } = accountOf(model)
    expect(users.map(({ name }) => name)).toEqual(names)
    expect(users.map(({ accessKeys }) => accessKeys.length)).toEqual([1, 0, 0])
    expect(Object.entries(users[0]!.tags)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    expect(users[0]!.tags.toString).toBeUndefined()
  })

  test('10,000 statements, 10 MB of policy, nesting without end', async () => {
    const [statement] = allow(['s3:GetObject'], `arn:aws:s3:::${'x'.repeat(1000)}/*`).Statement
    const roles = [
      role('many', inline({ Version: '2012-10-17', Statement: Array.from({ length: 10_000 }, () => statement) })),
      role('deep', { RolePolicyList: [{ PolicyName: 'own', PolicyDocument: 'DEEP' }] }),
    ]
    const deep = `${'{"Statement":'.repeat(20_000)}1${'}'.repeat(20_000)}`
    const text = JSON.stringify(details({ roles })).replace('"DEEP"', deep)
    const model = await loadWith({ [detailsPath()]: text })
    expect(accountOf(model).roles[0]!.policies[0]!.policy.statements).toHaveLength(10_000)
    expect(isUnknown(accountOf(model), 'deep')).toBe(true)
  })
})

describe('a policy that cannot be read is a gap with its place, and nothing is known of what it says', () => {
  const at = `accounts/${account}/account-authorization-details.json: arn:aws:iam::${account}:role/one`
  test.each([
    ['an Action that is a number', allow(7), 'own: Statement[0].Action: expected text, got 7'],
    [
      'an operator that does not exist',
      {
        ...allow('s3:*'),
        Statement: [{ ...allow('s3:*').Statement[0], Condition: { StringEqual: { 'aws:username': 'x' } } }],
      },
      'own: Statement[0].Condition.StringEqual: not a condition operator',
    ],
    ['another Version', { ...allow('s3:*'), Version: '2030-01-01' }, /own: Version: expected 2012-10-17 or 2008-10-17/],
    ['text that is not JSON', '{"Version":', 'own: not JSON'],
    ['nothing', undefined, /own: expected a policy document, got nothing/],
  ])('%s', async (_, document, message) => {
    const interest = (pattern: string) => pattern.startsWith('sts:')
    for (const options of [{}, { interest }]) {
      const directory = writeFiles(temporaryDirectory(), {
        [detailsPath()]: details({ roles: [role('one', inline(document))] }),
      })
      const model = await loadModel(directory, options)
      const [gap] = model.gaps.filter(({ code }) => code === 'Unreadable')
      expect(gap).toMatchObject({ account, service: 'iam', resource: `arn:aws:iam::${account}:role/one` })
      expect(gap!.message).toContain(at)
      if (typeof message === 'string') expect(gap!.message).toBe(`${at}: ${message}`)
      else expect(gap!.message).toMatch(message)
      expect(isUnknown(accountOf(model), 'one')).toBe(true)
    }
  })

  test('a trust policy', async () => {
    const model = await loadWith({
      [detailsPath()]: details({ roles: [role('one', { AssumeRolePolicyDocument: 'null' })] }),
    })
    expect(messages(model)).toEqual([expect.stringContaining('trust policy: expected a policy document')])
    expect(isUnknown(accountOf(model), 'one', 'trust')).toBe(true)
  })

  test('a boundary without its ARN is not an absent one', async () => {
    const roles = [role('one', { PermissionsBoundary: 'yes' })]
    const model = await loadWith({ [detailsPath()]: details({ roles }) })
    expect(messages(model)).toEqual([
      expect.stringContaining('RoleDetailList[0].PermissionsBoundary: expected a boundary'),
    ])
    expect(accountOf(model).roles[0]!.boundary?.policy.statements.every(({ unreadable }) => unreadable)).toBe(true)
  })

  test('attached, but its text is not there', async () => {
    const attached = [{ PolicyName: 'gone', PolicyArn: `arn:aws:iam::${account}:policy/gone` }]
    const model = await loadWith({
      [detailsPath()]: details({ roles: [role('one', { AttachedManagedPolicies: attached })] }),
    })
    expect(model.gaps).toContainEqual(
      expect.objectContaining({ account, resource: attached[0]!.PolicyArn, code: 'NotCollected' }),
    )
    expect(isUnknown(accountOf(model), 'one')).toBe(true)
  })

  test('the policy that makes an administrator is known by its name', async () => {
    const attached = [{ PolicyName: 'AdministratorAccess', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }]
    const model = await loadWith({
      [detailsPath()]: details({ roles: [role('one', { AttachedManagedPolicies: attached })] }),
    })
    expect(accountOf(model).roles[0]!.policies[0]).toMatchObject({
      managed: { isAwsManaged: true },
      policy: { statements: [{ effect: 'Allow', action: ['*'], resource: ['*'] }] },
    })
  })

  test.each(['RolePolicyList', 'AttachedManagedPolicies'])('%s that is no list', async (list) => {
    const model = await loadWith({
      [detailsPath()]: details({ roles: [role('one', { [list]: { a: 1 } }), role('two')] }),
    })
    expect(messages(model)).toEqual([
      expect.stringContaining(`RoleDetailList[0].${list}: expected a list, got an object`),
    ])
    expect(isUnknown(accountOf(model), 'one')).toBe(true)
    expect(isUnknown(accountOf(model), 'two')).toBe(false)
  })
})

describe('an entry that cannot be read is left out, with its place', () => {
  test.each([
    ['no ARN', { ...role('one'), Arn: undefined }, 'RoleDetailList[1].Arn: expected an ARN, got nothing'],
    [
      'an ARN that is none',
      { ...role('one'), Arn: 'role/one' },
      'RoleDetailList[1].Arn: expected an ARN, got `role/one`',
    ],
    [
      'an ARN of another account',
      role('one', {}, other),
      `RoleDetailList[1].Arn: expected an ARN of account ${account}`,
    ],
    ['text', 'one', 'RoleDetailList[1].Arn: expected an ARN, got nothing'],
    ['control characters in the ARN', { ...role('one'), Arn: 'a\u001b[2J\u202e' }, 'got `a\\u{1b}[2J\\u{202e}`'],
  ])('%s', async (_, entry, message) => {
    const model = await loadWith({ [detailsPath()]: details({ roles: [role('sound'), entry] }) })
    expect(messages(model)).toEqual([expect.stringContaining(message)])
    expect(accountOf(model).roles.map(({ name }) => name)).toEqual(['sound'])
    expect(accountOf(model).isCollected).toBe(true)
  })

  test('two entries of one ARN: which holds is not known', async () => {
    const roles = [role('one', inline(allow('s3:*'))), role('one', inline(allow('ec2:*'))), role('two'), role('two')]
    const model = await loadWith({ [detailsPath()]: details({ roles }) })
    expect(accountOf(model).roles.map(({ name }) => name)).toEqual(['one', 'two'])
    expect(isUnknown(accountOf(model), 'one')).toBe(true)
    expect(isUnknown(accountOf(model), 'one', 'trust')).toBe(true)
    expect(isUnknown(accountOf(model), 'two')).toBe(false)
    expect(messages(model)).toContainEqual(expect.stringContaining('role/one: two different entries of this ARN'))
  })

  test('a user in a group that is not there may have any policy', async () => {
    const model = await loadWith({ [detailsPath()]: details({ users: [user('one', { GroupList: ['gone'] })] }) })
    expect(accountOf(model).users[0]!.policies[0]!.policy.statements.every(({ unreadable }) => unreadable)).toBe(true)
    expect(model.gaps).toContainEqual(expect.objectContaining({ account, resource: 'gone', code: 'NotCollected' }))
  })
})

describe('other files', () => {
  const sound = { [detailsPath()]: details({ roles: [role('sound')] }) }

  test('a service file that is broken is a gap of that service', async () => {
    const model = await loadWith({ ...sound, [`accounts/${account}/eu-west-1/kms.json`]: '{"ListKeys"' })
    expect(model.gaps).toContainEqual(
      expect.objectContaining({ account, region: 'eu-west-1', service: 'kms', operation: '*', code: 'Unreadable' }),
    )
    expect(messages(model)).toEqual([expect.stringContaining(`accounts/${account}/eu-west-1/kms.json: is not JSON`)])
    expect(accountOf(model).isCollected).toBe(true)
  })

  test.each([
    ['kms', { ListKeys: { Keys: [{ KeyArn: 5, KeyId: 'a' }] } }, 'ListKeys.Keys[0].KeyArn: expected an ARN, got `5`'],
    ['sqs', { ListQueues: ['a'] }, 'ListQueues: expected an object, got a list'],
    ['lambda', { ListFunctions: { Functions: { a: 1 } } }, 'ListFunctions.Functions: expected a list, got an object'],
    ['ec2', 'null', 'expected an object, got `null`'],
    ['ec2', '[]', 'expected an object, got a list'],
  ])('%s.json of a wrong shape', async (service, content, message) => {
    const model = await loadWith({ ...sound, [`accounts/${account}/eu-west-1/${service}.json`]: content })
    expect(messages(model)).toEqual([`accounts/${account}/eu-west-1/${service}.json: ${message}`])
  })

  test('an answer of a wrong shape is not an empty one', async () => {
    const s3 = {
      ListBuckets: { Buckets: [{ Name: 'a' }, { Name: 'b' }] },
      GetBucketPolicy: { a: 'text' },
      GetPublicAccessBlock: { a: { PublicAccessBlockConfiguration: { RestrictPublicBuckets: 'yes' } } },
    }
    const collected = { regions: [], global: { s3: ['ListBuckets', 'GetBucketPolicy', 'GetPublicAccessBlock'] } }
    const files = { ...sound, 'metadata.json': { ...metadata, collected }, [`accounts/${account}/s3.json`]: s3 }
    const [a, b] = accountOf(await loadWith(files)).resources
    expect(a).toMatchObject({ policyGap: { code: 'Unreadable', operation: 'GetBucketPolicy' } })
    expect(a!.bucket).toEqual({ restrictPublicBuckets: undefined })
    expect(b).toMatchObject({ policyGap: { code: 'Unreadable' } })
  })

  test('a resource policy that is broken', async () => {
    const s3 = { ListBuckets: { Buckets: [{ Name: 'a' }] }, GetBucketPolicy: { a: { Policy: '{"Statement": 7}' } } }
    const model = await loadWith({ ...sound, [`accounts/${account}/s3.json`]: s3 })
    expect(messages(model)).toEqual([
      `accounts/${account}/s3.json: arn:aws:s3:::a: policy: Statement[0]: expected a statement, got 7`,
    ])
    expect(accountOf(model).resources[0]!.policy?.policy.statements.every(({ unreadable }) => unreadable)).toBe(true)
  })

  test('an organization that cannot be read leaves the policies of its accounts unknown', async () => {
    const known = { ...metadata, organizationId: 'o-1', managementAccountId: other }
    const model = await load({ ...sound, 'metadata.json': known, 'organization.json': '{"ListAccounts": ' })
    const { membership } = accountOf(model)
    expect(membership).toMatchObject({ organizationId: 'o-1', hasScps: true })
    expect(membership!.levels.every(({ scps }) => scps.some(({ policy }) => policy.statements[0]!.unreadable))).toBe(
      true,
    )
    expect(messages(model)).toEqual([expect.stringContaining('organization.json: is not JSON')])
  })

  test.each([
    ['metadata.json', '{', /metadata\.json: is not JSON/],
    ['errors.json', '{"Errors": [{"code": 1}]}', /errors\.json: Errors\[0\]\.service: expected text, got nothing/],
    [`accounts/${account}/errors.json`, 'x', /errors\.json: is not JSON/],
  ])('%s that cannot be read', async (path, content, message) => {
    const model = await loadWith({ ...sound, [path]: content })
    expect(messages(model)).toContainEqual(expect.stringMatching(message))
    expect(accountOf(model).isCollected).toBe(true)
  })

  test('a schema of a later version is refused', async () => {
    const loading = loadWith({ ...sound, 'metadata.json': { ...metadata, schemaVersion: '2' } })
    await expect(loading).rejects.toThrow('metadata.json: schemaVersion: expected schema version 1, got `2`')
  })

  test('links are not followed', async () => {
    const outside = writeFiles(temporaryDirectory(), { 'secret.json': details({ roles: [role('secret')] }) })
    const directory = writeFiles(temporaryDirectory(), {
      [detailsPath(other)]: details({}),
      [`accounts/${account}/iam.json`]: {},
    })
    symlinkSync(join(outside, 'secret.json'), join(directory, detailsPath()))
    const model = await loadModel(directory)
    expect(accountOf(model)).toMatchObject({ isCollected: false, roles: [] })
    expect(messages(model)).toEqual([`${detailsPath()}: is not a regular file`])
  })

  test('a plain file and a compressed one of the same name: the plain one counts', async () => {
    const packed = gzipSync(JSON.stringify(details({ roles: [role('packed')] })))
    const model = await loadWith({ ...sound, [`${detailsPath()}.gz`]: packed })
    expect(accountOf(model).roles.map(({ name }) => name)).toEqual(['sound'])
    expect(messages(model)).toEqual([`${detailsPath()}.gz: a file of the same name lies beside it`])
  })
})

test.each([
  ['a directory without any document', {}],
  ['documents of something else', { 'package.json': { name: 'x' } }],
])('%s is no snapshot', async (_, files) => {
  await expect(load(files)).rejects.toThrow(/no snapshot and no authorization details in it/)
})

test('a path that is not there', async () => {
  await expect(loadModel(join(temporaryDirectory(), 'gone'))).rejects.toThrow(/there is no such file or directory/)
})
