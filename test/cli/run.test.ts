import { describe, expect, test } from 'vitest'
import { runCli } from './support.ts'

describe('first contact', () => {
  test('without arguments there are five questions with the command that answers each', async () => {
    const { exitCode, stdout, stderr } = await runCli([])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('')
    expect(stdout.match(/\?$/gm)).toHaveLength(5)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  test('every verb that is shown exists', async () => {
    const { stdout } = await runCli([])
    for (const [, verb] of stdout.matchAll(/^ {2,4}trustwalk ([a-z-]+)/gm)) {
      expect((await runCli([verb!, '--help'])).exitCode).toBe(0)
    }
  })
})

describe('mistakes on the command line', () => {
  test.each([
    [['evalute'], 'error: unknown command `evalute`\n  help: did you mean evaluate?\n'],
    [['evaluate', 'x.json', '--formt', 'json'], 'error: unknown option `--formt`\n  help: did you mean --format?\n'],
    [['evaluate'], 'error: missing required argument `file`\n'],
    [['evaluate', 'x.json', '--format', 'xml'], 'Allowed choices are text, json'],
    [['completion', 'tcsh'], 'error: argument `shell` cannot be `tcsh`. Allowed choices are bash, zsh, fish\n'],
    [['paths', '--max', '0'], 'help: trustwalk paths --help shows how it is asked'],
    [['snapshots', 'prune'], 'help: trustwalk snapshots --help shows how it is asked'],
  ])('%j: exit code 2, one sentence and what to do', async (args, message) => {
    const { exitCode, stdout, stderr } = await runCli(args)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(message)
    expect(stderr).toMatch(/^error: [^\n]*[^.\n]\n {2}help: [^\n]+\n$/)
  })

  test('what was typed is not shown raw', async () => {
    const { stderr } = await runCli(['\u001b[2Jpaths'])
    expect(stderr).toContain('\\u{1b}[2Jpaths')
    expect(stderr).not.toContain('\u001b')
  })
})

test('--version prints the version of package.json', async () => {
  expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('every verb explains itself, with an example', async () => {
  const { stdout } = await runCli(['--help'])
  const verbs = [...stdout.split('Verbs:')[1]!.matchAll(/^ {2}([a-z-]+) /gm)].map(([, verb]) => verb!)
  expect(verbs.length).toBeGreaterThan(1)
  for (const verb of verbs) {
    const help = await runCli([verb, '--help'])
    expect(help.exitCode).toBe(0)
    expect(help.stdout).toMatch(/Examples?:\n {2}\S*\s*.*trustwalk/)
  }
})
