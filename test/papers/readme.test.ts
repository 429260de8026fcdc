import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'
import { runCli } from '../cli/support.ts'
import { wordsOf } from '../transcripts/words.ts'

/**
 * The session in the README is what the program prints: `console` blocks are run in order, and what follows a command is
 * its output on a terminal. `npx vitest run test/papers -u` writes it anew.
 */
const home = mkdtempSync(join(tmpdir(), 'trustwalk-readme-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Output of one command; `| head -n 3` keeps the first lines of the answer. */
async function outputOf(command: string): Promise<string> {
  const [line = '', lines] = command.split(/ \| head -n (\d+)$/)
  const { exitCode, stdout, stderr } = await runCli(wordsOf(line).slice(2), {
    env: { TRUSTWALK_HOME: home },
    directory: root,
    columns: 100,
  })
  expect(exitCode, stderr).toBe(0)
  const kept = lines === undefined ? stdout : stdout.split('\n').slice(0, Number(lines)).join('\n')
  return kept.trimEnd()
}

test('the session in the README is what the commands print', { timeout: 120_000 }, async () => {
  const parts = readFileSync(join(root, 'README.md'), 'utf8').split(/^(```console\n[^`]*```)$/m)
  for (const [index, part] of parts.entries()) {
    if (!part.startsWith('```console\n')) continue
    const commands = part.split('\n').filter((line) => line.startsWith('$ trustwalk'))
    const ran: string[] = []
    for (const command of commands) ran.push(`${command}\n${await outputOf(command)}`)
    parts[index] = `\`\`\`console\n${ran.join('\n\n')}\n\`\`\``
  }
  await expect(parts.join('')).toMatchFileSnapshot(join(root, 'README.md'))
})
