import { importSnapshot as importFiles } from '#ingest/import-snapshot.ts'
import { loadModel } from '#ingest/load-model.ts'
import type { AccountsNeeded } from '#queries/query.ts'
import { buildNamedGraph, interestOfGraph, type NamedGraph, readStoredGraph, storeGraph } from './cli/stored-graph.ts'
import type { Graph } from './graph/graph.ts'
import type { Register } from './graph/register.ts'
import { quote } from './lib/escape.ts'
import type { Model } from './model/model.ts'
import { resolveSnapshot, workspaceOf } from './store/workspace.ts'

/** A snapshot that can be asked. Nothing in it changes; any number of questions may be asked at once. */
export interface Snapshot {
  /** Short content id: the same bytes give the same. */
  readonly id: string
  readonly directory: string
  /** Nodes and hops of the whole organization. */
  readonly graph: Graph
  /** Names, places in the organization, access keys, tags, gaps. */
  readonly register: Register
  /** The documents behind the graph, with at least these accounts loaded. Reads files; rejects with an `InputError` if it cannot. */
  load(accounts?: AccountsNeeded): Promise<Model>
}

export interface OpenOptions {
  /** Directory of the workspace. Default: `$TRUSTWALK_HOME`, or `.trustwalk` in the working directory. */
  readonly workspace?: string
  /** Told what is being done and how far it is. */
  readonly progress?: (step: 'copying' | 'reading', done: number, of: number) => void
  /** Told, in a sentence, that a graph is built (again), or that it cannot be stored. */
  readonly notice?: (text: string) => void
}

/**
 * Opens a snapshot: an id of the workspace, or a directory or file that can be read as one; without a name the one that was
 * imported last. The stored graph is used where there is one that can be trusted; else the graph is built, and stored for
 * snapshots of the workspace. Rejects with an `InputError`: of kind `usage` if there is no such snapshot, of kind `unreadable`
 * if nothing of it can be read, or a stored one was changed.
 */
export async function openSnapshot(idOrPath?: string, options: OpenOptions = {}): Promise<Snapshot> {
  const workspace = workspaceIn(options)
  const { id, directory } = resolveSnapshot(workspace, idOrPath)
  const load = loader(id ?? '', directory, options)
  if (id === undefined) {
    const name = quote(idOrPath ?? directory)
    options.notice?.(`building the graph of ${name}, for this question only: an imported snapshot keeps it`)
    const model = await load('all')
    return { id: model.snapshot.id, directory, ...(await buildNamedGraph(model)), load: async () => model }
  }
  const stored = readStoredGraph(workspace, id)
  if (stored !== undefined) return opened(id, directory, stored, load)
  options.notice?.(`building the graph of snapshot ${id}`)
  const named = await buildNamedGraph(await load('all', await interestOfGraph()))
  const problem = storeGraph(workspace, id, named)
  if (problem !== undefined) options.notice?.(problem)
  return opened(id, directory, named, load)
}

/**
 * Copies files into a workspace as a snapshot (interchange directories, or documents of `get-account-authorization-details`),
 * builds its graph and opens it. What cannot be read is in the gaps of its register. Rejects with an `InputError` of kind `unreadable`
 * if nothing can be read.
 */
export async function importSnapshot(paths: readonly string[], options: OpenOptions = {}): Promise<Snapshot> {
  const workspace = workspaceIn(options)
  const { id, directory, model } = await importFiles(paths, workspace, {
    interest: await interestOfGraph(),
    ...(options.progress && { progress: options.progress }),
  })
  const named = await buildNamedGraph(model)
  const problem = storeGraph(workspace, id, named)
  if (problem !== undefined) options.notice?.(problem)
  return opened(id, directory, named, loader(id, directory, options))
}

const workspaceIn = ({ workspace }: OpenOptions): string => workspace ?? workspaceOf(process.env, process.cwd())

function loader(id: string, directory: string, { progress }: OpenOptions) {
  return async (accounts: AccountsNeeded = 'all', interest?: (pattern: string) => boolean): Promise<Model> => {
    const model = await loadModel(directory, {
      ...(accounts !== 'all' && { accounts }),
      ...(interest && { interest }),
      ...(progress && { progress: (done, of) => progress('reading', done, of) }),
    })
    return id === '' ? model : { ...model, snapshot: { ...model.snapshot, id } }
  }
}

/** A question that the graph alone answers reads no file. */
function opened(id: string, directory: string, named: NamedGraph, load: Snapshot['load']): Snapshot {
  const nothing: Model = {
    snapshot: named.register.snapshot,
    organization: undefined,
    accounts: new Map(),
    gaps: named.register.gaps,
  }
  return {
    id,
    directory,
    ...named,
    load: async (accounts = 'all') => (accounts !== 'all' && accounts.size === 0 ? nothing : load(accounts)),
  }
}
