import type { Command } from 'commander'
import { importSnapshot } from '#ingest/import-snapshot.ts'
import { gapJson } from '#queries/naming.ts'
import type { Hint } from '#src/answers/answer.ts'
import type { ImportAnswer } from '#src/answers/import.ts'
import type { Graph } from '#src/graph/graph.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import type { Gap, Model } from '#src/model/model.ts'
import { workspaceOf } from '#src/store/workspace.ts'
import type { Context } from '../context.ts'
import { gapLines } from '../gap-lines.ts'
import { type CommonOptions, withCommonOptions } from '../options.ts'
import { progressOn, writeAnswer, writeMessage } from '../output.ts'
import { buildNamedGraph, interestOfGraph, storeGraph } from '../stored-graph.ts'

export function addImport(program: Command, context: Context): void {
  const command = program
    .command('import')
    .summary('read recorded files into a snapshot, and build its graph')
    .description(
      'Reads recorded responses of AWS, or documents that `aws iam get-account-authorization-details` printed (plain or ' +
        '.gz), into the workspace: .trustwalk, or $TRUSTWALK_HOME. The originals are left alone.',
    )
    .argument('<path...>', 'a snapshot directory, or files and folders of documents')
  withCommonOptions(command, 'trustwalk import examples/acme').action(
    (paths: readonly string[], options: CommonOptions) => importPaths(paths, options, context),
  )
}

async function importPaths(paths: readonly string[], options: CommonOptions, { io }: Context): Promise<void> {
  const workspace = workspaceOf(io.env, io.directory)
  const progress = progressOn(io, options)
  const imported = await importSnapshot(paths, workspace, {
    interest: await interestOfGraph(),
    progress: (step, done, of) =>
      progress.update(step === 'copying' ? `copying ${done}/${of} files` : `reading ${done}/${of} accounts`),
  })
  progress.update('building the graph')
  const named = await buildNamedGraph(imported.model)
  const problem = storeGraph(workspace, imported.id, named)
  progress.done()
  if (problem !== undefined) writeMessage(problem, options, io)
  for (const line of gapLines(imported.model.gaps)) writeMessage(line, options, io)
  writeAnswer(answerOf(imported, named.graph), options, io)
}

function answerOf(imported: Awaited<ReturnType<typeof importSnapshot>>, graph: Graph): ImportAnswer {
  const { model, files, bytes, isNew, id } = imported
  const { capturedAt, organizationId } = model.snapshot
  const accounts = [...model.accounts.values()]
  const total = (countOf: (account: (typeof accounts)[number]) => number) =>
    accounts.reduce((sum, account) => sum + countOf(account), 0)
  return {
    shape: 'import',
    kind: 'trustwalk.import',
    version: 1,
    snapshot: { id, capturedAt, ...(organizationId !== undefined && { organizationId }) },
    accounts: accounts.length,
    collectedAccounts: accounts.filter(({ isCollected }) => isCollected).length,
    users: total(({ users }) => users.length),
    groups: total(({ groups }) => groups.length),
    roles: total(({ roles }) => roles.length),
    resources: total(({ resources }) => resources.length),
    nodes: graph.nodeCount,
    hops: countHops(graph),
    files,
    bytes,
    wasKnown: !isNew,
    gaps: model.gaps.filter(({ code }) => code !== 'Unreadable').map(gapJson),
    problems: model.gaps.filter(({ code }) => code === 'Unreadable').map(problemJson),
    text: { nodes: {}, techniques: {}, notes: [], hints: hintsFor(model) },
  }
}

/** Hops from node to node; what a class of principals has in common is stored once. */
function countHops({ nodeCount, out }: Graph): number {
  let hops = 0
  for (let link = 0; link < out.start[nodeCount]!; link++) {
    const end = out.end[link]!
    hops += end < nodeCount ? 1 : out.start[end + 1]! - out.start[end]!
  }
  return hops
}

/** `accounts/1/iam.json: UserDetailList[4]: expected …`: the file, and what is wrong there. */
function problemJson({ message = '', service, operation }: Gap): ImportAnswer['problems'][number] {
  const split = message.indexOf(': ')
  if (split < 0) return { file: `${service} ${operation}`, reason: message }
  return { file: message.slice(0, split), reason: message.slice(split + 2) }
}

function hintsFor({ accounts }: Model): readonly Hint[] {
  const users = [...accounts.values()].flatMap(({ users }) => users)
  const key = users.flatMap(({ accessKeys }) => accessKeys).find(({ status }) => status === 'Active')
  return [
    { text: 'what lets outsiders in', command: 'trustwalk external' },
    ...(key === undefined
      ? []
      : [{ text: 'what a leaked key opens', command: `trustwalk blast-radius ${quoteArgument(key.id)}` }]),
  ]
}
