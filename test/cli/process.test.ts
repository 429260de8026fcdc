import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** The program as a process of its own, run from the sources. */
const node = [process.execPath, '--conditions=development', '--import', 'tsx', 'src/cli/main.ts'] as const
const start = (...args: string[]) => spawnSync(node[0], [...node.slice(1), ...args], { encoding: 'utf8' })

test('answers go to stdout, errors to stderr, the exit code says which', () => {
  const help = start()
  expect(help.status).toBe(0)
  expect(help.stdout).toContain('trustwalk blast-radius')
  expect(help.stderr).toBe('')
  const mistake = start('pahts')
  expect(mistake.status).toBe(2)
  expect(mistake.stdout).toBe('')
  expect(mistake.stderr).toContain('did you mean paths?')
})

test('whoever stops reading is not told about it', () => {
  const command = `${node.map((word) => `'${word}'`).join(' ')} completion fish | head -n 1; echo "codes \${PIPESTATUS[*]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^# fish completion for trustwalk\ncodes 0 0\n$/)
})

test('a reader that is gone before the first line is no error either', async () => {
  const exitCode = await new Promise((resolve) => {
    const child = execFile(node[0], [...node.slice(1), 'completion', 'fish'])
    child.stdout!.destroy()
    child.on('exit', resolve)
  })
  expect(exitCode).toBe(0)
})

test('a pipe gets no colour', () => {
  const output = execFileSync(node[0], [...node.slice(1), 'snapshots', 'list'], {
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1' },
  })
  expect(output).not.toContain('\u001b')
})
