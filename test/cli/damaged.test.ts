import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hostile } from './hostile.ts'
import { runCli, scratchDirectory } from './support.ts'

/**
 * `examples/acme` as somebody would hand it over who wants the reader misled, or whose disk is broken: the program answers
 * what it still can, says what it could not read, and shows nothing raw.
 */
const scratch = scratchDirectory()
const user = 'arn:aws:iam::265679049743:user/ana.rossi.303'
const role = 'arn:aws:iam::860559317058:role/pricing-reporter-v95a19'

const questions: readonly (readonly string[])[] = [
  ['snapshots', 'verify'],
  ['external', '--all'],
  ['paths', '--from', user, '--to', 'tag:classification=crown-jewel'],
  ['blast-radius', user, '--all'],
  ['what-can', user],
  ['who-can', 'sts:AssumeRole', role, '--transitive'],
  ['can', user, 's3:GetObject', 'arn:aws:s3:::acme-crown-jyrgpkas/x'],
  ['reach', 'person/nobody'],
]

/** A copy of acme in which every file was changed, and a workspace to import it into. */
function acmeWith(name: string, change: (json: unknown, file: string) => unknown) {
  const directory = join(scratch, name)
  cpSync('examples/acme', directory, { recursive: true })
  for (const file of readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((one) =>
    one.endsWith('.json'),
  )) {
    const path = join(directory, file)
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')), file)))
  }
  return { directory, env: { TRUSTWALK_HOME: join(scratch, `${name}-home`) } }
}

const isRaw = (text: string): boolean => /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text.replaceAll('\n', ''))

describe('names, descriptions, tags and messages that act on a terminal', () => {
  const chosenByOthers = /^(Name|UserName|DisplayName|Description|Sid|message|code|Key|Value|PolicyName|GroupName)$/
  const isReferred = /^(accounts\/\d+\/account-authorization-details|.*iam)\.json$/

  test('are shown escaped', { timeout: 120_000 }, async () => {
    const { directory, env } = acmeWith('named', (json, file) =>
      JSON.parse(JSON.stringify(json), (key, value: unknown) => {
        if (typeof value !== 'string' || !chosenByOthers.test(key)) return value
        // Names by which one record refers to another stay what they are.
        if (isReferred.test(file) && /^(UserName|GroupName)$/.test(key)) return value
        return hostile.escape + value + hostile.override
      }),
    )
    const imported = await runCli(['import', directory], { env, columns: 80 })
    expect(imported.exitCode).toBe(0)
    const all = [imported]
    for (const question of questions) {
      for (const columns of [80, undefined]) all.push(await runCli(question, { env, ...(columns && { columns }) }))
      if (question[0] !== 'snapshots') all.push(await runCli([...question, '--format', 'json'], { env }))
    }
    for (const { exitCode, stdout, stderr } of all) {
      expect([0, 2]).toContain(exitCode)
      expect(isRaw(stdout + stderr)).toBe(false)
    }
    expect(all.some(({ stdout }) => stdout.includes('\\u{1b}]0;owned'))).toBe(true)
  })
})

describe('records with anything anywhere', () => {
  const anything: readonly unknown[] = [
    null,
    7,
    '',
    'x',
    [],
    {},
    [null],
    true,
    '*',
    '__proto__',
    'a'.repeat(5_000),
    '*'.repeat(1_000),
    'arn:aws:iam::1:role/x',
    '%7B',
    '2026-99-99T00:00:00Z',
  ]

  test.each([1, 2])('no crash, and what is whole is answered: %i', { timeout: 120_000 }, async (seed) => {
    const chance = chanceFrom(seed)
    const { directory, env } = acmeWith(`damaged-${seed}`, (json, file) => {
      if (file === 'expected.json' || file === 'metadata.json') return json
      for (let times = 0; times < 3; times++) {
        const places = placesIn(json)
        const place = places[Math.floor(chance() * places.length)]
        if (place !== undefined) place.parent[place.key] = anything[Math.floor(chance() * anything.length)]
      }
      return json
    })
    const imported = await runCli(['import', directory], { env })
    expect(imported.exitCode, imported.stderr).toBe(0)
    for (const question of questions) {
      const { exitCode, stdout, stderr } = await runCli(question, { env })
      expect([0, 2], stderr).toContain(exitCode)
      expect(stdout).not.toMatch(/\bundefined\b|\bNaN\b|\[object/)
      expect(isRaw(stdout + stderr)).toBe(false)
    }
  })
})

interface Place {
  readonly parent: Record<string, unknown>
  readonly key: string
}

function placesIn(json: unknown): readonly Place[] {
  if (typeof json !== 'object' || json === null) return []
  const parent = json as Record<string, unknown>
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesIn(parent[key])])
}

/** The same numbers for the same seed. */
function chanceFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
