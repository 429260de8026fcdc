import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Settings } from '../../bench/organization/plan.ts'
import { writeOrganization } from '../../bench/organization/write.ts'

const directory = mkdtempSync(join(tmpdir(), 'generator-'))
afterAll(() => rmSync(directory, { recursive: true }))

const settings: Settings = { accounts: 6, roles: 20, seed: 'a', openRoles: 0, openBy: 'plain' }

test('the same seed gives the same bytes, another seed another organization', () => {
  const first = filesOf({ ...settings })
  expect(filesOf({ ...settings })).toEqual(first)
  const other = filesOf({ ...settings, seed: 'b' })
  expect([...other.keys()].filter((name) => first.has(name))).toEqual([
    'expected.json',
    'metadata.json',
    'organization.json',
  ])
})

test('counts are what was written', () => {
  const files = filesOf(settings)
  const { counts } = JSON.parse(files.get('expected.json')!)
  files.delete('expected.json')
  expect(counts.files).toBe(files.size)
  expect(counts.bytes).toBe([...files.values()].reduce((total, text) => total + Buffer.byteLength(text), 0))
})

test.each(['plain', 'shared-tag', 'unique-tag'] as const)(
  'every account has roles opened by %s for a stress test',
  (openBy) => {
    const files = filesOf({ ...settings, openRoles: 3, openBy })
    const details = [...files].filter(([name]) => name.endsWith('account-authorization-details.json'))
    expect(details.length).toBeGreaterThan(0)
    for (const [, text] of details) {
      const { RoleDetailList } = JSON.parse(text) as { RoleDetailList: { RoleName: string; Path: string }[] }
      expect(RoleDetailList.filter(({ Path }) => Path === '/shared/').map(({ RoleName }) => RoleName)).toEqual([
        'open-0',
        'open-1',
        'open-2',
      ])
    }
  },
)

let written = 0

function filesOf(settings: Settings): Map<string, string> {
  const folder = join(directory, String(written++))
  writeOrganization(folder, settings)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}
