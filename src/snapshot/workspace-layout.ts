import { join } from 'node:path'

/** Where a workspace keeps what. A graph is derived from its snapshot and can be thrown away. */
export const snapshotsFolder = (workspace: string): string => join(workspace, 'snapshots')

export const graphsFolder = (workspace: string): string => join(workspace, 'graphs')

export const graphFileOf = (workspace: string, id: string): string => join(graphsFolder(workspace), `${id}.graph`)
