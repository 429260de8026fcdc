import type { AccountsNeeded } from '#queries/query.ts'
import type { Graph } from '#src/graph/graph.ts'
import type { Register } from '#src/graph/register.ts'
import { usageError } from '#src/lib/errors.ts'
import type { Model } from '#src/model/model.ts'
import type { Io } from './io.ts'
import { progressOn } from './output.ts'

/** A snapshot that can be asked: its graph, the names that go with it, and its documents when they are needed. */
export interface OpenedSnapshot {
  readonly graph: Graph
  readonly register: Register
  /** A model in which at least these accounts are loaded. */
  load(accounts: AccountsNeeded): Promise<Model>
}

export async function openSnapshot(
  asked: string | undefined,
  options: { readonly quiet?: boolean },
  io: Io,
): Promise<OpenedSnapshot> {
  if (asked === undefined) throw usageError('there is no snapshot yet', 'trustwalk import DIRECTORY reads one')
  const progress = progressOn(io, options)
  const { loadModel } = await import('#ingest/load-model.ts')
  const { buildGraph } = await import('#src/graph/build-graph.ts')
  const { registerOf } = await import('#src/graph/register.ts')
  const model = await loadModel(asked, { progress: (done, of) => progress.update(`reading ${done}/${of} accounts`) })
  progress.update('building the graph')
  const graph = buildGraph(model)
  progress.done()
  return { graph, register: registerOf(model, graph), load: async () => model }
}
