import type { z } from 'zod'
import type { Graph } from '#src/graph/graph.ts'
import type { Register } from '#src/graph/register.ts'
import type { Have } from '#src/graph/session-states.ts'
import type { Model } from '#src/model/model.ts'

/** What every question is asked of: a built graph, the names that go with it, and facts about the attacker. */
export interface Questioned {
  readonly graph: Graph
  readonly register: Register
  readonly have: Have
}

/** Account ids whose documents an answer reads; `all` for questions about everybody. */
export type AccountsNeeded = ReadonlySet<string> | 'all'

/**
 * A question half answered: the graph was searched, and it is known which accounts the rest must read. `answer` is given a
 * model with at least these accounts loaded.
 */
export interface Prepared<Result> {
  readonly accounts: AccountsNeeded
  answer(model: Model): Result
}

/**
 * One question. Pure: it reads no file and prints nothing. `prepare` throws an `InputError` of kind `usage` for names that the
 * snapshot does not have.
 */
export interface Query<Schema extends z.ZodType, Result> {
  /** The verb. */
  readonly id: string
  readonly question: string
  readonly params: Schema
  prepare(about: Questioned, params: z.output<Schema>): Prepared<Result>
}

export const defineQuery = <Schema extends z.ZodType, Result>(query: Query<Schema, Result>): Query<Schema, Result> =>
  query

/** An answer that the graph alone gives. */
export const readsNothing = <Result>(result: Result): Prepared<Result> => ({
  accounts: new Set(),
  answer: () => result,
})
