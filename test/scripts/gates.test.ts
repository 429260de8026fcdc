/** A gate that nobody has seen red is not a gate: each is shown what it must refuse. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkImports } from '../../scripts/imports.mjs'
import { forbiddenLicences } from '../../scripts/licences.mjs'
import { tiedPackages } from '../../scripts/lock.mjs'
import { root } from '../../scripts/run.mjs'

const temporary: string[] = []
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files, and the project's compiler settings. */
function plant(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'trustwalk-gate-'))
  temporary.push(folder)
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(root, name), join(folder, name))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

describe('the import table', () => {
  test('the sources are found, all of them, and keep to it', () => {
    const { modules, violations } = checkImports(root)
    expect(violations).toEqual([])
    expect(modules).toBeGreaterThan(80)
  })

  test('an import against the direction, a file read in a pure folder, a value where only types may go, a circle: red', () => {
    const folder = plant({
      'src/lib/text.ts': 'export const text = 1\n',
      'src/graph/up.ts': 'export const up = 1\n',
      'src/policy/planted.ts': "import { up } from '#src/graph/up.ts'\nexport const planted = up\n",
      'src/evaluate/reads.ts': "import { readFileSync } from 'node:fs'\nexport const reads = readFileSync\n",
      'src/model/model.ts': 'export const value = 1\nexport type Model = string\n',
      'src/techniques/value.ts': "import { value } from '#src/model/model.ts'\nexport const ingested = value\n",
      'src/techniques/type.ts': "import type { Model } from '#src/model/model.ts'\nexport type Ingested = Model\n",
      'src/report/a.ts': "import { b } from './b.ts'\nexport const a = (): unknown => b\n",
      'src/report/b.ts': "import { a } from './a.ts'\nexport const b = (): unknown => a\n",
      'src/elsewhere/stray.ts': "import { text } from '#src/lib/text.ts'\nexport const stray = text\n",
      'queries/lost.ts': "export { nothing } from './nothing.ts'\n",
    })
    const { modules, violations } = checkImports(folder)
    expect(modules).toBeGreaterThanOrEqual(10)
    expect(violations.sort()).toEqual([
      'every-folder-is-in-the-table: src/elsewhere/stray.ts -> src/lib/text.ts',
      'no-circles: src/report/a.ts -> src/report/b.ts',
      'nothing-unresolved: queries/lost.ts -> ./nothing.ts',
      'policy-imports-only-what-the-table-allows: src/policy/planted.ts -> src/graph/up.ts',
      'pure-folders-touch-no-machine: src/evaluate/reads.ts -> fs',
      'techniques-imports-only-types-of-model: src/techniques/value.ts -> src/model/model.ts',
    ])
  })
})

test('clock and chance are refused in pure folders, and only there', () => {
  const folder = plant({
    'src/policy/time.ts': 'export const now = () => Date.now()\n',
    'src/evaluate/date.ts': 'export const now = () => new Date()\n',
    'src/graph/chance.ts': 'export const chance = () => Math.random()\n',
    'queries/clock.ts': 'export const now = () => performance.now()\n',
    'src/policy/parsed.ts': 'export const then = (text: string) => new Date(text)\n',
    'src/cli/time.ts': 'export const now = () => Date.now()\n',
  })
  for (const name of ['biome.json', 'scripts/no-clock-no-chance.grit']) cpSync(join(root, name), join(folder, name))
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'lint', '--reporter=json', 'src', 'queries'],
    { cwd: folder, encoding: 'utf8' },
  )
  const { diagnostics } = JSON.parse(stdout)
  const refused = diagnostics.filter(({ category }: { category: string }) => category === 'plugin')
  expect(refused.map(({ location }: { location: { path: string } }) => location.path).sort()).toEqual([
    'queries/clock.ts',
    'src/evaluate/date.ts',
    'src/graph/chance.ts',
    'src/policy/time.ts',
  ])
})

test('licences: copyleft is refused, an unknown one too; what ships is held to the shorter list', () => {
  expect(
    forbiddenLicences({
      '': { license: 'Apache-2.0' },
      'node_modules/fine': { license: '(MIT OR GPL-3.0)' },
      'node_modules/tool': { license: '0BSD', dev: true },
      'node_modules/both': { license: 'MIT AND AGPL-3.0', dev: true },
      'node_modules/silent': { dev: true },
      'node_modules/a/node_modules/shipped': { license: 'BlueOak-1.0.0' },
      'node_modules/lightningcss': { license: 'MPL-2.0' },
    }),
  ).toEqual([
    'both: MIT AND AGPL-3.0',
    'silent: no licence stated',
    'shipped: BlueOak-1.0.0, and it ships',
    'lightningcss: MPL-2.0, and it ships',
  ])
})

test('lock file: an address is refused', () => {
  const packages = {
    '': {},
    'node_modules/free': { version: '1.0.0' },
    'node_modules/tied': { resolved: 'https://example.com/tied.tgz' },
  }
  expect(tiedPackages(packages)).toEqual(['node_modules/tied'])
})
