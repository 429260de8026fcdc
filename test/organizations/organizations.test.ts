import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Settings } from '../../bench/organization/plan.ts'
import { writeOrganization } from '../../bench/organization/write.ts'
import { type Ask, askOf } from './ask.ts'
import { casesOf } from './check-expected.ts'
import type { Expected } from './expected.ts'

const directory = mkdtempSync(join(tmpdir(), 'organizations-'))
afterAll(() => rmSync(directory, { recursive: true }))

const acme = new URL('../../examples/acme', import.meta.url).pathname
const organizations = [
  { name: 'acme', folder: acme },
  generated('5 accounts', { accounts: 5, roles: 30, seed: '11' }),
  generated('9 accounts', { accounts: 9, roles: 60, seed: '12' }),
  generated('14 accounts', { accounts: 14, roles: 40, seed: '13' }),
  generated('6 accounts, files of every form', { accounts: 6, roles: 30, seed: '14', isMixed: true }),
]

describe.each(organizations)('$name', ({ folder }) => {
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected
  let ask: Ask
  beforeAll(async () => {
    ask = await askOf(folder)
  }, 120_000)

  test.each(casesOf(expected))('$name', ({ check }) => {
    expect(check(ask)).toEqual([])
  })
})

function generated(name: string, size: Pick<Settings, 'accounts' | 'roles' | 'seed' | 'isMixed'>) {
  const folder = join(directory, name)
  writeOrganization(folder, { ...size, openRoles: 0, openBy: 'plain' })
  return { name, folder }
}
