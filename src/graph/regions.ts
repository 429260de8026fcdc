import type { Account } from '#src/model/model.ts'

/** The most regions that are tried for something new. */
const most = 6

/** Regions in which an account has something, and the one that every account has: where new things are tried. */
export function regionsOf(account: Account | undefined): readonly string[] {
  const regions = new Set<string>()
  for (const { region } of [...(account?.compute ?? []), ...(account?.resources ?? [])]) {
    if (region !== undefined) regions.add(region)
  }
  return [...new Set([...[...regions].sort().slice(0, most - 1), 'us-east-1'])]
}
