/** `npm run imports`: the import rules of .dependency-cruiser.mjs, on the sources. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

/** The tool reports success when it finds nothing to check, so that a number of modules is asked for. */
const fewestModules = 80

/** Checks `src`, `ingest` and `queries` in a folder: how many modules there are, and each import that breaks a rule. */
export function checkImports(folder) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      join(root, '.dependency-cruiser.mjs'),
      '--output-type',
      'json',
      ...['src', 'ingest', 'queries'].filter((name) => existsSync(join(folder, name))),
    ],
    { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 },
  )
  if (!stdout.startsWith('{')) throw new Error(`dependency-cruiser gave no report: ${stderr.trim() || stdout.trim()}`)
  const { modules, summary } = JSON.parse(stdout)
  return {
    modules: modules.filter(({ source }) => /^(src|ingest|queries)\//.test(source)).length,
    violations: summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { modules, violations } = checkImports(root)
  for (const violation of violations) process.stderr.write(`error: ${violation}\n`)
  if (modules < fewestModules) process.stderr.write(`error: only ${modules} modules found, expected ${fewestModules}\n`)
  process.stdout.write(`imports: ${modules} modules, ${violations.length} imports against the table\n`)
  process.exitCode = violations.length > 0 || modules < fewestModules ? 1 : 0
}
