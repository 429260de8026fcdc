import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/run.mjs'

/** Folders in which every file must be named in the index: what the index misses would silently not exist. */
test.each([
  ['ingest/services'],
  ['src/techniques'],
  ['src/techniques/binders'],
  ['queries'],
  ['src/report'],
  ['src/cli/commands'],
])('%s/index.ts names every file of its folder', (folder) => {
  const index = readFileSync(join(root, folder, 'index.ts'), 'utf8')
  const named = new Set([...index.matchAll(/from '\.\/([^']+)'/g)].map(([, file]) => file))
  const files = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  expect(files.length).toBeGreaterThan(0)
  expect(files.filter((file) => !named.has(file))).toEqual([])
})
