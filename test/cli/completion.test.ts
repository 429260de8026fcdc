import { execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { runCli } from './support.ts'

test.each(['bash', 'zsh', 'fish'])(
  '%s completes verbs, options and values, and its shell can read it',
  async (shell) => {
    const { exitCode, stdout } = await runCli(['completion', shell])
    expect(exitCode).toBe(0)
    for (const word of ['evaluate', 'format', 'json', 'zsh']) expect(stdout).toContain(word)
    const isThere = spawnSync(shell, ['-c', 'true']).status === 0
    if (isThere) execFileSync(shell, ['-n'], { input: stdout })
  },
)

test('bash answers', async () => {
  const { stdout } = await runCli(['completion', 'bash'])
  const ask = (...words: string[]) =>
    execFileSync('bash', {
      input: `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})\nCOMP_CWORD=${words.length - 1}\n_trustwalk\nprintf '%s\\n' "\${COMPREPLY[@]}"\n`,
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
  expect(ask('trustwalk', 'evalu')).toEqual(['evaluate'])
  expect(ask('trustwalk', 'evaluate', '--form')).toEqual(['--format'])
  expect(ask('trustwalk', 'evaluate', '--format', '')).toEqual(['text', 'json'])
  expect(ask('trustwalk', 'completion', 'f')).toEqual(['fish'])
})
