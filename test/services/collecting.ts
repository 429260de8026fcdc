import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type CollectOptions, usualRoles } from '#ingest/collect.ts'
import { externalId, region } from './plant.ts'

/**
 * What the SDK is told by the environment, as a person would: the endpoint, the region, keys. S3 Control puts the account before the host's name, which
 * an address cannot have: it gets a name whose parts all mean this machine.
 */
export const environmentOf = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ENDPOINT_URL_S3_CONTROL: endpoint.replace('127.0.0.1', 'localhost'),
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
})

/** For the rest of this test file's process. */
export async function useEnvironment(endpoint: string): Promise<void> {
  Object.assign(process.env, environmentOf(endpoint))
  await import('./local-names.mjs')
}

export const optionsFor = (workspace: string, more: Partial<CollectOptions> = {}): CollectOptions => ({
  workspace,
  roleNames: usualRoles,
  externalId,
  parallel: 16,
  accountsAtOnce: 8,
  timeout: 10_000,
  userAgent: 'trustwalk/test',
  lastAccessed: false,
  regions: [region],
  now: () => Date.parse('2026-01-15T00:00:00Z'),
  ...more,
})

/** A workspace that is removed after the test. */
export function temporaryWorkspace(): string {
  const directory = mkdtempSync(join(tmpdir(), 'trustwalk-collect-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
