import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { accessTables } from '#src/techniques/access.ts'
import { arnTemplates } from '#src/techniques/binding/arn-templates.ts'
import { binderOf, techniqueById, techniques } from '#src/techniques/index.ts'

interface Entry {
  readonly id: string
  readonly category: string
  readonly status: string
  readonly requires: readonly { readonly action: string; readonly oneOf?: string }[]
}

/** What the public catalogue says of the categories self-escalation, principal-access and new-passrole. */
const catalogue = JSON.parse(readFileSync(new URL('catalogue.json', import.meta.url), 'utf8')) as readonly Entry[]

/** Actions by group: those with one label are alternatives, a group of one is needed. */
function groupsOf(requires: Entry['requires']): readonly string[] {
  const groups = new Map<string, Set<string>>()
  for (const { action, oneOf } of requires) {
    const key = oneOf ?? action
    groups.set(key, (groups.get(key) ?? new Set()).add(action))
  }
  return [...new Set([...groups.values()].map((actions) => [...actions].sort().join(' or ')))].sort()
}

test.each(catalogue)('$id asks for the actions of the catalogue', ({ id, category, status, requires }) => {
  const technique = techniqueById(id)
  expect(technique).toMatchObject({ category, status })
  expect(groupsOf(technique!.requires)).toEqual(groupsOf(requires))
})

test('ids are unique', () => {
  expect(new Set(techniques.map(({ id }) => id)).size).toBe(techniques.length)
})

test.each(techniques)('$id names a binder that exists', (technique) => {
  expect(binderOf(technique)).toBeTypeOf('object')
})

test('a binder that does not exist is a mistake', () => {
  expect(() => binderOf({ ...techniques[0]!, binder: 'missing' })).toThrow(/names the binder missing/)
})

test.each(techniques.filter(({ status }) => status === 'uncertain'))('$id says why it is uncertain', ({ doubt }) => {
  expect(doubt).toMatch(/\S/)
})

test.each(techniques.filter(({ status }) => status === 'dead'))('$id is dead and has no binder', ({ binder }) => {
  expect(binder).toBe('none')
})

/** What is good for one service, or for the same identity only, leads nobody to another. */
test.each(techniques.filter(({ grants }) => /^(service-scoped|session-of-self|persist|impair|none)$/.test(grants)))(
  '$id makes nobody somebody else',
  ({ binder }) => {
    expect(binder).toBe('none')
  },
)

test.each(techniques)('$id names what every action is decided on', ({ requires, via }) => {
  const actions = requires.map(({ action }) => action)
  if (actions.length > 0) for (const action of via.split('+')) expect(actions).toContain(action)
  for (const { on } of requires) if (on.includes(':')) expect(arnTemplates[on], on).toMatch(/^arn:\{partition\}:/)
})

test.each(
  Object.entries(accessTables).flatMap(([type, { actions }]) => actions.map((access) => ({ type, ...access }))),
)('$action on $type is a technique of the catalogue', ({ technique }) => {
  expect(techniqueById(technique)).toBeDefined()
})
