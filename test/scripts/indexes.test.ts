import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'

/** Files that hold an entry must be named in their index: what it misses would silently not exist. */
test.each([
  ['an AWS service', 'ingest/services', /: Service = \{/, 'ingest/services/index.ts'],
  ['techniques', 'src/techniques', /: readonly Technique\[\] = \[/, 'src/techniques/index.ts'],
  ['a binder', 'src/techniques/binders', /: Binder = /, 'src/techniques/binders/index.ts'],
  ['a verb', 'src/cli/commands', /export function add[A-Z]/, 'src/cli/commands/index.ts'],
  ['an output format', 'src/report', /export (const|function) render[A-Z]/, 'src/report/index.ts'],
  ['a question', 'queries', / = defineQuery\(\{/, 'src/index.ts'],
])('every file that holds %s (%s) is named in its index', (_, folder, holdsOne, index) => {
  const text = readFileSync(join(root, index), 'utf8')
  const named = new Set([...text.matchAll(/from '[^']*\/([^/']+\.ts)'/g)].map(([, file]) => file))
  const files = readdirSync(join(root, folder)).filter(
    (file) =>
      file.endsWith('.ts') && file !== 'index.ts' && holdsOne.test(readFileSync(join(root, folder, file), 'utf8')),
  )
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((file) => !named.has(file))).toEqual([])
})
