import { failureOf, StoppedError } from '../aws/failures.ts'
import type { Session } from '../aws/session.ts'
import type { Asked } from '../service.ts'
import { ec2 } from '../services/ec2.ts'
import { type LedgerEntry, regionOff } from './ledger.ts'

/** The regions of a partition, as one account has them. */
export interface Regions {
  readonly on: readonly string[]
  /** Those that have to be switched on, and are not. */
  readonly off: readonly string[]
  readonly error?: LedgerEntry
}

/** Asked of every account before its services; its answer is not a part of the snapshot. */
export const regions: Asked = {
  name: ec2.name,
  client: ec2.client,
  tells: 'which regions the account has switched on',
  calls: [{ operation: 'DescribeRegions', keep: 'Regions { RegionName OptInStatus }' }],
}

/** Asks which regions an account has switched on. Where that is refused, those of `otherwise` are tried. */
export async function regionsOf(
  session: Session,
  home: string,
  otherwise: Pick<Regions, 'on' | 'off'>,
): Promise<Regions> {
  try {
    const { Regions = [] } = (await session.call(regions, home, 'DescribeRegions', { AllRegions: true })) as {
      readonly Regions?: readonly { readonly RegionName?: string; readonly OptInStatus?: string }[]
    }
    const on: string[] = []
    const off: string[] = []
    for (const { RegionName: name, OptInStatus: status } of Regions) {
      if (name !== undefined) (status === 'not-opted-in' ? off : on).push(name)
    }
    return { on: on.sort(), off: off.sort() }
  } catch (error) {
    if (error instanceof StoppedError) throw error
    return { ...otherwise, error: { service: 'ec2', operation: 'DescribeRegions', ...failureOf(error) } }
  }
}

/** Nothing can be asked in a region that is off, and nothing in it can be used. */
export const offEntries = (off: readonly string[]): readonly LedgerEntry[] =>
  off.map((region) => ({
    service: '*',
    operation: '*',
    region,
    code: regionOff,
    message: 'the account has not switched this region on',
  }))
