/** A line of `errors.json`: a call that failed or was not made, and why. */
export interface LedgerEntry {
  readonly service: string
  readonly operation: string
  /** Left out for services without one. */
  readonly region?: string
  /** The argument, if only one call failed. */
  readonly resource?: string
  readonly code: string
  readonly message?: string
}

/** Codes of the collector's own: nothing was refused. */
export const leftOut = 'NotCollected'
export const suspended = 'AccountSuspended'
export const regionOff = 'RegionDisabled'
/** A call that needs an answer which was refused. */
export const notAsked = 'NotAsked'

/** Whether something is missing that was asked for: what was left out on purpose, or is switched off, is not. */
export const isMissing = ({ code }: { readonly code: string }): boolean =>
  code !== leftOut && code !== suspended && code !== regionOff

/** In an order that does not depend on which answer came first. */
export function sorted(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const keyOf = ({ service, region = '', operation, resource = '' }: LedgerEntry) =>
    [service, region, operation, resource].join('\0')
  return entries
    .map((entry) => ({ entry, key: keyOf(entry) }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ entry }) => entry)
}
