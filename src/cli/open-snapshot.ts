import { workspaceOf } from '#src/store/workspace.ts'
import { openSnapshot as open, type Snapshot } from '../opened-snapshot.ts'
import type { Io } from './io.ts'
import { progressOn, writeMessage } from './output.ts'

/** Opens the snapshot that was asked for (an id, a path, or the one imported last), and says on stderr what takes long. */
export async function openSnapshot(
  asked: string | undefined,
  options: { readonly quiet?: boolean },
  io: Io,
): Promise<Snapshot> {
  const progress = progressOn(io, options)
  return open(asked, {
    workspace: workspaceOf(io.env, io.directory),
    progress: (_, done, of) => {
      if (done === of) progress.done()
      else progress.update(`reading ${done}/${of} accounts`)
    },
    notice: (text) => writeMessage(text, options, io),
  })
}
