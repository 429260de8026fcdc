import type { Graph, Hop } from './graph.ts'

/** The hops that leave `node`, hubs folded away; none to itself. */
export function* hopsFrom(graph: Graph, node: number): Generator<Hop> {
  yield* walk(graph, graph.out, node, (other) => [node, other])
}

/** The hops that arrive at `node`, hubs folded away; none from itself. */
export function* hopsTo(graph: Graph, node: number): Generator<Hop> {
  yield* walk(graph, graph.in, node, (other) => [other, node])
}

function* walk(
  graph: Graph,
  rows: Graph['out'],
  node: number,
  ends: (other: number) => readonly [from: number, to: number],
): Generator<Hop> {
  for (let link = rows.start[node]!; link < rows.start[node + 1]!; link++) {
    const middle = rows.end[link]!
    if (middle < graph.nodeCount) {
      const [from, to] = ends(middle)
      yield { ...graph.labels[rows.label[link]!]!, from, to }
      continue
    }
    for (let second = rows.start[middle]!; second < rows.start[middle + 1]!; second++) {
      const other = rows.end[second]!
      if (other === node) continue
      const [from, to] = ends(other)
      yield { ...graph.labels[Math.max(rows.label[link]!, rows.label[second]!)]!, from, to }
    }
  }
}
