import type { Verdict } from '#src/graph/graph.ts'

/** From the best to the worst for whoever attacks (design: a path is as good as its weakest hop). */
const order: readonly Verdict[] = ['certain', 'conditional', 'unknown', 'no']

/** Smaller is better for the attacker: 0 `certain`, 1 `conditional`, 2 `unknown`, 3 `no`. */
export const rankOf = (verdict: Verdict): number => order.indexOf(verdict)

export const verdictOfRank = (rank: number): Verdict => order[rank] ?? 'no'

/** The verdict of several ways to the same: that of the best; `no` where there is none. */
export function best(verdicts: Iterable<Verdict>): Verdict {
  let rank = 3
  for (const verdict of verdicts) rank = Math.min(rank, rankOf(verdict))
  return verdictOfRank(rank)
}
