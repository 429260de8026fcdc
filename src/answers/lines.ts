import type { Layer } from '#src/evaluate/decision.ts'
import type { Verdict } from '#src/graph/graph.ts'
import type { AnswerHead } from './answer.ts'
import type { ConditionJson } from './condition.ts'

/** `paths --pairs` and `can --requests`: one short answer a line of the file, in the same order; in JSON, JSON lines. */
export type LinesAnswer = AnswerHead & { readonly shape: 'lines' } & (
    | { readonly of: 'pairs'; readonly lines: readonly PairLine[] }
    | { readonly of: 'requests'; readonly lines: readonly RequestLine[] }
  )

export interface PairLine {
  readonly from: string
  readonly to: string
  readonly verdict: Verdict
  /** Number of hops of the shortest path of that verdict; null without a path. */
  readonly length: number | null
  /** The targets of its hops, in order. */
  readonly hops: readonly string[]
  readonly conditions: readonly ConditionJson[]
  /** The line could not be answered: an ARN that the snapshot lacks, or no pair at all. */
  readonly error?: string
}

export interface RequestLine {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly verdict: Verdict
  readonly blockedBy: readonly Layer[]
  readonly conditions: readonly ConditionJson[]
  readonly error?: string
}
