import type { TestProject } from 'vitest/node'
import { missingForEmulator, startEmulator } from '../../scripts/services.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the AWS emulator; empty where it cannot run: the tests are skipped then, and in CI that fails. */
    emulator: string
  }
}

/** Starts the AWS emulator once for all test files. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const missing = missingForEmulator()
  if (missing !== undefined) {
    if (process.env.CI === 'true') throw new Error(missing)
    process.stderr.write(`skipped: ${missing}\n`)
    project.provide('emulator', '')
    return () => {}
  }
  const { url, stop } = await startEmulator()
  project.provide('emulator', url)
  return stop
}
