import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { hostile, hostileDetails } from './hostile.ts'
import { runCli, scratchDirectory } from './support.ts'

const home = scratchDirectory()
const env = { TRUSTWALK_HOME: home }

beforeAll(async () => {
  const file = join(home, 'details.json')
  writeFileSync(file, JSON.stringify(hostileDetails()))
  expect((await runCli(['import', file], { env })).exitCode).toBe(0)
}, 120_000)

const user = `arn:aws:iam::111122223333:user/${hostile.prototype}`

const questions: readonly (readonly string[])[] = [
  ['snapshots'],
  ['snapshots', 'verify'],
  ['paths', '--from', user, '--to', 'admin', '--max', '9'],
  ['paths', '--from', 'account:111122223333', '--to', 'admin', '--all'],
  ['blast-radius', user, '--all'],
  ['blast-radius', `arn:aws:iam::111122223333:user/${hostile.shell}`],
  ['reach', user, '--all'],
  ['external'],
  ['who-can', 'iam:CreateUser', '*', '--all'],
  ['who-can', 'iam:CreateUser', '*', '--transitive', '--all'],
  ['can', user, 'sts:AssumeRole', `arn:aws:iam::111122223333:role/${hostile.escape}`],
  ['can', `arn:aws:iam::111122223333:role/${hostile.override}`, 'iam:CreateUser', '*'],
  ['reach', `user/${hostile.escape}x`],
  ['paths', '--from', hostile.lines, '--to', hostile.override],
]

describe.each([
  ['text', 80],
  ['text', undefined],
  ['json', undefined],
])('as %s, in %s columns', (format, columns) => {
  test.each(questions)('%s %s %s %s', async (...question) => {
    const words = question.filter((word) => word !== undefined)
    const { stdout, stderr, exitCode } = await runCli([...words, '--format', format], {
      env,
      ...(columns !== undefined && { columns }),
    })
    expect([0, 2]).toContain(exitCode)
    expect(stdout + stderr).not.toBe('')
    expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(stdout + stderr).not.toMatch(/^error: all is well/m)
    if (format === 'json' && exitCode === 0) expect(() => JSON.parse(stdout) as unknown).not.toThrow()
  })
})

test('names are data, also `__proto__`', async () => {
  const { stdout } = await runCli(['reach', user, '--format', 'json'], { env })
  const { principals } = JSON.parse(stdout) as { readonly principals: readonly { readonly arn: string }[] }
  expect(principals.map(({ arn }) => arn)).toContain(`arn:aws:iam::111122223333:role/${hostile.prototype}`)
})

test('no command that is shown does more than it says when it is pasted', async () => {
  const subject = `arn:aws:iam::111122223333:user/${hostile.shell}`
  for (const question of [
    ['blast-radius', subject],
    ['reach', subject],
    ['paths', '--from', subject, '--to', 'admin'],
  ]) {
    const { stdout } = await runCli(question, { env })
    const commands = stdout.split('\n').filter((line) => /^ +(aws|trustwalk) /.test(line) || line.includes('--have'))
    for (const command of commands) {
      // Everything in single quotes taken away, nothing of the name is left.
      const bare = command
        .replace('$(date -u +%Y-%m-%dT%H:%M:%SZ)', '')
        .replace(/'[^']*'|\\'/g, '')
        .replace(/ # .*/, '')
      expect(bare).not.toMatch(/\$\(touch|`|;/)
    }
  }
})
