import type { Graph, Label } from './graph.ts'
import { type Reach, type Start, stepLabels } from './reach.ts'
import { type Rank, type SessionStates, startRank } from './session-states.ts'

/** Hops end to end; no node occurs twice. */
export interface Path {
  /** Numbers of the shown nodes, start and end included. */
  readonly nodes: readonly number[]
  /** Labels of the hops, those that make the verdict the best. */
  readonly labels: readonly Label[]
  /** Rank of each hop, given what the session carries there. */
  readonly ranks: readonly Rank[]
  /** That of the weakest hop, what sessions carry along the path being consistent. */
  readonly rank: Rank
}

/** Nodes that one search for one more path may look at; a path that takes more is left out, and `hasMore` says so. */
const mostVisits = 200_000

/**
 * The shortest path from `start`, then the shortest of the best verdict if that is another, then more by length, at most
 * `max` altogether; distinct in their nodes. `back` is the backward reach of the end (and of no other node): it tells every
 * search how far the end still is, so that only nodes on the way are looked at. Paths with unknown hops are given only where
 * there is no other.
 */
export function shortestPaths(
  graph: Graph,
  start: Start,
  end: number,
  back: Reach,
  max: number,
): { readonly paths: readonly Path[]; readonly hasMore: boolean } {
  const best = bestRank(back, start)
  if (best === undefined || start.node === end) return { paths: [], hasMore: false }
  const search = new Search(graph, back, start, end)
  const found: (readonly number[])[] = []
  const widest: Rank = best === 2 ? 2 : 1
  const direct = search.spur([], widest, new Set(), new Set())!
  const surest = search.spur([], best, new Set(), new Set())!
  // Of two equally short ones the surer comes first, and is then both.
  if (surest.length === direct.length) found.push(surest)
  else found.push(direct, surest)
  let hasMore = found.length > max
  for (const nodes of search.byLength(found[0]!, widest)) {
    if (found.some((known) => isSame(known, nodes))) continue
    if (found.length >= max) {
      hasMore = true
      break
    }
    found.push(nodes)
  }
  const paths = found.slice(0, Math.max(1, max)).map((nodes) => search.pathOf(nodes)!)
  return { paths, hasMore: hasMore || search.isExhausted }
}

/** The shortest path of the best verdict; undefined where there is none. */
export function surestPath(graph: Graph, start: Start, end: number, back: Reach): Path | undefined {
  const best = bestRank(back, start)
  if (best === undefined || start.node === end) return undefined
  const search = new Search(graph, back, start, end)
  const nodes = search.spur([], best, new Set(), new Set())
  return nodes && search.pathOf(nodes)
}

/** The rank of the best path from a start, undefined without any. */
export function bestRank(back: Reach, { node, rank = 0 }: Start): Rank | undefined {
  for (let level = rank; level < 3; level++) if (back.hops(node, level as Rank) !== undefined) return level as Rank
  return undefined
}

const isSame = (left: readonly number[], right: readonly number[]): boolean =>
  left.length === right.length && left.every((node, at) => node === right[at])

interface Visit {
  readonly node: number
  readonly state: number
  readonly hops: number
  readonly from: Visit | undefined
}

/** Yen's algorithm; each spur is searched best-first with the exact distances of the graph without anything removed. */
class Search {
  readonly #graph: Graph
  readonly #back: Reach
  readonly #start: Start
  readonly #end: number
  readonly #states: SessionStates
  #visits = 0

  constructor(graph: Graph, back: Reach, start: Start, end: number) {
    this.#graph = graph
    this.#back = back
    this.#start = start
    this.#end = end
    this.#states = back.states
  }

  /** Whether the search was cut: there may be paths that it did not find. */
  get isExhausted(): boolean {
    return this.#visits > mostVisits
  }

  /** Every path, the shortest first; `first` is one of the shortest. */
  *byLength(first: readonly number[], most: Rank): Generator<readonly number[]> {
    const given: (readonly number[])[] = []
    const candidates: (readonly number[])[] = [first]
    const seen = new Set([first.join()])
    for (;;) {
      const next = takeShortest(candidates)
      if (next === undefined) return
      yield next
      given.push(next)
      for (let at = 0; at < next.length - 1; at++) {
        if (this.isExhausted) return
        const root = next.slice(0, at + 1)
        const bannedNext = new Set<number>()
        for (const known of given) if (isSame(known.slice(0, at + 1), root)) bannedNext.add(known[at + 1]!)
        const path = this.spur(root, most, new Set(root), bannedNext)
        if (path === undefined || seen.has(path.join())) continue
        seen.add(path.join())
        candidates.push(path)
      }
    }
  }

