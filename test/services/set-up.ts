import type { TestProject } from 'vitest/node'
import { installEmulator, missingForEmulator } from '../../scripts/services.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether the AWS emulator can be started; if not, the tests that need it are skipped, and in CI that fails. */
    hasEmulator: boolean
  }
}

/** Installs the AWS emulator, if it is not there, before any test file wants one. */
export default function setUp(project: TestProject): void {
  const missing = missingForEmulator()
  if (missing !== undefined && process.env.CI === 'true') throw new Error(missing)
  if (missing !== undefined) process.stderr.write(`skipped: ${missing}\n`)
  else installEmulator((text) => process.stderr.write(`set-up: ${text}\n`))
  project.provide('hasEmulator', missing === undefined)
}
