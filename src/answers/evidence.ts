import type { Evidence, Layer } from '#src/evaluate/decision.ts'
import { type ConditionJson, conditionsOf } from './condition.ts'

/** The statement of one layer that decided. */
export interface EvidenceJson {
  readonly layer: Layer
  readonly effect: 'Allow' | 'Deny'
  /** Name or ARN. */
  readonly policy: string
  /** Index from 0; -1 where the absence of a statement, or a setting, decided. */
  readonly statement: number
  readonly sid?: string
  /** Where an organization policy is attached, such as `ou Prod`. */
  readonly attachedTo?: string
  /** What must hold besides for the statement to match; absent if nothing. */
  readonly conditions?: readonly ConditionJson[]
}

/** A layer that stops a hop or a request, and where. */
export interface BlockJson {
  readonly layer: Layer
  readonly policy?: string
  readonly statement?: number
  readonly sid?: string
  readonly attachedTo?: string
  /** The hop that looks open and is not. */
  readonly hop?: {
    readonly from: string
    readonly to: string
    readonly technique?: string
    readonly via?: string
    readonly resource?: string
  }
}

export function evidenceJson(evidence: Evidence): EvidenceJson {
  const conditions = conditionsOf(evidence.when)
  return {
    layer: evidence.layer,
    effect: evidence.effect,
    policy: evidence.policy,
    statement: evidence.statement,
    ...(evidence.sid !== undefined && { sid: evidence.sid }),
    ...(evidence.attachedTo !== undefined && { attachedTo: evidence.attachedTo }),
    ...(conditions.length > 0 && { conditions }),
  }
}
