import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { importSnapshot } from '#ingest/import-snapshot.ts'
import { graphFileOf } from '#src/snapshot/workspace-layout.ts'
import { listSnapshots, pruneSnapshots, resolveSnapshot, verifySnapshot, workspaceOf } from '#src/store/workspace.ts'
import { details, detailsPath, role, temporaryDirectory, writeFiles } from '../support/snapshots.ts'

let workspace: string

/** A snapshot of one role; `day` tells when it was captured, not when it was imported. */
async function add(name: string, day = '2026-01-15', importedAt?: number): Promise<string> {
  const metadata = { schemaVersion: '1', capturedAt: `${day}T00:00:00Z`, organizationId: 'o-1' }
  const files = { 'metadata.json': metadata, [detailsPath()]: details({ roles: [role(name)] }) }
  const { id, directory } = await importSnapshot([writeFiles(temporaryDirectory(), files)], workspace)
  if (importedAt !== undefined) utimesSync(directory, importedAt, importedAt)
  return id
}

beforeEach(() => {
  workspace = temporaryDirectory()
})

test.each([
  [{}, '/home/x/.trustwalk'],
  [{ TRUSTWALK_HOME: '' }, '/home/x/.trustwalk'],
  [{ TRUSTWALK_HOME: '/srv/tw' }, '/srv/tw'],
  [{ TRUSTWALK_HOME: 'tw' }, '/home/x/tw'],
  [{ TRUSTWALK_HOME: '/srv/Case-A' }, '/srv/Case-A'],
])('%j: the workspace is %s', (environment, expected) => {
  expect(workspaceOf(environment, '/home/x')).toBe(resolve(expected))
})

describe('the list', () => {
  test('of a workspace that is not there is empty', () => {
    expect(listSnapshots(join(workspace, 'gone'))).toEqual([])
  })

  test('begins with what was imported last, whenever it was captured', async () => {
    const later = await add('a', '2026-02-01', 1000)
    const earlier = await add('b', '2026-01-01', 2000)
    expect(listSnapshots(workspace)).toMatchObject([
      { id: earlier, capturedAt: '2026-01-01T00:00:00Z', accounts: 1, files: 2, organizationId: 'o-1' },
      { id: later, capturedAt: '2026-02-01T00:00:00Z' },
    ])
    await add('a', '2026-02-01')
    expect(listSnapshots(workspace).map(({ id }) => id)).toEqual([later, earlier])
  })

  test('leaves out what was never finished', async () => {
    const id = await add('a')
    mkdirSync(join(workspace, 'snapshots', '.writing-1-abc'))
    mkdirSync(join(workspace, 'snapshots', 'without-manifest'))
    expect(listSnapshots(workspace).map((snapshot) => snapshot.id)).toEqual([id])
  })
})

test('what a killed import left is removed by the next one, what a running one writes is not', async () => {
  await add('a')
  const dead = join(workspace, 'snapshots', '.writing-999999999-abc')
  const running = join(workspace, 'snapshots', `.writing-${process.pid}-abc`)
  for (const directory of [dead, running]) mkdirSync(directory)
  await add('b')
  expect([existsSync(dead), existsSync(running)]).toEqual([false, true])
})

describe('a name of a snapshot', () => {
  test('is its id, the beginning of it, a path, or nothing for the latest', async () => {
    const first = await add('a', '2026-01-15', 1000)
    const second = await add('b', '2026-01-15', 2000)
    const directory = join(workspace, 'snapshots', first)
    const outside = temporaryDirectory()
    expect(resolveSnapshot(workspace).id).toBe(second)
    expect(resolveSnapshot(workspace, first).id).toBe(first)
    expect(resolveSnapshot(workspace, first.slice(0, 6)).id).toBe(first)
    expect(resolveSnapshot(workspace, directory).id).toBe(first)
    expect(resolveSnapshot(workspace, outside)).toEqual({ id: undefined, directory: outside })
  })

  test('that there is not is an error that says which there are', async () => {
    expect(() => resolveSnapshot(workspace)).toThrow(
      expect.objectContaining({ kind: 'usage', help: expect.stringContaining('trustwalk import') }),
    )
    const id = await add('a')
    for (const name of ['zzz', '']) {
      expect(() => resolveSnapshot(workspace, name)).toThrow(
        expect.objectContaining({ kind: 'usage', help: `the workspace has ${id}` }),
      )
    }
  })
})

