import type { AnswerHead, GapJson } from './answer.ts'
import type { ConditionJson, FormulaJson } from './condition.ts'

/** `who-can`, `what-can`, `external`, `snapshots`: a list of the same kind of thing. Programs read `entries`. */
export interface RowsAnswer<Entry extends Row = Row> extends Omit<AnswerHead, 'snapshot'> {
  readonly shape: 'rows'
  /** Absent in `snapshots`, which is about all of them. */
  readonly snapshot?: AnswerHead['snapshot']
  readonly entries: readonly Entry[]
  /** Absent in `snapshots`. */
  readonly gaps?: readonly GapJson[]
  /** For text only, like `text`. */
  readonly table: {
    /** The answer in one sentence, without full stop. */
    readonly headline: string
    readonly columns: readonly Column[]
    /** Said instead of a table where `entries` is empty. */
    readonly empty: string
  }
}

export type Row = Readonly<Record<string, Cell>>

export type Cell =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly string[]
  | readonly ConditionJson[]
  | FormulaJson
  /** Values that whoever asks chooses, by context key. */
  | Readonly<Record<string, string>>

export interface Column {
  /** Member of each entry. */
  readonly key: string
  readonly title: string
  /**
   * How a cell is shown: `node` by its short name, `entrant` likewise (`*` of kind `account` is any AWS account), `conditions` and `residual` as words, `bytes` with a
   * unit, `time` in short.
   */
  readonly as:
    | 'node'
    | 'entrant'
    | 'text'
    | 'list'
    | 'verdict'
    | 'conditions'
    | 'residual'
    | 'number'
    | 'bytes'
    | 'time'
  /** Left out of a table that would not fit its terminal. */
  readonly isExtra?: boolean
}
