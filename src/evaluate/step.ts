import type { Formula } from '#src/policy/formula.ts'
import type { Layer } from './decision.ts'
import type { Situation } from './situation.ts'
import type { Trace } from './statements.ts'

/** One rule of AWS that can stop a request. */
export interface Step {
  readonly layer: Layer
  /** The page of AWS that says so. */
  readonly source: string
  /** When it denies explicitly, whatever else allows. `trace` takes the statements that do. */
  denies?(situation: Situation, trace?: Trace): Formula
  /** When it lets the request pass. `trace` takes the statements that do. */
  allows?(situation: Situation, trace?: Trace): Formula
}