describe('a stored snapshot that is not what was written is refused', () => {
  const changes: readonly (readonly [string, (directory: string) => void])[] = [
    ['a changed file', (directory) => writeFileSync(join(directory, detailsPath()), JSON.stringify(details({})))],
    [
      'a file changed under its old date',
      (directory) => {
        const file = join(directory, detailsPath())
        writeFileSync(file, readFileSync(file, 'utf8').replace('role/a', 'role/b'))
        utimesSync(file, 1, 1)
      },
    ],
    ['a removed file', (directory) => rmSync(join(directory, 'metadata.json'))],
    ['a removed account', (directory) => rmSync(join(directory, 'accounts'), { recursive: true })],
    [
      'a manifest that was changed with it',
      (directory) => {
        const file = join(directory, 'manifest.json')
        writeFileSync(
          file,
          readFileSync(file, 'utf8').replace(/"metadata.json": "[0-9a-f]{12}/, '"metadata.json": "000000000000'),
        )
      },
    ],
    ['a manifest that is no manifest', (directory) => writeFileSync(join(directory, 'manifest.json'), '{"files": 7}')],
  ]

  test.each(changes)('%s', async (_, change) => {
    const id = await add('a')
    const directory = join(workspace, 'snapshots', id)
    expect(verifySnapshot(directory)).toBe(2)
    change(directory)
    expect(() => resolveSnapshot(workspace, id)).toThrow(
      expect.objectContaining({
        kind: 'unreadable',
        message: expect.stringContaining(`cannot read snapshot \`${id}\``),
      }),
    )
    expect(() => verifySnapshot(directory)).toThrow(/^cannot verify `.+`: .+/)
  })

  test('an added file is noticed when the snapshot is verified', async () => {
    const directory = join(workspace, 'snapshots', await add('a'))
    writeFiles(directory, { 'accounts/111122223333/s3.json': {} })
    expect(() => verifySnapshot(directory)).toThrow('accounts/111122223333/s3.json: is not in manifest.json')
  })

  test('but not one that was only copied or touched', async () => {
    const id = await add('a')
    const copy = temporaryDirectory()
    cpSync(workspace, copy, { recursive: true })
    chmodSync(join(copy, 'snapshots', id, 'metadata.json'), 0o644)
    expect(resolveSnapshot(copy, id).id).toBe(id)
  })

  test('a directory without a manifest cannot be verified', () => {
    expect(() => verifySnapshot(temporaryDirectory())).toThrow(/cannot verify .+: it has no manifest.json/)
  })
})

test('pruning keeps what was imported last, and removes graphs with their snapshots', async () => {
  const [oldest, middle, newest] = [
    await add('a', '2026-01-15', 1000),
    await add('b', '2026-01-15', 2000),
    await add('c', '2026-01-15', 3000),
  ]
  for (const id of [oldest, newest]) {
    mkdirSync(join(workspace, 'graphs'), { recursive: true })
    writeFileSync(graphFileOf(workspace, id), 'graph')
  }
  expect(pruneSnapshots(workspace, 1).map(({ id }) => id)).toEqual([middle, oldest])
  expect(listSnapshots(workspace).map(({ id }) => id)).toEqual([newest])
  expect([existsSync(graphFileOf(workspace, oldest)), existsSync(graphFileOf(workspace, newest))]).toEqual([
    false,
    true,
  ])
  expect(pruneSnapshots(workspace, -1).map(({ id }) => id)).toEqual([newest])
})
