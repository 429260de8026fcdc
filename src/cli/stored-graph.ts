import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Graph } from '#src/graph/graph.ts'
import type { Register } from '#src/graph/register.ts'
import { messageOf } from '#src/lib/errors.ts'
import type { Model } from '#src/model/model.ts'
import { graphFileOf } from '#src/snapshot/workspace-layout.ts'
import { readGraph, writeGraph } from '#src/store/graph-file.ts'
import { build, version } from './version.ts'

/** A graph and the names that go with it. */
export interface NamedGraph {
  readonly graph: Graph
  readonly register: Register
}

/** What a stored graph was built from, and by what: one of another version or build, or of other bytes, is never trusted. */
const stampOf = (id: string) => `trustwalk ${version} ${build}, snapshot ${id}`

/** The graph that was stored for a snapshot; undefined where it has to be built (again). */
export function readStoredGraph(workspace: string, id: string): NamedGraph | undefined {
  const graph = readGraph(graphFileOf(workspace, id), stampOf(id))
  const register = graph?.extra() as Register | undefined
  return graph === undefined || register === undefined ? undefined : { graph, register }
}

/** Builds the graph of a model. The modules that build are loaded here only: most questions find a stored graph. */
export async function buildNamedGraph(model: Model): Promise<NamedGraph> {
  const { buildGraph } = await import('#src/graph/build-graph.ts')
  const { registerOf } = await import('#src/graph/register.ts')
  const graph = buildGraph(model)
  return { graph, register: registerOf(model, graph) }
}

/** Stores a graph for the next question. Returns why that was not possible: the answer does not depend on it. */
export function storeGraph(workspace: string, id: string, { graph, register }: NamedGraph): string | undefined {
  const file = graphFileOf(workspace, id)
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeGraph(file, graph, stampOf(id), register)
    return undefined
  } catch (error) {
    return `the graph could not be stored, so the next question builds it again: ${messageOf(error)}`
  }
}

/** Patterns of actions on which some hop depends: a model that only a graph is built from needs no other statements. */
export async function interestOfGraph(): Promise<(pattern: string) => boolean> {
  const { ActionIndex } = await import('#src/graph/action-index.ts')
  const { actionsOfInterest } = await import('#src/graph/build-graph.ts')
  const index = new ActionIndex(actionsOfInterest)
  return (pattern) => index.covers(pattern)
}
