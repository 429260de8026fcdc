import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { runCli, scratchDirectory } from '../cli/support.ts'
import { wordsOf } from './words.ts'

/**
 * Each file is what a person sees who types the commands in it: lines that begin with `$ ` are run, what follows is the
 * output, stderr before stdout, and the exit code where it is not 0. `npx vitest run test/transcripts -u` writes them anew.
 */
const directory = import.meta.dirname
const files = readdirSync(directory).filter((name) => name.endsWith('.txt'))
const home = { TRUSTWALK_HOME: scratchDirectory() }

beforeAll(async () => {
  expect((await runCli(['import', 'examples/acme'], { env: home })).exitCode).toBe(0)
}, 120_000)

describe.each(files)('%s', (file) => {
  test('is what the commands print', async () => {
    const written = readFileSync(join(directory, file), 'utf8')
    const commands = written.split('\n').filter((line) => line.startsWith('$ '))
    expect(commands).not.toEqual([])
    let transcript = ''
    for (const command of commands) {
      const { exitCode, stdout, stderr } = await runCli(wordsOf(command.slice(2)).slice(1), { env: home, columns: 100 })
      const code = exitCode === 0 ? '' : `(exit code ${exitCode})\n`
      transcript += `${transcript === '' ? '' : '\n'}${command}\n${stderr}${stdout}${code}`
    }
    await expect(transcript).toMatchFileSnapshot(file)
  }, 120_000)
})

test('every verb has a transcript', async () => {
  const { stdout } = await runCli(['--help'])
  const verbs = [...stdout.split('Verbs:')[1]!.matchAll(/^ {2}([a-z-]+)/gm)].map(([, verb]) => `${verb}.txt`)
  expect(files).toEqual(expect.arrayContaining(verbs))
})
