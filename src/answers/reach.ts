import type { NodeKind, Verdict } from '#src/graph/graph.ts'
import type { AnswerHead, GapJson } from './answer.ts'
import type { ConditionJson } from './condition.ts'

/** `reach` and `blast-radius`: everything some path leads to, nearest first, and (blast radius) how to contain it. */
export interface ReachAnswer extends AnswerHead {
  readonly shape: 'reach'
  readonly subject: ReachSubject
  /** Users and roles, the owner not among them. */
  readonly principals: readonly ReachedPrincipal[]
  readonly resources: readonly ReachedResource[]
  readonly accounts: readonly ReachedAccount[]
  /** What to do now, in order; empty for `reach`. */
  readonly containment: readonly ContainmentStep[]
  readonly gaps: readonly GapJson[]
}

export interface ReachSubject {
  readonly accessKeyId?: string
  /** ARN of the user or other node that the question is about. */
  readonly owner: string
  /** Of the access key; an inactive one is answered as if it were active. */
  readonly status?: 'Active' | 'Inactive'
  /** ISO 8601. */
  readonly createdAt?: string
  readonly lastUsed?: { readonly at: string; readonly service: string; readonly region: string }
}

interface Reached {
  /** Best over all paths. */
  readonly verdict: Verdict
  /** Least number of hops from the owner over paths of that verdict; the owner itself is 0. */
  readonly hops: number
}

export interface ReachedPrincipal extends Reached {
  readonly arn: string
  readonly kind: NodeKind
  /** The node before it on the shortest path of that verdict, and the main API call of the last hop. */
  readonly through: string
  readonly via: string
  readonly technique: string
  /** Conditions along that path; empty where it is certain. */
  readonly conditions: readonly ConditionJson[]
}

export interface ReachedResource extends Reached {
  readonly arn: string
  /** What may be done with it by hops of any verdict. */
  readonly access: readonly ('read' | 'write' | 'admin')[]
  readonly through: string
  readonly via: string
  readonly conditions: readonly ConditionJson[]
}

export interface ReachedAccount {
  readonly id: string
  /** Of reaching anything in it. */
  readonly verdict: Verdict
  /** Whether an administrator of it is reached, and how surely. */
  readonly admin: boolean
  readonly adminVerdict: Verdict
}

export interface ContainmentStep {
  /** From 1. */
  readonly order: number
  readonly action: string
  /** A command that does it, to be read before it is run. */
  readonly command?: string
  readonly why: string
  /** What is no longer reached after this step and all before it, and was before it. */
  readonly removes: { readonly principals: number; readonly resources: number; readonly accounts: number }
}
