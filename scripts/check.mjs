/** `npm run check`: every gate, all of them even when one fails, and at the end which are red. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, runPackage } from './run.mjs'

const gates = [
  ['lint and format', () => runPackage('@biomejs/biome/bin/biome', ['check', '--error-on-warnings'])],
  ['types', () => runPackage('typescript/bin/tsc', ['-p', 'tsconfig.json', '--noEmit'])],
  ['imports between folders', () => runNode('scripts/imports.mjs', [])],
  ['unused code and dependencies', () => runPackage('knip/bin/knip.js', [])],
  ['licences', () => runNode('scripts/licences.mjs', [])],
  ['lock file', lockFileNamesNoHost],
  ['build', () => runNode('scripts/build.mjs', [])],
  ['package', () => runPackage('publint/src/cli.js', ['--strict'])],
  [
    'types of the package',
    () => runPackage('@arethetypeswrong/cli/dist/index.js', ['--pack', '.', '--profile', 'esm-only']),
  ],
]

const red = []
for (const [name, run] of gates) {
  const start = performance.now()
  process.stdout.write(`\n── ${name}\n`)
  if (run() !== 0) red.push(name)
  process.stdout.write(`   ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}
process.stdout.write(
  red.length === 0
    ? `\nall ${gates.length} gates are green\n`
    : `\nred: ${red.join(', ')} (of ${gates.length} gates)\n`,
)
process.exitCode = red.length === 0 ? 0 : 1

/** Addresses in the lock file would tie a clone to the registry of whoever wrote it. */
function lockFileNamesNoHost() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const tied = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)
  for (const [path] of tied) process.stderr.write(`error: package-lock.json: ${path} has a \`resolved\` address\n`)
  return tied.length === 0 ? 0 : 1
}
