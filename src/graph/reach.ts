import type { Graph, Label, Rows, Verdict } from './graph.ts'
import { type Have, type Rank, type SessionStates, sessionStates, startRank } from './session-states.ts'

/** Where a search begins; `rank` where being there is itself only conditional (1) or unknown (2). */
export interface Start {
  readonly node: number
  readonly rank?: Rank
}

/** The nodes that some path joins with the starts, for each verdict the least number of hops. */
export interface Reach {
  /** Best verdict over all paths; `certain` for the starts themselves, `no` without a path. */
  verdict(node: number): Verdict
  /** Hops of the shortest path of that verdict, or of the given rank or better; undefined without one. */
  hops(node: number, rank?: Rank): number | undefined
  /** The hop by which that shortest path arrives (backwards: leaves); undefined for starts and for what is not reached. */
  step(node: number, rank?: Rank): { readonly node: number; readonly label: Label } | undefined
  /** That path: hops from the start to the node (backwards: from the node to the end), hubs folded away. */
  path(node: number, rank?: Rank): readonly { readonly node: number; readonly label: Label }[]
  /** Whether the search came through this node or hub by hops of `rank` or better. */
  touches(node: number, rank: Rank): boolean
  /** Every node that is reached, the starts too, the nearest first, by paths of `rank` or better. */
  nodes(rank?: Rank): readonly number[]
  /** Searches by rank: `[certain, or conditional, or unknown]`. */
  readonly levels: readonly Level[]
  readonly states: SessionStates
}

/** One breadth-first search over the hops of some rank or better. Places are `node * states.count + state`, hubs included. */
export interface Level {
  /** Hops from (or to) the nearest start; -1: not reached. */
  readonly distance: Int32Array
  /** Place before it; -1 for starts. */
  readonly previous: Int32Array
  /** Label of the link from there. */
  readonly label: Uint32Array
  /** Places of shown nodes in the order in which they were reached. */
  readonly order: Int32Array
}

const verdicts: readonly Verdict[] = ['certain', 'conditional', 'unknown']

/**
 * Everything that can be reached from `starts` (backwards: everything that reaches them). Breadth-first in O(nodes + links)
 * for each verdict; a link into a hub costs nothing, the link out of it is the hop. What is stated in `have` is folded
 * into the residual of every hop, once for each distinct one.
 */
export function reach(
  graph: Graph,
  starts: readonly Start[],
  options: { readonly have?: Have; readonly backwards?: boolean } = {},
): Reach {
  const states = sessionStates(graph, options.have)
  const search = options.backwards ? searchBackwards : searchForwards
  const certain = search(graph, states, starts, 0)
  const conditional = needsMore(states, starts, 1) ? search(graph, states, starts, 1) : certain
  const unknown = needsMore(states, starts, 2) ? search(graph, states, starts, 2) : conditional
  return reachOf(graph, states, [certain, conditional, unknown], options.backwards === true)
}

function reachOf(graph: Graph, states: SessionStates, levels: readonly Level[], isBackwards: boolean): Reach {
  const { count } = states
  const placeOf = (node: number, rank: number): number => {
    const { distance } = levels[rank]!
    let nearest = -1
    for (let place = node * count; place < (node + 1) * count; place++) {
      // Backwards, a node that is found is where the path starts.
      if (isBackwards && count > 1 && startRank(graph.node(node).kind, place - node * count) > rank) continue
      if (distance[place]! >= 0 && (nearest < 0 || distance[place]! < distance[nearest]!)) nearest = place
    }
    return nearest
  }
  const rankOf = (node: number): number => {
    let rank = 0
    while (rank < 3 && placeOf(node, rank) < 0) rank++
    return rank
  }
  return {
    levels,
    states,
    verdict: (node) => verdicts[rankOf(node)] ?? 'no',
    hops(node, rank = rankOf(node) as Rank) {
      const place = rank > 2 ? -1 : placeOf(node, rank)
      return place < 0 ? undefined : levels[rank]!.distance[place]!
    },
    step(node, rank = rankOf(node) as Rank) {
      const place = rank > 2 ? -1 : placeOf(node, rank)
      return place < 0 ? undefined : stepAt(graph, states, levels[rank]!, place)
    },
    path(node, rank = rankOf(node) as Rank) {
      const steps: { readonly node: number; readonly label: Label }[] = []
      const level = levels[rank]
      let place = level === undefined ? -1 : placeOf(node, rank)
      while (place >= 0) {
        const step = stepAt(graph, states, level!, place)
        if (step === undefined) break
        const previous = level!.previous[place]!
        place = previous < graph.nodeCount * count ? previous : level!.previous[previous]!
        steps.push({ node: step.node, label: step.label })
      }
      return isBackwards ? steps : steps.reverse()
    },
    touches(node, rank) {
      const { distance } = levels[rank]!
      for (let place = node * count; place < (node + 1) * count; place++) if (distance[place]! >= 0) return true
      return false
    },
    nodes(rank = 2) {
      const seen = new Set<number>()
      for (const place of levels[Math.min(rank, 2)]!.order) seen.add(Math.trunc(place / count))
      return [...seen]
    },
  }
}

