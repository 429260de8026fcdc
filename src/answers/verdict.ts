import type { Verdict } from '#src/graph/graph.ts'

/** From the best to the worst for whoever attacks (design: a path is as good as its weakest hop). */
const order: readonly Verdict[] = ['certain', 'conditional', 'unknown', 'no']

/** Smaller is better for the attacker: 0 `certain`, 1 `conditional`, 2 `unknown`, 3 `no`. */
export const rankOf = (verdict: Verdict): number => order.indexOf(verdict)

export const verdictOfRank = (rank: number): Verdict => order[rank] ?? 'no'
