import { isMissing, notAsked } from '#ingest/collect/ledger.ts'
import {
  askedOf,
  type CollectedSnapshot,
  type CollectOptions,
  type LedgerEntry,
  type Planned,
} from '#ingest/collect.ts'
import { services } from '#ingest/services/index.ts'
import { organizations } from '#ingest/services/organizations.ts'
import type { Hint } from '#src/answers/answer.ts'
import type { Row, RowsAnswer } from '#src/answers/rows.ts'
import { count, list } from '#src/report/text/style.ts'

/** What is said of a finished collection: counts, and a row for each account and service of which something is missing. */
export function collectAnswer(collected: CollectedSnapshot): RowsAnswer & {
  readonly accounts: number
  readonly files: number
  readonly calls: number
  readonly retries: number
  readonly leftOut: number
} {
  const { id, capturedAt, organizationId, accounts, calls, retries, errors } = collected
  const all = [...errors, ...accounts.flatMap((account) => account.errors)]
  const files = accounts.reduce((sum, account) => sum + account.files, 0)
  const entries = missingIn(collected)
  const walked = `${count(accounts.length, 'account')}, ${count(files, 'file')}, ${count(calls, 'call')}`
  const headline = `snapshot ${id} is collected: ${walked}`
  return {
    shape: 'rows',
    kind: 'trustwalk.collect',
    version: 1,
    snapshot: { id, capturedAt, ...(organizationId !== undefined && { organizationId }) },
    accounts: accounts.length,
    files,
    calls,
    retries,
    leftOut: all.filter((entry) => !isMissing(entry)).length,
    entries,
    table: {
      headline: `${headline}; not all could be collected`,
      columns: [
        { key: 'account', title: 'account', as: 'text' },
        { key: 'missing', title: 'missing', as: 'text' },
        { key: 'because', title: 'because', as: 'text' },
        { key: 'unanswered', title: 'so it is not known', as: 'text' },
      ],
      empty: `${headline}; nothing is missing`,
    },
    text: { nodes: {}, techniques: {}, notes: notesOn(collected), hints: hints(entries.length) },
  }
}

interface Missing extends Row {
  readonly accounts: readonly string[]
}

/** A row for each service of an account of which something is missing; accounts that miss the same share one. */
function missingIn(collected: CollectedSnapshot): readonly Missing[] {
  const rows = new Map<string, { names: string[]; entries: readonly LedgerEntry[] }>()
  const whole = { id: '', name: 'the organization', errors: collected.errors }
  for (const { id, name, errors } of [whole, ...collected.accounts]) {
    const missing = errors.filter(isMissing)
    for (const service of new Set(missing.map((entry) => entry.service))) {
      const entries = missing.filter((entry) => entry.service === service)
      const key = JSON.stringify(entries.map(({ message, ...entry }) => entry))
      const row = rows.get(key) ?? { names: [], entries }
      row.names.push(id === '' || id === name ? name : `${name} (${id})`)
      rows.set(key, row)
    }
  }
  return [...rows.values()].map(({ names, entries }) => {
    const { service } = entries[0]!
    const operations = [...new Set(entries.map(({ operation }) => operation))]
    const regions = [...new Set(entries.flatMap(({ region }) => region ?? []))].sort()
    const codes = [...new Set(entries.map(({ code }) => code))]
    return {
      accounts: names,
      account: names.length === 1 ? names[0] : count(names.length, 'account'),
      service,
      missing: `${service} ${short(operations)}${regions.length === 0 ? '' : ` in ${short(regions)}`}`,
      // What was not asked for want of another answer says nothing of its own.
      because: codes.filter((code) => code !== notAsked).join(', '),
      unanswered: tellsOf(service),
      operations,
      regions,
      codes,
      calls: entries.length * names.length,
    }
  })
}

const short = (names: readonly string[]): string =>
  list(names.length <= 3 ? names : [...names.slice(0, 2), `${names.length - 2} more`])

function tellsOf(name: string): string {
  if (name === 'sts') return 'anything of the account'
  return [organizations, ...services].find((service) => service.name === name)?.tells ?? ''
}

function notesOn({ accounts, errors, organizationId }: CollectedSnapshot): readonly string[] {
  const skipped = accounts.filter((account) => account.files === 1 && account.errors.some((entry) => !isMissing(entry)))
  const off = errors.filter(({ code }) => code === 'RegionDisabled').length
  return [
    ...(organizationId === undefined ? ['the account is in no organization that it can read'] : []),
    ...(skipped.length === 0
      ? []
      : [`${count(skipped.length, 'account')} left out, or suspended: the ledger says which`]),
    ...(off === 0 ? [] : [`${count(off, 'region')} not switched on`]),
  ]
}

const hints = (missing: number): readonly Hint[] => [
  ...(missing === 0 ? [] : [{ text: 'what the collector has to be allowed', command: 'trustwalk collector-policy' }]),
  { text: 'what lets outsiders in', command: 'trustwalk external' },
]

/** `--dry-run`: how often which operation would be called, as far as that can be told before it is. */
export function planAnswer(planned: Planned, options: CollectOptions): RowsAnswer {
  const { organization, regions, chosen } = planned
  const entries = askedOf(planned, options)
  const accounts = organization.accounts.filter(({ id, isActive }) => isActive && chosen.has(id))
  const where = `${count(accounts.length, 'account')} in ${count(regions.on.length, 'region')}`
  return {
    shape: 'rows',
    kind: 'trustwalk.collect-plan',
    version: 1,
    entries,
    table: {
      headline: `would ask ${where}, and called nothing else yet`,
      columns: [
        { key: 'service', title: 'service', as: 'text' },
        { key: 'operations', title: 'operations', as: 'list' },
        { key: 'accounts', title: 'accounts', as: 'number' },
        { key: 'regions', title: 'regions', as: 'number' },
        { key: 'tells', title: 'tells', as: 'text', isExtra: true },
      ],
      empty: 'nothing would be called',
    },
    text: { nodes: {}, techniques: {}, notes: [], hints: [] },
  }
}
