import { InputError } from '#src/lib/errors.ts'
import { FactBins } from '#src/model/fact-bins.ts'
import type { Fact } from '#src/model/facts.ts'
import type { Gap } from '#src/model/model.ts'
import { type Collected, Coverage } from '#src/snapshot/coverage.ts'
import type { AccountFiles, ServiceFile, SnapshotFile } from '#src/snapshot/layout.ts'
import { ChangedSnapshotError } from '#src/snapshot/manifest.ts'
import { readErrors } from '#src/snapshot/metadata.ts'
import { Recorded, type Report, shown } from '#src/snapshot/recorded.ts'
import { isDetails, type Page, readDetails } from './gaad.ts'
import type { Service } from './service.ts'
import { services } from './services/index.ts'

/** What reading one account's folder gave. */
export interface ReadAccount {
  readonly facts: FactBins
  /** Whether authorization details are there and could be read. */
  readonly isCollected: boolean
  readonly detailsPath: string
}

export type ReadFile = (file: SnapshotFile) => unknown

/** Turns the files of an account into facts. A file that cannot be read becomes a line of the ledger; the others still count. */
export function readAccount(
  files: AccountFiles,
  partition: string,
  collected: Collected | undefined,
  read: ReadFile,
): ReadAccount {
  const facts = new FactBins()
  const report = (gap: Omit<Gap, 'account'>) => facts.add({ kind: 'gap', gap: { account: files.id, ...gap } }, '')
  const unreadable = (service: string, region: string | undefined, operation: string, message: string) =>
    report({ region, service, operation, code: 'Unreadable', message })

  for (const { path, reason } of files.skipped) unreadable('snapshot', undefined, '*', `${path}: ${reason}`)

  const pages: Page[] = []
  let isCollected = files.details.length > 0
  for (const file of files.details) {
    try {
      const document = read(file)
      if (!isDetails(document)) {
        throw new InputError(`expected authorization details, got ${shown(document)}`, { where: file.path })
      }
      pages.push({ path: file.path, document })
    } catch (error) {
      isCollected = false
      unreadable('iam', undefined, detailsOperation, messageOf(error))
    }
  }
  const broken = (path: string, place: string, reason: string) => {
    // Without one of its lists nothing can be said of an account's identities.
    if (/^\w+$/.test(place)) isCollected = false
    unreadable('iam', undefined, detailsOperation, `${path}: ${place}: ${reason}`)
  }
  readDetails(pages, files.id, broken, (fact) => facts.add(fact, ''))

  const errors = readErrorsOf(files, read, (message) => unreadable('snapshot', undefined, 'errors.json', message))
  for (const error of errors) facts.add({ kind: 'gap', gap: error }, '')
  const refusal = errors.find(({ operation }) => operation === detailsOperation)
  // Refused and there counts as there; pages that an import could not read are missing all the same.
  if (refusal?.code === 'Unreadable') isCollected = false
  if (files.details.length === 0 && refusal === undefined) {
    report({ region: undefined, service: 'iam', operation: detailsOperation, code: 'NotCollected' })
  }
  readServices(files, facts, { partition, collected, errors, read, unreadable })
  const detailsPath = files.details[0]?.path ?? `accounts/${files.id}`
  return { facts, isCollected, detailsPath }
}

export const detailsOperation = 'GetAccountAuthorizationDetails'

interface Context {
  readonly partition: string
  readonly collected: Collected | undefined
  readonly errors: readonly Gap[]
  readonly read: ReadFile
  readonly unreadable: (service: string, region: string | undefined, operation: string, message: string) => void
}

function readServices(files: AccountFiles, facts: FactBins, context: Context): void {
  const { partition, collected, errors, unreadable } = context
  const regions = new Set(files.services.map(({ region }) => region))
  for (const service of services) {
    if (service.read === undefined) continue
    const own = files.services.filter(
      (file) => file.service === service.name && (file.region === undefined) === (service.scope === 'account'),
    )
    for (const file of own) {
      try {
        for (const fact of readService(service, file, files.id, context)) facts.add(fact, file.path)
      } catch (error) {
        unreadable(service.name, file.region, '*', messageOf(error))
      }
    }
    if (service.readsAbsence !== true) continue
    const missing = service.scope === 'account' ? [undefined] : [...regions].filter((region) => region !== undefined)
    for (const region of missing) {
      if (own.some((file) => file.region === region)) continue
      const coverage = new Coverage({ account: files.id, region, service: service.name }, errors, collected)
      const nothing = new Recorded({}, () => {})
      for (const fact of service.read(nothing, { account: files.id, region: region ?? '', partition, coverage }))
        facts.add(fact, '')
    }
  }
}

/** An answer of a wrong shape is reported once, and counts as one that is not known. */
function* readService(service: Service, file: ServiceFile, account: string, context: Context): Iterable<Fact> {
  const { region, path } = file
  const errors = [...context.errors]
  const reported = new Set<string>()
  const recorded = new Recorded(context.read(file), (place, reason) => {
    if (reported.has(place)) return
    reported.add(place)
    const operation = operationOf(place)
    const message = `${path}: ${place === '' ? '' : `${place}: `}${reason}`
    context.unreadable(service.name, region, operation, message)
    errors.push({ account, region, service: service.name, operation, code: 'Unreadable', message })
  })
  if (!recorded.isObject) return recorded.complain('an object')
  const coverage = new Coverage({ account, region, service: service.name }, errors, context.collected)
  yield* service.read?.(recorded, { account, region: region ?? '', partition: context.partition, coverage }) ?? []
}

function readErrorsOf(files: AccountFiles, read: ReadFile, unreadable: (message: string) => void): Gap[] {
  const { errors } = files
  if (errors === undefined) return []
  try {
    const report: Report = (place, reason) => unreadable(`${errors.path}: ${place}: ${reason}`)
    return readErrors(new Recorded(read(errors), report), files.id)
  } catch (error) {
    unreadable(messageOf(error))
    return []
  }
}

/** `GetKeyPolicy[`1`].Policy` → `GetKeyPolicy`. */
const operationOf = (place: string): string => /^\w+/.exec(place)?.[0] ?? '*'

/** Only what is wrong with one file is caught: a changed snapshot is refused as a whole, and anything else is a bug. */
export function messageOf(error: unknown): string {
  if (error instanceof InputError && !(error instanceof ChangedSnapshotError)) return error.message
  throw error
}
