import { loadModel } from '#ingest/load-model.ts'
import { blastRadius } from '#queries/blast-radius.ts'
import { canRequests } from '#queries/can-requests.ts'
import { external } from '#queries/external.ts'
import { paths } from '#queries/paths.ts'
import { pathsPairs } from '#queries/paths-pairs.ts'
import type { Prepared, Questioned } from '#queries/query.ts'
import { reachQuery } from '#queries/reach.ts'
import type { PairLine, RequestLine } from '#src/answers/lines.ts'
import type { PathResult } from '#src/answers/paths.ts'
import type { ReachAnswer } from '#src/answers/reach.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { registerOf } from '#src/graph/register.ts'
import type { Model } from '#src/model/model.ts'

export type Facts = Readonly<Record<string, string>>

/** Every question that the expected answers ask, as a program would ask it. */
export interface Ask {
  readonly model: Model
  paths(from: string, to: string, have?: Facts): PathResult
  pair(from: string, to: string, have?: Facts): PairLine
  can(principal: string, action: string, resource: string, have?: Facts): RequestLine
  reach(principal: string): ReachAnswer
  blastRadius(subject: string): ReachAnswer
  external(): readonly ExternalEntry[]
}

export interface ExternalEntry {
  readonly to: string
  readonly from: string
  readonly kind: string
  readonly verdict: string
}

/** Reads a snapshot and builds its graph, once for all questions. */
export async function askOf(directory: string): Promise<Ask> {
  const model = await loadModel(directory)
  const graph = buildGraph(model)
  const register = registerOf(model, graph)
  const about = (have: Facts = {}): Questioned => ({
    graph,
    register,
    have: new Map(Object.entries(have).map(([key, value]) => [key, [value]])),
  })
  const answer = <Result>(prepared: Prepared<Result>): Result => prepared.answer(model)
  return {
    model,
    paths: (from, to, have) => answer(paths.prepare(about(have), { from, to, max: 3 })).results[0]!,
    pair(from, to, have) {
      const lines = answer(pathsPairs.prepare(about(), { pairs: [{ from, to, have }] }))
      return lines.lines[0] as PairLine
    },
    can(principal, action, resource, have) {
      const lines = answer(canRequests.prepare(about(), { requests: [{ principal, action, resource, have }] }))
      return lines.lines[0] as RequestLine
    },
    reach: (principal) => answer(reachQuery.prepare(about(), { principal })),
    blastRadius: (subject) => answer(blastRadius.prepare(about(), { subject })),
    external: () => answer(external.prepare(about(), {})).entries as readonly ExternalEntry[],
  }
}
