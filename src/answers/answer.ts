import type { NodeKind } from '#src/graph/graph.ts'
import type { DecisionAnswer } from './decision.ts'
import type { EvaluationsAnswer } from './evaluations.ts'
import type { ImportAnswer } from './import.ts'
import type { LinesAnswer } from './lines.ts'
import type { PathsAnswer } from './paths.ts'
import type { ReachAnswer } from './reach.ts'
import type { RowsAnswer } from './rows.ts'

export type { NodeKind }

/** Every answer has one of these shapes: a new question needs no new renderer, a new format one function for each shape. */
export type Answer =
  | PathsAnswer
  | ReachAnswer
  | DecisionAnswer
  | RowsAnswer
  | LinesAnswer
  | EvaluationsAnswer
  | ImportAnswer

/** What all answers about a snapshot begin with. `text` is for people: JSON output leaves it and `shape` out. */
export interface AnswerHead {
  readonly kind: `trustwalk.${string}`
  readonly version: 1
  readonly snapshot: SnapshotSummary
  readonly text: TextParts
}

export interface SnapshotSummary {
  readonly id: string
  /** ISO 8601. */
  readonly capturedAt: string
  /** Absent: the snapshot has no organization data, so its accounts are answered as accounts outside any organization. */
  readonly organizationId?: string
}

/** What the text output needs and programs do not. */
export interface TextParts {
  /** Names of the nodes that occur in the answer, by ARN. */
  readonly nodes: Readonly<Record<string, NodeName>>
  /** Techniques that occur in the answer, by id. */
  readonly techniques: Readonly<Record<string, TechniqueName>>
  /** What to do or ask next. */
  readonly hints: readonly Hint[]
  /** Remarks that belong before the answer: no organization data, an inactive key, accounts that were not read. */
  readonly notes: readonly string[]
}

export interface NodeName {
  readonly kind: NodeKind
  /** Short: `role/runner`, `user/ci`, `admin of prod`, `bucket ledger`, `anybody on the internet`. */
  readonly short: string
  /** Account id; empty where none owns it. */
  readonly account: string
  /** Name of that account, or its id where it has none. */
  readonly accountName: string
}

export interface TechniqueName {
  readonly id: string
  readonly name: string
  readonly severity: string
  /** CloudTrail event names. */
  readonly cloudTrail: readonly string[]
  readonly mitre: readonly string[]
}

/** A sentence, and the command that does it where there is one. */
export interface Hint {
  readonly text: string
  readonly command?: string
}

/** One call that was refused or not made; answers that are lists say so. */
export interface GapJson {
  readonly account: string | null
  readonly region: string | null
  readonly service: string
  readonly operation: string
  readonly resource?: string
  /** Error code of AWS, `NotCollected`, or `Unreadable`. */
  readonly code: string
}
