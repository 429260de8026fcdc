import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeDetails } from './details.ts'
import { createExpected, type Expected } from './expected.ts'
import { Hierarchy, recordOrganization } from './hierarchy.ts'
import { recordMetadata } from './metadata.ts'
import { mixEncodings } from './mix-encodings.ts'
import { Plan, type Settings } from './plan.ts'
import { plantQuestions } from './questions/index.ts'

export const capturedAt = '2026-01-15T00:00:00+00:00'

/**
 * Writes a random organization below `directory` as a snapshot, and beside it `expected.json` with what any correct reader
 * must answer. One account at a time is in memory; the same settings give the same bytes.
 */
export function writeOrganization(directory: string, settings: Settings): Expected {
  const plan = new Plan(settings)
  const hierarchy = new Hierarchy(plan)
  const expected = createExpected(capturedAt, plan.organizationId, plan.management.id)
  plantQuestions({ plan, hierarchy }, expected)

  const written = { files: 0, bytes: 0 }
  const write = (name: string, content: unknown) => {
    const text = Buffer.from(JSON.stringify(content))
    const isCompressed = settings.isMixed === true && written.files % 3 === 2
    const file = join(directory, isCompressed ? `${name}.gz` : name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, isCompressed ? gzipSync(text, { level: 1 }) : text)
    written.files++
    written.bytes += text.length
  }
  write('metadata.json', recordMetadata(plan, capturedAt))
  write('organization.json', recordOrganization(plan, hierarchy))
  const counts = { users: 0, groups: 0, roles: 0, policies: 0, accessKeys: 0, buckets: 0 }
  for (const account of plan.accounts) {
    const folder = `accounts/${account.id}`
    if (account.errors.length > 0) write(`${folder}/errors.json`, { Errors: account.errors })
    if (!account.isCollected) continue
    const { details, iam, accessKeys } = writeDetails(plan, account)
    write(
      `${folder}/account-authorization-details.json`,
      settings.isMixed ? mixEncodings(details, account.index) : details,
    )
    write(`${folder}/iam.json`, iam)
    for (const [place, file] of account.recordings) write(`${folder}/${place}.json`, file)
    counts.users += details.UserDetailList!.length
    counts.groups += details.GroupDetailList!.length
    counts.roles += details.RoleDetailList!.length
    counts.policies += details.Policies!.length
    counts.accessKeys += accessKeys
    counts.buckets += bucketsOf(account.recordings.get('s3'))
  }
  expected.counts = { accounts: plan.accounts.length, ...counts, ...written }
  writeFileSync(join(directory, 'expected.json'), JSON.stringify(expected, null, 1))
  return expected
}

function bucketsOf(recording: Record<string, unknown> | undefined): number {
  const list = recording?.ListBuckets as { Buckets?: unknown[] } | undefined
  return list?.Buckets?.length ?? 0
}
