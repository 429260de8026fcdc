import { spawnSync } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'
import { temporaryDirectory } from '../support/snapshots.ts'

/** A copy of the script, where nothing is installed, without a Python to be found. */
function run(...args: readonly string[]) {
  const folder = temporaryDirectory()
  for (const path of ['scripts/services.mjs', 'scripts/run.mjs', 'tools/moto-requirements.txt']) {
    cpSync(join(root, path), join(folder, path))
  }
  const env = { PATH: folder, PYTHON: join(folder, 'no-python') }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'scripts/services.mjs'), ...args], {
    encoding: 'utf8',
    env,
  })
  return { status, stdout, stderr }
}

test('without Python, it is said what to get and how', () => {
  const { status, stderr } = run()
  expect(status).toBe(1)
  expect(stderr).toMatch(/^error: the AWS emulator of the tests needs Python 3\.10 or newer\n {2}help: install Python/)
})

test('doctor says the same, and is no failure', () => {
  const { status, stdout } = run('doctor')
  expect(status).toBe(0)
  expect(stdout).toContain('needs Python 3.10')
})
