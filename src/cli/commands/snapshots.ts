import type { Command } from 'commander'
import { loadModel } from '#ingest/load-model.ts'
import { gapJson } from '#queries/naming.ts'
import type { RowsAnswer } from '#src/answers/rows.ts'
import {
  listSnapshots,
  pruneSnapshots,
  resolveSnapshot,
  type StoredSnapshot,
  verifySnapshot,
  workspaceOf,
} from '#src/store/workspace.ts'
import type { Context } from '../context.ts'
import { gapLine } from '../gap-lines.ts'
import { type CommonOptions, wholeNumber, withAll, withCommonOptions } from '../options.ts'
import { progressOn, writeAnswer } from '../output.ts'

const noText = { nodes: {}, techniques: {}, notes: [], hints: [] }

export function addSnapshots(program: Command, context: Context): void {
  const command = program
    .command('snapshots')
    .summary('list, verify and prune what was imported')
    .helpCommand(false)
    .description('The snapshots of the workspace: .trustwalk, or $TRUSTWALK_HOME.')
    .addHelpText('after', '\nExample:\n  trustwalk snapshots list\n')
  addList(command, context)
  addVerify(command, context)
  addPrune(command, context)
}

function addList(snapshots: Command, { io }: Context): void {
  const command = snapshots.command('list', { isDefault: true }).description('Lists the snapshots, the latest first.')
  withAll(withCommonOptions(command, 'trustwalk snapshots list --format json')).action((options: CommonOptions) => {
    const stored = listSnapshots(workspaceOf(io.env, io.directory))
    writeAnswer(listOf(stored, 'no snapshot yet: trustwalk import PATH reads one'), options, io)
  })
}

function addVerify(snapshots: Command, { io }: Context): void {
  const command = snapshots
    .command('verify')
    .description(
      'Compares every file with the checksum it was stored with, and lists all that was not collected or cannot be read.',
    )
    .argument('[snapshot]', 'an id, or its beginning; default: the latest')
  withCommonOptions(command, 'trustwalk snapshots verify').action(
    async (asked: string | undefined, options: CommonOptions) => {
      const { id, directory } = resolveSnapshot(workspaceOf(io.env, io.directory), asked)
      const files = verifySnapshot(directory)
      const progress = progressOn(io, options)
      const model = await loadModel(directory, {
        progress: (done, of) => progress.update(`reading ${done}/${of} accounts`),
      })
      progress.done()
      const { capturedAt, organizationId } = model.snapshot
      const whole = `snapshot ${id ?? directory} is as it was stored: ${files} files`
      writeAnswer(
        {
          shape: 'rows',
          kind: 'trustwalk.snapshots-verify',
          version: 1,
          snapshot: { id: id ?? '', capturedAt, ...(organizationId !== undefined && { organizationId }) },
          entries: model.gaps.map((gap) => ({ ...gapJson(gap), message: gap.message, text: gapLine(gap) })),
          table: {
            headline: `${whole}; not all could be read`,
            columns: [{ key: 'text', title: 'what', as: 'text' }],
            empty: `${whole}; nothing is missing`,
          },
          text: noText,
        },
        { ...options, all: true },
        io,
      )
    },
  )
}

function addPrune(snapshots: Command, { io }: Context): void {
  const command = snapshots
    .command('prune')
    .description('Removes all but the latest snapshots, with the graphs that were built from them.')
    .requiredOption('--keep <number>', 'how many to keep', wholeNumber(0))
  withAll(withCommonOptions(command, 'trustwalk snapshots prune --keep 30')).action(
    (options: CommonOptions & { readonly keep: number }) => {
      const removed = pruneSnapshots(workspaceOf(io.env, io.directory), options.keep)
      writeAnswer(listOf(removed, 'nothing to remove', 'removed'), options, io)
    },
  )
}

function listOf(stored: readonly StoredSnapshot[], empty: string, verb = ''): RowsAnswer {
  const number = stored.length === 1 ? '1 snapshot' : `${stored.length} snapshots`
  return {
    shape: 'rows',
    kind: 'trustwalk.snapshots',
    version: 1,
    entries: stored.map(({ id, capturedAt, importedAt, organizationId, accounts, files, directory }) => ({
      id,
      capturedAt: capturedAt ?? null,
      importedAt: new Date(importedAt).toISOString(),
      organizationId: organizationId ?? null,
      accounts,
      files,
      directory,
    })),
    table: {
      headline: verb === '' ? `${number}, the latest first` : `${verb} ${number}`,
      columns: [
        { key: 'id', title: 'id', as: 'text' },
        { key: 'capturedAt', title: 'captured', as: 'time' },
        { key: 'importedAt', title: 'imported', as: 'time' },
        { key: 'organizationId', title: 'organization', as: 'text' },
        { key: 'accounts', title: 'accounts', as: 'number' },
        { key: 'files', title: 'files', as: 'number', isExtra: true },
      ],
      empty,
    },
    text: noText,
  }
}
