/**
 * The coverage ledger: what a snapshot does not know, and why. Missing is not empty: an answer that is not there was
 * empty only if the call was asked for and no error speaks of it.
 */

/** One call that failed or was not made, or a file that could not be read. */
export interface CoverageGap {
  readonly account: string | undefined
  readonly region: string | undefined
  readonly service: string
  readonly operation: string
  /** The argument, if only one call failed. */
  readonly resource?: string
  /** Error code of AWS, `NotCollected`, or `Unreadable`. */
  readonly code: string
  readonly message?: string
}

/** Operations that a collector asked for, as `metadata.json` lists them. */
export interface Collected {
  readonly regions: ReadonlySet<string>
  /** Operations by service; services of all three scopes together, since no name is used in two. */
  readonly operations: ReadonlyMap<string, ReadonlySet<string>>
}

/** What is known of the calls of one service in one account and region. */
export class Coverage {
  private readonly place: Pick<CoverageGap, 'account' | 'region' | 'service'>
  private readonly errors: readonly CoverageGap[]
  private readonly collected: Collected | undefined

  constructor(
    place: Pick<CoverageGap, 'account' | 'region' | 'service'>,
    errors: readonly CoverageGap[],
    collected: Collected | undefined,
  ) {
    this.place = place
    this.errors = errors
    this.collected = collected
  }

  /** Why nothing is known of a call that has no answer in the snapshot; undefined when the answer was empty. */
  gap(operation: string, resource?: string): CoverageGap | undefined {
    const { account, region, service } = this.place
    for (const error of this.errors) {
      if (error.service !== service || error.operation !== operation || error.region !== region) continue
      if (error.resource === undefined || error.resource === resource) return error
    }
    const wasAsked =
      this.collected?.operations.get(service)?.has(operation) === true &&
      (region === undefined || this.collected.regions.has(region))
    if (wasAsked) return undefined
    return { account, region, service, operation, ...(resource !== undefined && { resource }), code: 'NotCollected' }
  }
}
