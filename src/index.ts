/**
 * trustwalk as a library: who can really do what in an AWS organization, through which chain of hops, under which conditions.
 *
 *     const snapshot = await openSnapshot('examples/acme')
 *     const { results } = await paths(snapshot, { from: 'user/ci', to: 'admin:prod' })
 *
 * Every question is a function of a snapshot, its parameters and, where wanted, facts about the attacker; it resolves to the answer
 * that `--format json` prints, with names for people in `text`. Questions reject with an `InputError` of kind `usage` for names that the
 * snapshot does not have.
 */
import type { z } from 'zod'
import { blastRadius as blastRadiusQuery } from '#queries/blast-radius.ts'
import { can as canQuery } from '#queries/can.ts'
import { canRequests as canRequestsQuery } from '#queries/can-requests.ts'
import { evaluateQuery } from '#queries/evaluate.ts'
import { external as externalQuery } from '#queries/external.ts'
import { paths as pathsQuery } from '#queries/paths.ts'
import { pathsPairs as pathsPairsQuery } from '#queries/paths-pairs.ts'
import type { Query } from '#queries/query.ts'
import { reachQuery } from '#queries/reach.ts'
import { whatCan as whatCanQuery } from '#queries/what-can.ts'
import { whoCan as whoCanQuery } from '#queries/who-can.ts'
import type { Evaluation } from './answers/evaluations.ts'
import { usageError } from './lib/errors.ts'
import type { Snapshot } from './opened-snapshot.ts'

export type { ExternalEntry } from '#queries/external.ts'
export type { WhatCanEntry } from '#queries/what-can.ts'
export type { WhoCanEntry } from '#queries/who-can.ts'
export type { Answer, GapJson, NodeName, SnapshotSummary, TechniqueName, TextParts } from './answers/answer.ts'
export type { ConditionJson, FormulaJson } from './answers/condition.ts'
export type { DecisionAnswer, DecisionPart, LayerSays } from './answers/decision.ts'
export type { Evaluation } from './answers/evaluations.ts'
export type { BlockJson, EvidenceJson } from './answers/evidence.ts'
export type { LinesAnswer, PairLine, RequestLine } from './answers/lines.ts'
export type { HopJson, PathJson, PathResult, PathsAnswer } from './answers/paths.ts'
export type {
  ContainmentStep,
  ReachAnswer,
  ReachedAccount,
  ReachedPrincipal,
  ReachedResource,
  ReachSubject,
} from './answers/reach.ts'
export type { RowsAnswer } from './answers/rows.ts'
export type { Layer } from './evaluate/decision.ts'
export type { Graph, Hop, Label, Node, NodeKind, Verdict } from './graph/graph.ts'
export { hopsFrom, hopsTo } from './graph/hops.ts'
export type { Register } from './graph/register.ts'
export { InputError } from './lib/errors.ts'
export type { Gap, Model } from './model/model.ts'
export { importSnapshot, type OpenOptions, openSnapshot, type Snapshot } from './opened-snapshot.ts'

/** What holds for one question besides its parameters. */
export interface QuestionOptions {
  /** Facts about the attacker, by context key (`--have`): `{ 'aws:MultiFactorAuthPresent': 'true' }`. */
  readonly have?: Readonly<Record<string, string | readonly string[]>>
}

/** A question as a function. */
export type Question<Params, Result> = (
  snapshot: Snapshot,
  params: Params,
  options?: QuestionOptions,
) => Promise<Result>

/** The shortest paths between every pair of ends that two selectors give, each hop proved; where there is none, what stops it. */
export const paths = questionOf(pathsQuery)
/** One short answer for each `{ from, to, have }`, in the same order. */
export const pathsPairs = questionOf(pathsPairsQuery)
/** Everything a principal can become and touch, nearest first. */
export const reach = questionOf(reachQuery)
/** The reach of an access key or a principal, and what to do about it, in order. */
export const blastRadius = questionOf(blastRadiusQuery)
/** One request decided, with what every layer says: IAM User Guide, "Policy evaluation logic". */
export const can = questionOf(canQuery)
/** One short answer for each `{ principal, action, resource, have }`, in the same order. */
export const canRequests = questionOf(canRequestsQuery)
/** Every principal that may do an action on a resource, with `transitive` also through hops. */
export const whoCan = questionOf(whoCanQuery)
/** What a principal may do after boundary, SCPs, session policies and denials, in patterns. */
export const whatCan = questionOf(whatCanQuery)
/** Roles and resources that somebody outside the organization gets at in one hop. */
export const external = questionOf(externalQuery)

/**
 * Decides self-contained request documents, one decision each, in the same order; asks no snapshot. A document that cannot be
 * evaluated has an `error` in its place.
 */
export const evaluate = (documents: readonly unknown[]): readonly Evaluation[] =>
  evaluateQuery.answer({ documents }).entries

function questionOf<Schema extends z.ZodType, Result>(query: Query<Schema, Result>): Question<z.input<Schema>, Result> {
  return async (snapshot, params, { have = {} } = {}) => {
    const parsed = query.params.safeParse(params)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw usageError(`${query.id}: ${[...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not its parameters'}`)
    }
    const { graph, register } = snapshot
    const facts = new Map(
      Object.entries(have).map(([key, values]) => [key, typeof values === 'string' ? [values] : values] as const),
    )
    const prepared = query.prepare({ graph, register, have: facts }, parsed.data)
    return prepared.answer(await snapshot.load(prepared.accounts))
  }
}
