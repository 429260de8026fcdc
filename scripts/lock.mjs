/** `npm run lock`: addresses in the lock file would tie every clone to the registry of whoever wrote it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './run.mjs'

/** The packages of a lock file (its `packages` object) that name where they came from. */
export const tiedPackages = (packages) => Object.keys(packages).filter((path) => packages[path].resolved !== undefined)

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const tied = tiedPackages(packages)
  for (const path of tied) process.stderr.write(`error: package-lock.json: ${path} has a \`resolved\` address\n`)
  process.stdout.write(`lock file: ${Object.keys(packages).length - 1} packages, ${tied.length} with an address\n`)
  process.exitCode = tied.length > 0 ? 1 : 0
}
