import { afterAll, inject } from 'vitest'
import { startEmulator } from '../../scripts/services.mjs'

/** Address of an emulator that this test file has to itself; empty where there can be none. */
export async function ownEmulator(environment: Readonly<Record<string, string>> = {}): Promise<string> {
  if (!inject('hasEmulator')) return ''
  const { url, stop } = await startEmulator(environment)
  afterAll(stop)
  return url
}
