import { loadModel } from '#ingest/load-model.ts'
import type { Prepared, Questioned } from '#queries/query.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { registerOf } from '#src/graph/register.ts'
import type { Model } from '#src/model/model.ts'

/** A snapshot, read and built once for a test file. */
export interface Asked extends Questioned {
  readonly model: Model
  /** The same, of an attacker of whom this is known. */
  with(have: Readonly<Record<string, string>>): Questioned
  answer<Result>(prepared: Prepared<Result>): Result
}

export type Acme = Asked

export const openAcme = (): Promise<Acme> => openDirectory('examples/acme')

/** The snapshot in a directory. */
export async function openDirectory(directory: string): Promise<Asked> {
  const model = await loadModel(directory)
  const graph = buildGraph(model)
  const register = registerOf(model, graph)
  return {
    model,
    graph,
    register,
    have: new Map(),
    with: (have) => ({
      graph,
      register,
      have: new Map(Object.entries(have).map(([key, value]) => [key, [value]])),
    }),
    answer: (prepared) => prepared.answer(model),
  }
}
