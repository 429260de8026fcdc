import { verdictOfRank } from '#src/answers/verdict.ts'
import type { Verdict } from '#src/graph/graph.ts'
import { bestRank, type Path, shortestPaths } from '#src/graph/paths.ts'
import { type Reach, reach } from '#src/graph/reach.ts'
import type { Questioned } from './query.ts'
import type { End } from './selectors.ts'

export interface FoundPair {
  readonly from: End
  readonly to: End
  /** Of the best path, also where it is not among those listed. */
  readonly verdict: Verdict
  readonly paths: readonly Path[]
  readonly hasMore: boolean
}

/**
 * The paths of every pair of ends. Pairs that no path joins are left out, unless `keepsAll`. A node is no end of a path from
 * itself. One search for all starts tells which ends are worth a search of their own.
 */
export function searchPairs(
  { graph, have }: Questioned,
  from: readonly End[],
  to: readonly End[],
  max: number,
  keepsAll: boolean,
): readonly FoundPair[] {
  const starts = from.flatMap(({ nodes }) => nodes.map((node) => ({ node })))
  const forwards = reach(graph, starts, { have })
  const found: FoundPair[] = []
  for (const end of to) {
    const target = end.nodes.length === 1 ? end.nodes[0] : undefined
    const isReached = target !== undefined && forwards.hops(target) !== undefined
    const back = isReached ? reach(graph, [{ node: target }], { have, backwards: true }) : undefined
    for (const start of from) {
      if (start.arn === end.arn) continue
      const pair = back === undefined ? none : pathsOf(graph, start, target!, back, max)
      if (pair.paths.length > 0 || keepsAll) found.push({ from: start, to: end, ...pair })
    }
  }
  return order(found, from)
}

const none: Found = { verdict: 'no', paths: [], hasMore: false }

type Found = Pick<FoundPair, 'verdict' | 'paths' | 'hasMore'>

/** Results stand in the order of the starts. */
function order(found: readonly FoundPair[], from: readonly End[]): readonly FoundPair[] {
  const place = new Map(from.map((end, at) => [end.arn, at]))
  return [...found].sort((left, right) => place.get(left.from.arn)! - place.get(right.from.arn)!)
}

function pathsOf(graph: Questioned['graph'], { nodes }: End, target: number, back: Reach, max: number): Found {
  const able = nodes.filter((node) => node !== target && bestRank(back, { node }) !== undefined)
  const verdict = verdictOfRank(Math.min(...able.map((node) => bestRank(back, { node })!)))
  const all = able.map((node) => shortestPaths(graph, { node }, target, back, max))
  if (all.length === 1) return { verdict, ...all[0]! }
  // Several nodes stand for the start: the same order over all of them together.
  const paths = all.flatMap((one) => one.paths).sort((a, b) => a.nodes.length - b.nodes.length || a.rank - b.rank)
  const best = Math.min(...paths.map(({ rank }) => rank))
  const known = paths.filter(({ rank }) => rank < 2 || best === 2)
  const surest = known.find(({ rank }) => rank === best)
  const ordered = [...new Set([...known.slice(0, 1), ...(surest ? [surest] : []), ...known])]
  const hasMore = ordered.length > max || all.some((one) => one.hasMore)
  return { verdict, paths: ordered.slice(0, Math.max(1, max)), hasMore }
}
