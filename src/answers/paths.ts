import type { Verdict } from '#src/graph/graph.ts'
import type { AnswerHead } from './answer.ts'
import type { ConditionJson, FormulaJson } from './condition.ts'
import type { BlockJson, EvidenceJson } from './evidence.ts'

/** `paths`: for every pair of ends its verdict, its shortest paths with their proof, or what stops the nearest hop. */
export interface PathsAnswer extends AnswerHead {
  readonly shape: 'paths'
  readonly results: readonly PathResult[]
}

export interface PathResult {
  readonly from: string
  readonly to: string
  /** Best of all paths of the pair, the ones not shown included. */
  readonly verdict: Verdict
  /** First the shortest, then the shortest of the best verdict, then more. */
  readonly paths: readonly PathJson[]
  /** Whether there are more paths than those listed. */
  readonly hasMore: boolean
  /** Only where the verdict is `no` and a hop that looks open was stopped. */
  readonly blockedBy?: readonly BlockJson[]
  /** What was not collected and could turn the answer into yes; only where the verdict is `unknown`. */
  readonly missing?: readonly string[]
}

export interface PathJson {
  /** Fingerprint: the same path has the same id in every snapshot. */
  readonly id: string
  readonly verdict: Verdict
  readonly hops: readonly HopJson[]
}

/** One proved step. */
export interface HopJson {
  readonly from: string
  readonly to: string
  /** The technique that needs nothing further to happen. */
  readonly technique: string
  readonly alsoTechniques: readonly string[]
  /** Main API call. */
  readonly via: string
  /** Compute or resource inside the hop. */
  readonly resource?: string
  readonly verdict: Verdict
  /** What must hold besides; an empty `all` where nothing. */
  readonly residual: FormulaJson
  /** The atoms of the residual. */
  readonly conditions: readonly ConditionJson[]
  /** Values that the requester chooses so that the hop works, such as a role session name. */
  readonly choices?: Readonly<Record<string, string>>
  readonly evidence: readonly EvidenceJson[]
}
