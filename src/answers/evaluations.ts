import type { Layer } from '#src/evaluate/decision.ts'

/** `evaluate`: one decision for each self-contained request document; in JSON, the array of `entries` alone. */
export interface EvaluationsAnswer {
  readonly shape: 'evaluations'
  readonly kind: 'trustwalk.evaluate'
  readonly version: 1
  readonly entries: readonly Evaluation[]
}

export type Evaluation =
  | {
      readonly id: string
      readonly decision: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied' | 'Conditional'
      readonly blockedBy: readonly Layer[]
      readonly residual: readonly ResidualAtom[]
      readonly bounds: { readonly best: string; readonly worst: string }
      readonly error?: undefined
    }
  /** The document cannot be evaluated; the exit code is 3 after all others are answered. */
  | { readonly id: string; readonly error: string; readonly decision?: undefined }

/** A condition on which the outcome depends, with the statement's effect and its layer. */
export interface ResidualAtom {
  readonly effect: 'Allow' | 'Deny'
  readonly layer: Layer
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}
