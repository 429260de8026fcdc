import type { AnswerHead, GapJson } from './answer.ts'

/** `import`: what was stored, what it holds and what is missing. */
export interface ImportAnswer extends AnswerHead {
  readonly shape: 'import'
  readonly accounts: number
  /** Accounts whose authorization details were read. */
  readonly collectedAccounts: number
  readonly users: number
  readonly groups: number
  readonly roles: number
  readonly resources: number
  readonly nodes: number
  readonly hops: number
  readonly files: number
  readonly bytes: number
  /** Whether the snapshot was in the workspace already: the same bytes have the same id. */
  readonly wasKnown: boolean
  readonly gaps: readonly GapJson[]
  /** Files, or places in them, that could not be read. */
  readonly problems: readonly { readonly file: string; readonly place?: string; readonly reason: string }[]
}
