/**
 * `npm test`: every test once, with the coverage floors of vitest.config.ts, and a last line that any CI can read.
 * With arguments (`npm test -- test/policy`) only what they name, without coverage.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runPackage } from './run.mjs'

const only = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'trustwalk-test-'))
const report = join(folder, 'results.json')
const status = runPackage('vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${report}`,
  ...(only.length === 0 ? ['--coverage'] : []),
  ...only,
])
const { passed, failed, skipped } = counts(report)
rmSync(folder, { recursive: true, force: true })

const skipsFail = skipped > 0 && process.env.CI === 'true'
if (skipsFail) process.stderr.write('error: tests were skipped, and in CI none may be\n')
if (passed + failed === 0) process.stderr.write('error: no test ran\n')
process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = status !== 0 ? status : failed > 0 || skipsFail || passed === 0 ? 1 : 0

/** A file that could not even be loaded has no test of its own: it counts as one that failed. */
function counts(file) {
  let results
  try {
    results = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
  const unloadable = results.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.length === 0,
  ).length
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + unloadable,
    skipped: results.numPendingTests + results.numTodoTests,
  }
}
