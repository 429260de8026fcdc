import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { importSnapshot } from '#ingest/import-snapshot.ts'
import { loadModel } from '#ingest/load-model.ts'
import type { Model } from '#src/model/model.ts'
import { verifySnapshot } from '#src/store/workspace.ts'
import {
  account,
  allow,
  details,
  detailsPath,
  role,
  temporaryDirectory,
  user,
  writeFiles,
} from '../support/snapshots.ts'

const acme = new URL('../../examples/acme/', import.meta.url).pathname
const other = '444455556666'
const inline = (document: unknown) => ({ RolePolicyList: [{ PolicyName: 'own', PolicyDocument: document }] })
const one = details({ roles: [role('one', inline(allow('s3:*')))] })

/** Imports files into a workspace of their own. */
const imported = (files: Readonly<Record<string, unknown>>) =>
  importSnapshot([writeFiles(temporaryDirectory(), files)], temporaryDirectory())

/** A model without what the place of its files makes of it. */
const contentOf = ({ accounts, organization, gaps }: Model) => ({ accounts, organization, gaps })

describe('an interchange directory', () => {
  test('is copied as it is, privately, and found whole', async () => {
    const { directory, id, files, bytes, isNew, model } = await importSnapshot([acme], temporaryDirectory())
    expect({ isNew, files }).toEqual({ isNew: true, files: 111 })
    expect(verifySnapshot(directory)).toBe(files)
    const stored = readdirSync(directory, { recursive: true, withFileTypes: true })
    for (const entry of stored) {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777
      expect(mode, entry.name).toBe(entry.isDirectory() ? 0o700 : 0o600)
    }
    const path = detailsPath([...model.accounts.keys()][0])
    expect(readFileSync(join(directory, path), 'utf8')).toBe(readFileSync(join(acme, path), 'utf8'))
    expect(bytes).toBe(stored.reduce((total, entry) => total + sizeOf(entry), 0))
    expect(contentOf(await loadModel(directory))).toEqual(contentOf(model))
    expect(contentOf(await loadModel(acme))).toEqual(contentOf(model))
    expect((await loadModel(acme)).snapshot).toEqual({ ...model.snapshot, id })
  })

  test('of the same bytes has the same id, and is stored once', async () => {
    const workspace = temporaryDirectory()
    const first = await importSnapshot([acme], workspace)
    const again = await importSnapshot([acme], workspace)
    expect(again).toMatchObject({ id: first.id, directory: first.directory, isNew: false })
    expect(readdirSync(join(workspace, 'snapshots'))).toEqual([first.id])
  })

  test('of other bytes has another id', async () => {
    const first = await imported({ [detailsPath()]: one, 'metadata.json': { schemaVersion: '1' } })
    const second = await imported({ [detailsPath()]: details({}), 'metadata.json': { schemaVersion: '1' } })
    expect(second.id).not.toBe(first.id)
  })

  test('whose manifest does not fit its files is refused, and nothing is left', async () => {
    const { directory } = await imported({ [detailsPath()]: one })
    const workspace = temporaryDirectory()
    const cases = [
      { [detailsPath()]: details({}) },
      { [`accounts/${account}/s3.json`]: {} },
      { 'manifest.json': { files: { 'gone.json': '00' } } },
    ]
    for (const change of cases) {
      const copy = copyOf(directory)
      writeFiles(copy, change)
      await expect(importSnapshot([copy], workspace)).rejects.toThrow(/cannot import .+: .+(manifest\.json|gone\.json)/)
    }
    expect(readdirSync(join(workspace, 'snapshots'))).toEqual([])
    expect((await importSnapshot([copyOf(directory)], workspace)).isNew).toBe(true)
  })
})

