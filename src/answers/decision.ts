import type { Layer } from '#src/evaluate/decision.ts'
import type { Verdict } from '#src/graph/graph.ts'
import type { AnswerHead } from './answer.ts'
import type { ConditionJson, FormulaJson } from './condition.ts'
import type { EvidenceJson } from './evidence.ts'

/** `can`: one question, decided. */
export interface DecisionAnswer extends AnswerHead {
  readonly shape: 'decision'
  /** ARN, or `*` for anybody, unsigned. */
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly verdict: Verdict
  /** Layers that stop it; empty unless the verdict is `no`. */
  readonly blockedBy: readonly Layer[]
  readonly residual: FormulaJson
  readonly conditions: readonly ConditionJson[]
  readonly choices?: Readonly<Record<string, string>>
  /** The requests that must all be allowed: the asked one first, then, say, decrypting with the key of the bucket. */
  readonly parts: readonly DecisionPart[]
  /** What was not collected and could turn the answer into yes; only where the verdict is `unknown`. */
  readonly missing?: readonly string[]
}

export interface DecisionPart {
  readonly action: string
  readonly resource: string
  readonly decision: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied' | 'Conditional'
  readonly blockedBy: readonly Layer[]
  readonly evidence: readonly EvidenceJson[]
  /** Every layer in AWS's order of evaluation, those with nothing to say too. */
  readonly layers: readonly LayerSays[]
}

export interface LayerSays {
  readonly layer: Layer
  /**
   * `none`: there is no such policy, so it does not limit; `not asked`: the layer does not apply to this request;
   * `decides`: conditional.
   */
  readonly says: 'allows' | 'denies' | 'does not allow' | 'allows if' | 'denies if' | 'none' | 'not asked'
  readonly because: readonly EvidenceJson[]
  /** Why it is not asked, or what a setting says. */
  readonly note?: string
}
