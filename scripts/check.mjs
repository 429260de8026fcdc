/** `npm run check`: every gate, all of them even when one fails, and at the end which are red. */
import { runScript } from './run.mjs'

/** Scripts of package.json, and what each is for. */
const gates = {
  lint: 'lint and format',
  typecheck: 'types',
  imports: 'imports between folders',
  unused: 'unused code and dependencies',
  licences: 'licences',
  lock: 'lock file',
  build: 'build',
  package: 'the package as others install it',
}

const red = []
for (const [script, purpose] of Object.entries(gates)) {
  const start = performance.now()
  process.stdout.write(`\n── ${purpose} (npm run ${script})\n`)
  if (runScript(script) !== 0) red.push(script)
  process.stdout.write(`   ${((performance.now() - start) / 1000).toFixed(1)} s\n`)
}
const total = Object.keys(gates).length
process.stdout.write(red.length === 0 ? `\nall ${total} gates are green\n` : `\nred: ${red.join(', ')} (of ${total})\n`)
process.exitCode = red.length === 0 ? 0 : 1
