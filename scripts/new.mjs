/**
 * `npm run new -- technique lambda-007`, `npm run new -- query name`, `npm run new -- service name`: the file, the line in its
 * index, and a test that holds for what was written, to be changed until they say what you want.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { queryFiles } from './new/query.mjs'
import { serviceFiles } from './new/service.mjs'
import { techniqueFiles } from './new/technique.mjs'
import { root, runPackage } from './run.mjs'

const kinds = {
  technique: { files: techniqueFiles, names: /^[a-z0-9]+-\d{3}$/, example: 'lambda-007' },
  query: { files: queryFiles, names: /^[a-z]+(-[a-z]+)*$/, example: 'who-is-idle' },
  service: { files: serviceFiles, names: /^[a-z0-9]+(-[a-z0-9]+)*$/, example: 'dynamodb' },
}

/**
 * What would be written: path → text, for files new and changed. Throws an `Error` that says what is wrong with the request.
 * `folder` is the project's.
 */
export function planNew(folder, kind, name) {
  const plan = Object.hasOwn(kinds, kind ?? '') ? kinds[kind] : undefined
  if (plan === undefined) throw new Error(`expected technique, query or service, got \`${kind ?? 'nothing'}\``)
  if (!plan.names.test(name ?? '')) {
    throw new Error(`expected a name such as \`${plan.example}\`, got \`${name ?? 'nothing'}\``)
  }
  return plan.files(name, {
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    exists: (path) => existsSync(join(folder, path)),
    list: (path) => readdirSync(join(folder, path)),
  })
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [kind, name] = process.argv.slice(2)
  try {
    const files = planNew(root, kind, name)
    for (const [path, text] of Object.entries(files)) {
      process.stdout.write(`${existsSync(join(root, path)) ? 'changed' : 'new    '}  ${path}\n`)
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    process.exitCode = runPackage('@biomejs/biome/bin/biome', ['check', '--write', ...Object.keys(files)])
  } catch (error) {
    process.stderr.write(
      `error: ${error.message}\n  help: npm run new -- technique lambda-007 | query name | service name\n`,
    )
    process.exitCode = 2
  }
}