/** The hop at a place, its hub folded away: half of a hop has the neutral label 0. */
function stepAt(graph: Graph, { count }: SessionStates, level: Level, place: number): ReturnType<Reach['step']> {
  const previous = level.previous[place]!
  if (previous < 0) return undefined
  const label = level.label[place]!
  const node = Math.trunc(previous / count)
  if (node < graph.nodeCount) return { node, label: graph.labels[label]! }
  const beyond = Math.trunc(level.previous[previous]! / count)
  return { node: beyond, label: graph.labels[Math.max(label, level.label[previous]!)]! }
}

function needsMore({ best, count }: SessionStates, starts: readonly Start[], rank: Rank): boolean {
  return count > 1 || starts.some((start) => start.rank === rank) || best.includes(rank)
}

function emptyLevel(graph: Graph, { count }: SessionStates) {
  const places = (graph.nodeCount + graph.hubCount) * count
  return {
    distance: new Int32Array(places).fill(-1),
    previous: new Int32Array(places).fill(-1),
    label: new Uint32Array(places),
    queue: new Int32Array(graph.nodeCount * count),
  }
}

function searchForwards(graph: Graph, states: SessionStates, starts: readonly Start[], most: Rank): Level {
  const { nodeCount, out } = graph
  const { count, ranks } = states
  const { distance, previous, label, queue } = emptyLevel(graph, states)
  let tail = 0
  for (const { node, rank = 0 } of starts) {
    for (let state = 0; state < count; state++) {
      const place = node * count + state
      if (Math.max(rank, startRank(graph.node(node).kind, state)) > most || distance[place] === 0) continue
      distance[place] = 0
      queue[tail++] = place
    }
  }
  const follow = (link: number, state: number, from: number, hops: number): void => {
    const place = out.end[link]! * count
    const rank = (out.label[link]! * count + state) * count
    for (let after = 0; after < count; after++) {
      if (ranks[rank + after]! > most || distance[place + after]! >= 0) continue
      distance[place + after] = hops
      previous[place + after] = from
      label[place + after] = out.label[link]!
      queue[tail++] = place + after
    }
  }
  for (let head = 0; head < tail; head++) {
    const place = queue[head]!
    const node = Math.trunc(place / count)
    const state = place - node * count
    const hops = distance[place]! + 1
    for (let link = out.start[node]!; link < out.start[node + 1]!; link++) {
      const end = out.end[link]!
      if (end < nodeCount) {
        follow(link, state, place, hops)
        continue
      }
      const hub = end * count + state
      if (distance[hub]! >= 0) continue
      distance[hub] = hops - 1
      previous[hub] = place
      for (let second = out.start[end]!; second < out.start[end + 1]!; second++) follow(second, state, hub, hops)
    }
  }
  return { distance, previous, label, order: queue.subarray(0, tail) }
}

function searchBackwards(graph: Graph, states: SessionStates, starts: readonly Start[], most: Rank): Level {
  const { nodeCount } = graph
  const rows: Rows = graph.in
  const { count, ranks } = states
  const { distance, previous, label, queue } = emptyLevel(graph, states)
  let tail = 0
  for (const { node, rank = 0 } of starts) {
    for (let state = 0; state < count; state++) {
      const place = node * count + state
      if (rank > most || distance[place] === 0) continue
      distance[place] = 0
      queue[tail++] = place
    }
  }
  for (let head = 0; head < tail; head++) {
    const place = queue[head]!
    const node = Math.trunc(place / count)
    const state = place - node * count
    const hops = distance[place]! + 1
    for (let link = rows.start[node]!; link < rows.start[node + 1]!; link++) {
      const source = rows.end[link]!
      const number = rows.label[link]!
      for (let before = 0; before < count; before++) {
        const arrival = source * count + before
        if (ranks[(number * count + before) * count + state]! > most || distance[arrival]! >= 0) continue
        distance[arrival] = hops
        previous[arrival] = place
        label[arrival] = number
        if (source < nodeCount) {
          queue[tail++] = arrival
          continue
        }
        for (let second = rows.start[source]!; second < rows.start[source + 1]!; second++) {
          const member = rows.end[second]! * count + before
          if (distance[member]! >= 0) continue
          distance[member] = hops
          previous[member] = arrival
          label[member] = 0
          queue[tail++] = member
        }
      }
    }
  }
  return { distance, previous, label, order: queue.subarray(0, tail) }
}

/** Numbers of the labels by which one node leads directly to another, through hubs too. */
export function stepLabels(graph: Graph, from: number, to: number): ReadonlySet<number> {
  const { nodeCount, out, in: into } = graph
  const near = new Set<number>([from])
  for (let link = out.start[from]!; link < out.start[from + 1]!; link++) {
    if (out.end[link]! >= nodeCount) near.add(out.end[link]!)
  }
  const labels = new Set<number>()
  for (let link = into.start[to]!; link < into.start[to + 1]!; link++) {
    if (near.has(into.end[link]!)) labels.add(into.label[link]!)
  }
  return labels
}
