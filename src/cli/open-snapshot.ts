import { loadModel } from '#ingest/load-model.ts'
import type { AccountsNeeded } from '#queries/query.ts'
import type { Model } from '#src/model/model.ts'
import { resolveSnapshot, workspaceOf } from '#src/store/workspace.ts'
import type { Io } from './io.ts'
import { progressOn, writeMessage } from './output.ts'
import { buildNamedGraph, interestOfGraph, type NamedGraph, readStoredGraph, storeGraph } from './stored-graph.ts'

/** A snapshot that can be asked: its graph, the names that go with it, and its documents when they are needed. */
export interface OpenedSnapshot extends NamedGraph {
  /** A model in which at least these accounts are loaded. */
  load(accounts: AccountsNeeded): Promise<Model>
}

interface Options {
  readonly quiet?: boolean
}

/**
 * Opens the snapshot that was asked for: an id, a path, or (undefined) the one imported last. Of a snapshot in the workspace
 * the stored graph is used; where there is none, or one that cannot be trusted, it is built and stored.
 */
export async function openSnapshot(asked: string | undefined, options: Options, io: Io): Promise<OpenedSnapshot> {
  const workspace = workspaceOf(io.env, io.directory)
  const { id, directory } = resolveSnapshot(workspace, asked)
  if (id === undefined) return openUnstored(directory, options, io)
  const stored = readStoredGraph(workspace, id) ?? (await rebuild(workspace, id, directory, options, io))
  return { ...stored, load: (accounts) => load(directory, id, accounts, options, io) }
}

/** A directory outside the workspace is read whole, and nothing of it is kept. */
async function openUnstored(directory: string, options: Options, io: Io): Promise<OpenedSnapshot> {
  const model = await load(directory, undefined, 'all', options, io)
  return { ...(await buildNamedGraph(model)), load: async () => model }
}

async function rebuild(
  workspace: string,
  id: string,
  directory: string,
  options: Options,
  io: Io,
): Promise<NamedGraph> {
  writeMessage(`building the graph of snapshot ${id}`, options, io)
  const progress = progressOn(io, options)
  const model = await loadModel(directory, {
    interest: await interestOfGraph(),
    progress: (done, of) => progress.update(`reading ${done}/${of} accounts`),
  })
  const named = await buildNamedGraph({ ...model, snapshot: { ...model.snapshot, id } })
  progress.done()
  const problem = storeGraph(workspace, id, named)
  if (problem !== undefined) writeMessage(problem, options, io)
  return named
}

async function load(
  directory: string,
  id: string | undefined,
  accounts: AccountsNeeded,
  options: Options,
  io: Io,
): Promise<Model> {
  const progress = progressOn(io, options)
  const model = await loadModel(directory, {
    ...(accounts !== 'all' && { accounts }),
    progress: (done, of) => progress.update(`reading ${done}/${of} accounts`),
  })
  progress.done()
  return id === undefined ? model : { ...model, snapshot: { ...model.snapshot, id } }
}
