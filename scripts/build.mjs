/** `npm run build`: dist/ from the sources, with the program that package.json's `bin` names ready to run. */
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, runPackage } from './run.mjs'

const program = join(root, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).bin.trustwalk)
const sources = ['src', 'ingest', 'queries', 'package.json', 'tsconfig.json', 'tsconfig.build.json']

/** Builds if there is no program or a source is newer than it. */
export function buildIfNeeded() {
  if (existsSync(program) && statSync(program).mtimeMs >= newest(sources.map((name) => join(root, name)))) return
  process.stderr.write(existsSync(program) ? 'set-up: sources changed: building\n' : 'set-up: building\n')
  build()
}

function build() {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const status = runPackage('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
  if (status !== 0) process.exit(status)
  if (!readFileSync(program, 'utf8').startsWith('#!/usr/bin/env node\n')) {
    process.stderr.write(`error: ${program}: expected a first line \`#!/usr/bin/env node\`\n`)
    process.exit(1)
  }
  chmodSync(program, 0o755)
  writeFileSync(join(root, 'dist', 'build-id'), `${digestOf(join(root, 'dist'))}\n`)
}

/** Of all that was built: a graph that other code stored is not trusted, though its version be the same. */
function digestOf(directory) {
  const hash = createHash('sha256')
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
  for (const name of files.sort()) hash.update(`${name}\n`).update(readFileSync(join(directory, name)))
  return hash.digest('hex').slice(0, 16)
}

function newest(paths) {
  let latest = 0
  for (const path of paths) {
    const status = statSync(path)
    const time = status.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : status.mtimeMs
    latest = Math.max(latest, time)
  }
  return latest
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build()
