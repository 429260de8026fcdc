import type { Graph } from './graph.ts'
import type { Reach } from './reach.ts'

/**
 * The reached nodes that are no longer reached once every way into `closed` is: those themselves, and what only they lead to.
 * Counts certain and conditional hops; what sessions carry is left aside, so that it errs towards still reached.
 */
export function dominatedBy(
  graph: Graph,
  starts: readonly number[],
  closed: readonly number[],
  found: Reach,
): readonly number[] {
  const { nodeCount, hubCount, out } = graph
  const { best } = found.states
  const seen = new Uint8Array(nodeCount + hubCount)
  for (const node of closed) seen[node] = 2
  const queue: number[] = []
  for (const start of starts) {
    if (seen[start] === 0) queue.push(start)
    seen[start] = 1
  }
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head]!
    for (let link = out.start[node]!; link < out.start[node + 1]!; link++) {
      const end = out.end[link]!
      // Half a hop has the neutral label, which is certain.
      if (seen[end]! > 0 || best[out.label[link]!]! > 1) continue
      seen[end] = 1
      queue.push(end)
    }
  }
  return found.nodes(1).filter((node) => seen[node] !== 1)
}
