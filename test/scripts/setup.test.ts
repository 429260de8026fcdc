import { spawnSync } from 'node:child_process'
import { cpSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'
import { temporaryDirectory, writeFiles } from '../support/snapshots.ts'

/** Stands for npm: says what it was asked for, and fails where it is told to. */
const npm =
  "process.stderr.write(`npm ${process.argv.slice(2).join(' ')}\\n`); process.exit(Number(process.env.NPM_FAILS ?? 0))"

function setUp(files: Readonly<Record<string, unknown>>, env: Readonly<Record<string, string>> = {}) {
  const folder = writeFiles(temporaryDirectory(), {
    'package.json': { engines: { node: '>=20.19' } },
    'package-lock.json': {},
    'npm.cjs': npm,
    ...files,
  })
  cpSync(join(root, 'scripts/setup.mjs'), join(folder, 'scripts/setup.mjs'))
  utimesSync(join(folder, 'package-lock.json'), 1000, 1000)
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts/setup.mjs')], {
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: join(folder, 'npm.cjs'), ...env },
  })
  expect(stdout).toBe('')
  return { status, stderr }
}

test('says which Node is missing and how to get it', () => {
  const { status, stderr } = setUp({ 'package.json': { engines: { node: '>=99.1' } } })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: this needs Node 99\.1 or newer, and this is Node \d+\.\d+\.\d+\n {2}help: install/)
})

test('installs what is missing, and says so', () => {
  expect(setUp({})).toEqual({
    status: 0,
    stderr: 'set-up: packages are missing: npm ci\nnpm ci --no-audit --no-fund\n',
  })
})

test('does nothing where all is there', () => {
  expect(setUp({ 'node_modules/.package-lock.json': {} })).toEqual({ status: 0, stderr: '' })
})

test('says how to go on where the packages cannot be installed', () => {
  const { status, stderr } = setUp({}, { NPM_FAILS: '1' })
  expect(status).toBe(1)
  expect(stderr).toMatch(/error: the packages could not be installed \(npm ci, above\)\n {2}help: /)
})

/** What `npm test` says of these test files. */
function runTests(files: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const folder = temporaryDirectory()
  for (const script of ['run.mjs', 'test.mjs']) cpSync(join(root, 'scripts', script), join(folder, 'scripts', script))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFiles(folder, files)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const { status, stdout } = spawnSync(process.execPath, [join(folder, 'scripts/test.mjs'), 'test'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...env },
  })
  return { isGreen: status === 0, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

const imports = "import { expect, test } from 'vitest'\n"
const passing = `${imports}test('one', () => expect(1).toBe(1))\n`

test.each([
  ['passing', { 'test/a.test.ts': passing }, {}, true, '1 passed, 0 failed'],
  [
    'failing',
    { 'test/a.test.ts': `${passing}test('two', () => expect(1).toBe(2))\n` },
    {},
    false,
    '1 passed, 1 failed',
  ],
  [
    'that cannot be loaded',
    { 'test/a.test.ts': passing, 'test/b.test.ts': 'import "./none.ts"' },
    {},
    false,
    '1 passed, 1 failed',
  ],
  [
    'skipped',
    { 'test/a.test.ts': `${passing}test.runIf(false)('two', () => {})\n` },
    {},
    true,
    '1 passed, 0 failed, 1 skipped',
  ],
  [
    'skipped in CI',
    { 'test/a.test.ts': `${passing}test.runIf(false)('two', () => {})\n` },
    { CI: 'true' },
    false,
    '1 passed, 0 failed, 1 skipped',
  ],
  ['that are none', {}, {}, false, '0 passed, 0 failed'],
] as const)('tests %s: the last line counts them', (_, files, env, isGreen, lastLine) => {
  expect(runTests(files, env)).toEqual({ isGreen, lastLine })
})
