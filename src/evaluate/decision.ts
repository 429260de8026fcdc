import type { Formula } from '#src/policy/formula.ts'

export type Layer =
  | 'identity'
  | 'boundary'
  | 'session'
  | 'scp'
  | 'rcp'
  | 'resource'
  | 'trust'
  | 'kms-key-policy'
  | 'kms-grant'
  | 'vpce'
  | 's3-bpa'
  | 'binding'

/** The statement of a layer that made the decision. */
export interface Evidence {
  readonly layer: Layer
  readonly effect: 'Allow' | 'Deny'
  /** Name or ARN of the policy. */
  readonly policy: string
  /** Index from 0; -1 where no statement but the absence of one, or a setting, decided. */
  readonly statement: number
  readonly sid?: string
  /** Where the policy is attached, such as `ou Prod`, if it is an organization policy. */
  readonly attachedTo?: string
  /** What must hold besides for the statement to match; `always` if nothing. */
  readonly when: Formula
}

/** One decision of the reference evaluator. */
export interface Decision {
  /** `Conditional`: depends on keys that are not known. */
  readonly decision: 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied' | 'Conditional'
  /** The condition under which the request is allowed: `always`, `never`, or what is left. */
  readonly formula: Formula
  /** For denials: the layers that stop it. Empty when allowed or conditional. */
  readonly blockedBy: readonly Layer[]
  /** The statements that decided, in AWS's order of evaluation; for a denial those that stop it. */
  readonly evidence: readonly Evidence[]
}
