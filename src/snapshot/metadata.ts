import { InputError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Collected, CoverageGap } from './coverage.ts'
import { schemaVersion } from './layout.ts'
import type { Recorded } from './recorded.ts'

/** `metadata.json`: what was collected, when. */
export interface Metadata {
  /** ISO 8601. */
  readonly capturedAt: string | undefined
  readonly organizationId: string | undefined
  readonly managementAccountId: string | undefined
  readonly partition: string | undefined
  /** Undefined: the file does not say what was asked for. */
  readonly collected: Collected | undefined
}

/** Throws an `InputError` for a schema version that this program does not know. */
export function readMetadata(recorded: Recorded, path: string): Metadata {
  const version = recorded.get('schemaVersion')
  if (version.exists && String(version.raw) !== schemaVersion) {
    throw new InputError(`expected schema version ${schemaVersion}, got ${quote(String(version.raw))}`, {
      where: [path, 'schemaVersion'],
      help: 'use a newer trustwalk for this snapshot',
    })
  }
  const capturedAt = recorded.get('capturedAt').text()
  if (capturedAt !== undefined && Number.isNaN(Date.parse(capturedAt))) {
    recorded.get('capturedAt').complain('a date as ISO 8601 writes it')
  }
  return {
    capturedAt: capturedAt !== undefined && Number.isNaN(Date.parse(capturedAt)) ? undefined : capturedAt,
    organizationId: recorded.get('organizationId').text(),
    managementAccountId: recorded.get('managementAccountId').text(),
    partition: recorded.get('partition').text(),
    collected: recorded.has('collected') ? collectedIn(recorded.get('collected')) : undefined,
  }
}

function collectedIn(recorded: Recorded): Collected {
  const texts = (list: Recorded) => new Set(list.items().flatMap((item) => item.text() ?? []))
  const operations = new Map<string, ReadonlySet<string>>()
  for (const scope of ['organization', 'global', 'regional']) {
    for (const [service, list] of recorded.get(scope).entries()) operations.set(service, texts(list))
  }
  return { regions: texts(recorded.get('regions')), operations }
}

/** `errors.json`: the calls that failed, of one account or (undefined) of the organization. */
export function readErrors(recorded: Recorded, account: string | undefined): CoverageGap[] {
  return recorded
    .get('Errors')
    .items()
    .flatMap((error) => {
      const service = error.get('service').requiredText()
      const operation = error.get('operation').requiredText()
      if (service === undefined || operation === undefined) return []
      const resource = error.get('resource').text()
      const message = error.get('message').text()
      return [
        {
          account,
          region: error.get('region').text(),
          service,
          operation,
          ...(resource !== undefined && { resource }),
          code: error.get('code').text() ?? 'Unknown',
          ...(message !== undefined && { message }),
        },
      ]
    })
}