  /** The shortest path that begins with `root` (or just with the start), avoids `banned` and does not go on to `bannedNext`. */
  spur(
    root: readonly number[],
    most: Rank,
    banned: ReadonlySet<number>,
    bannedNext: ReadonlySet<number>,
  ): readonly number[] | undefined {
    const { count } = this.#states
    const { distance } = this.#back.levels[most]!
    const node = root.at(-1) ?? this.#start.node
    const prefix = root.length === 0 ? [] : root.slice(0, -1)
    const buckets: Visit[][] = []
    const queue = (visit: Visit): void => {
      const left = distance[visit.node * count + visit.state]!
      if (left < 0) return
      const length = visit.hops + left
      const bucket = buckets[length]
      if (bucket === undefined) buckets[length] = [visit]
      else bucket.push(visit)
    }
    for (const state of this.#statesAlong(root.length === 0 ? [node] : root, most)) {
      queue({ node, state, hops: 0, from: undefined })
    }
    const closed = new Set<number>()
    for (let length = 0; length < buckets.length; length++) {
      const bucket = buckets[length]
      if (bucket === undefined) continue
      while (bucket.length > 0) {
        const visit = bucket.pop()!
        if (visit.node === this.#end) return [...prefix, ...trail(visit)]
        const place = visit.node * count + visit.state
        if (closed.has(place)) continue
        closed.add(place)
        if (++this.#visits > mostVisits) return undefined
        this.#follow(visit, most, (to, state) => {
          if (banned.has(to) || (visit.from === undefined && bannedNext.has(to))) return
          if (closed.has(to * count + state) || (count > 1 && isOnTrail(visit, to))) return
          queue({ node: to, state, hops: visit.hops + 1, from: visit })
        })
      }
    }
    return undefined
  }

  /** The path over these nodes with the labels that make its verdict the best. */
  pathOf(nodes: readonly number[]): Path | undefined {
    for (let most = this.#start.rank ?? 0; most < 3; most++) {
      const hops = this.#hopsAlong(nodes, most as Rank)
      if (hops !== undefined) return { nodes, ...hops, rank: most as Rank }
    }
    return undefined
  }

  #follow({ node, state }: Visit, most: Rank, take: (to: number, state: number) => void): void {
    const { nodeCount, out } = this.#graph
    const { count, ranks } = this.#states
    const offer = (link: number): void => {
      const rank = (out.label[link]! * count + state) * count
      for (let after = 0; after < count; after++) if (ranks[rank + after]! <= most) take(out.end[link]!, after)
    }
    for (let link = out.start[node]!; link < out.start[node + 1]!; link++) {
      const end = out.end[link]!
      if (end < nodeCount) offer(link)
      else for (let second = out.start[end]!; second < out.start[end + 1]!; second++) offer(second)
    }
  }

  /** States in which the end of these nodes can be, coming along them. */
  #statesAlong(nodes: readonly number[], most: Rank): readonly number[] {
    const { count, ranks } = this.#states
    let states = this.#startStates(most)
    for (let at = 0; at + 1 < nodes.length; at++) {
      const labels = stepLabels(this.#graph, nodes[at]!, nodes[at + 1]!)
      const next = new Set<number>()
      for (const label of labels) {
        for (const before of states) {
          for (let after = 0; after < count; after++) {
            if (ranks[(label * count + before) * count + after]! <= most) next.add(after)
          }
        }
      }
      states = [...next]
    }
    return states
  }

  #startStates(most: Rank): readonly number[] {
    const { kind } = this.#graph.node(this.#start.node)
    const states: number[] = []
    for (let state = 0; state < this.#states.count; state++) if (startRank(kind, state) <= most) states.push(state)
    return states
  }

  #hopsAlong(nodes: readonly number[], most: Rank): Pick<Path, 'labels' | 'ranks'> | undefined {
    const { count, ranks, best } = this.#states
    interface Arrival {
      readonly label: number
      readonly rank: Rank
      readonly from: Arrival | undefined
    }
    let arrivals = new Map<number, Arrival | undefined>(this.#startStates(most).map((state) => [state, undefined]))
    for (let at = 0; at + 1 < nodes.length; at++) {
      const next = new Map<number, Arrival>()
      // The surest first, so that a hop is not called conditional where it need not be.
      const labels = [...stepLabels(this.#graph, nodes[at]!, nodes[at + 1]!)].sort((a, b) => best[a]! - best[b]!)
      for (const label of labels) {
        for (const [before, from] of arrivals) {
          for (let after = 0; after < count; after++) {
            const rank = ranks[(label * count + before) * count + after]! as Rank
            if (rank > most || next.has(after)) continue
            next.set(after, { label, rank, from })
          }
        }
      }
      arrivals = next
    }
    let arrival = [...arrivals.values()][0]
    if (arrival === undefined) return undefined
    const hops: Arrival[] = []
    for (; arrival !== undefined; arrival = arrival.from) hops.unshift(arrival)
    return { labels: hops.map(({ label }) => this.#graph.labels[label]!), ranks: hops.map(({ rank }) => rank) }
  }
}

function takeShortest(candidates: (readonly number[])[]): readonly number[] | undefined {
  let at = 0
  for (let other = 1; other < candidates.length; other++) {
    if (candidates[other]!.length < candidates[at]!.length) at = other
  }
  return candidates.splice(at, 1)[0]
}

function trail(visit: Visit): number[] {
  const nodes: number[] = []
  for (let at: Visit | undefined = visit; at !== undefined; at = at.from) nodes.unshift(at.node)
  return nodes
}

function isOnTrail(visit: Visit, node: number): boolean {
  for (let at: Visit | undefined = visit; at !== undefined; at = at.from) if (at.node === node) return true
  return false
}