describe('documents of authorization details', () => {
  const encoded = JSON.parse(JSON.stringify(one), (key, value) =>
    key === 'PolicyDocument' || key === 'AssumeRolePolicyDocument' ? encodeURIComponent(JSON.stringify(value)) : value,
  )

  test.each([
    ['of any name, at any depth', { 'some/where/dump.json': one }],
    ['compressed', { 'a.json.gz': gzipSync(JSON.stringify(one)) }],
    ['with URL-encoded policies', { 'a.json': encoded }],
  ])('%s', async (_, files) => {
    const { model, directory } = await imported(files)
    const [found] = model.accounts.get(account)!.roles
    expect(found!.policies[0]!.policy.statements).toMatchObject([{ effect: 'Allow', action: ['s3:*'] }])
    expect(found!.trust.policy.problems).toEqual([])
    expect(model.organization).toBeUndefined()
    expect(model.accounts.get(account)!.membership).toBeUndefined()
    expect((await loadModel(directory)).accounts.get(account)).toEqual(model.accounts.get(account))
  })

  test('nothing is known of what they do not hold', async () => {
    const { model, directory } = await imported({ 'a.json': one })
    for (const { gaps } of [model, await loadModel(directory)]) {
      expect(gaps).toContainEqual({
        account: undefined,
        region: undefined,
        service: 's3',
        operation: '*',
        code: 'NotCollected',
      })
      expect(gaps.map(({ service }) => service)).not.toContain('organizations')
    }
    const [first] = (await imported({ 'a.json': details({ users: [user('one')] }) })).model.accounts.values()
    expect(first!.users[0]).toMatchObject({ hasLoginProfile: undefined, mfaDevices: undefined })
  })

  test('of one page are the same as those of several', async () => {
    const roles = ['a', 'b', 'c'].map((name) => role(name))
    const policies = [
      {
        PolicyName: 'shared',
        Arn: `arn:aws:iam::${account}:policy/shared`,
        DefaultVersionId: 'v1',
        PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true, Document: allow('s3:*') }],
      },
    ]
    const attached = role('d', { AttachedManagedPolicies: [{ PolicyName: 'shared', PolicyArn: policies[0]!.Arn }] })
    const whole = await imported({ 'a.json': details({ roles: [...roles, attached], policies }) })
    const pages = await imported({
      '1.json': details({ roles: [roles[0], roles[1]] }),
      '2.json': details({ roles: [roles[2], attached] }),
      '3.json': details({ policies }),
    })
    expect(pages.model.accounts).toEqual(whole.model.accounts)
    expect((await loadModel(pages.directory)).accounts).toEqual(whole.model.accounts)
    expect(readdirSync(join(pages.directory, 'accounts', account))).toEqual(['account-authorization-details.json'])
  })

  test('a broken page leaves its account not collected, now and later', async () => {
    const { model, directory } = await imported({
      '1.json': one,
      '2.json': JSON.stringify(details({ roles: [role('two')] })).slice(0, -20),
      '3.json': details({ roles: [role('three', {}, other)] }),
    })
    for (const { accounts, gaps } of [model, await loadModel(directory)]) {
      expect(accounts.get(account)).toMatchObject({ isCollected: false, roles: [{ name: 'one' }] })
      expect(accounts.get(other)).toMatchObject({ isCollected: true })
      expect(gaps.filter(({ code }) => code === 'Unreadable').map(({ message }) => message)).toEqual([
        expect.stringContaining('2.json: is not JSON'),
      ])
    }
  })

  test('a broken document that tells no account is in the ledger, now and later', async () => {
    const { model, directory } = await imported({ 'a.json': one, 'b.json': '{"x"' })
    for (const { gaps } of [model, await loadModel(directory)]) {
      expect(gaps.filter(({ code }) => code === 'Unreadable')).toMatchObject([
        { message: expect.stringContaining('b.json') },
      ])
    }
  })

  test('may have an organization beside them', async () => {
    const organization = readFileSync(join(acme, 'organization.json'), 'utf8')
    const member = Object.keys(JSON.parse(organization).ListTagsForResource)[1]!
    const { model } = await imported({
      'org.json': organization,
      'a.json': details({ roles: [role('one', {}, member)] }),
    })
    expect(model.accounts.get(member)!.membership!.levels.length).toBeGreaterThan(2)
    expect([...model.accounts.values()].filter(({ isCollected }) => !isCollected).length).toBe(7)
  })

  test('come from several files and folders', async () => {
    const first = writeFiles(temporaryDirectory(), { 'a.json': one })
    const second = writeFiles(temporaryDirectory(), { 'b.json': details({ roles: [role('two', {}, other)] }) })
    const { model } = await importSnapshot([first, join(second, 'b.json')], temporaryDirectory())
    expect([...model.accounts.keys()]).toEqual([account, other])
  })

  test('whose file names of another account are told by the ARNs in them', async () => {
    const condition = { ArnLike: { Arn: `arn:aws:iam::${other}:role/x` } }
    const policy = { ...allow('s3:*'), Statement: [{ ...allow('s3:*').Statement[0], Condition: condition }] }
    const entry = role('one')
    const { Arn, ...rest } = { ...entry, ...inline(policy) }
    const { model } = await imported({ [`${other}.json`]: details({ roles: [{ ...rest, Arn }] }) })
    expect([...model.accounts.keys()]).toEqual([account])
  })
})

test('two snapshots are not one', async () => {
  await expect(importSnapshot([acme, acme], temporaryDirectory())).rejects.toThrow('a second snapshot')
})

test('an account that the snapshot has as well is not read twice', async () => {
  const snapshot = writeFiles(temporaryDirectory(), { [detailsPath()]: one })
  const more = writeFiles(temporaryDirectory(), { 'a.json': details({ roles: [role('two')] }) })
  const { model } = await importSnapshot([snapshot, more], temporaryDirectory())
  expect(model.accounts.get(account)!.roles.map(({ name }) => name)).toEqual(['one'])
  expect(model.gaps).toContainEqual(
    expect.objectContaining({ message: `a.json: account ${account} is in the snapshot as well` }),
  )
})

test('what cannot be read at all leaves nothing in the workspace', async () => {
  const workspace = temporaryDirectory()
  const directory = writeFiles(temporaryDirectory(), { [detailsPath()]: '{' })
  await expect(importSnapshot([directory], workspace)).rejects.toThrow(/cannot import .+: is not JSON/)
  expect(readdirSync(join(workspace, 'snapshots'))).toEqual([])
})

function sizeOf(entry: { isFile(): boolean; name: string; parentPath: string }): number {
  return entry.isFile() && entry.name !== 'manifest.json' ? statSync(join(entry.parentPath, entry.name)).size : 0
}

function copyOf(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name))
  return writeFiles(
    temporaryDirectory(),
    Object.fromEntries(paths.map((path) => [path.slice(directory.length + 1), readFileSync(path)])),
  )
}
