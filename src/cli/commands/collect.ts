import { type Command, Option } from 'commander'
import type { CollectOptions } from '#ingest/collect.ts'
import { CollectingSnapshot } from '#src/snapshot/collecting.ts'
import { snapshotsFolder } from '#src/snapshot/workspace-layout.ts'
import { workspaceOf } from '#src/store/workspace.ts'
import { collectProgress } from '../collect-progress.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { type CommonOptions, wholeNumber, withAll, withCommonOptions } from '../options.ts'
import { progressOn, writeAnswer, writeMessage } from '../output.ts'
import { version } from '../version.ts'

interface Options extends CommonOptions {
  readonly profile?: string
  readonly roleName?: readonly string[]
  readonly externalId?: string
  readonly accounts?: readonly string[]
  readonly ou?: readonly string[]
  readonly regions?: readonly string[]
  readonly services?: readonly string[]
  readonly lastAccessed?: boolean
  readonly resume?: boolean
  readonly dryRun?: boolean
  readonly allowGaps?: boolean
  readonly parallel: number
  readonly parallelAccounts: number
  readonly timeout: number
  readonly all?: boolean
}

export function addCollect(program: Command, context: Context): void {
  const command = program
    .command('collect')
    .summary('walk a live organization into a snapshot')
    .description(
      'Walks an AWS organization, or a single account, into a snapshot of the workspace: .trustwalk, or $TRUSTWALK_HOME. ' +
        'Credentials, region and endpoints are found as the AWS SDK finds them. It only reads; `trustwalk collector-policy` prints what ' +
        'it has to be allowed.',
    )
    .option('--profile <name>', 'profile of the AWS configuration files; SSO profiles too')
    .option(
      '--role-name <name...>',
      'role to assume in other accounts; default: trustwalk-reader, then OrganizationAccountAccessRole, then AWSControlTowerExecution',
    )
    .option('--external-id <id>', 'external ID that the role asks for')
    .addOption(list('--accounts <list>', 'only these accounts: ids or names, separated by commas'))
    .addOption(list('--ou <list>', 'only accounts in or below these organizational units: ids or names'))
    .addOption(list('--regions <list>', 'only these regions; default: all that an account has switched on'))
    .addOption(list('--services <list>', 'only these services, such as iam,s3,kms'))
    .option('--last-accessed', 'ask when services were last used, too: slow, and two calls for each identity')
    .option('--resume', 'go on with the collection that was left unfinished')
    .option(
      '--dry-run',
      'say what would be called, and call nothing but what tells which accounts and regions there are',
    )
    .option('--allow-gaps', 'exit code 0 although something is missing')
    .option('--parallel <number>', 'calls in flight at a time', wholeNumber(1), 16)
    .option('--parallel-accounts <number>', 'accounts at a time', wholeNumber(1), 8)
    .option('--timeout <seconds>', 'how long an answer may take', wholeNumber(1), 30)
  withAll(withCommonOptions(command, 'trustwalk collect --profile audit --regions eu-west-1,us-east-1')).action(
    (options: Options) => collect(options, context),
  )
}

const list = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string, before: readonly string[] = []) => [
    ...before,
    ...text.split(',').filter((part) => part !== ''),
  ])

async function collect(options: Options, { io, finish }: Context): Promise<void> {
  // The SDK says on stderr that it will ask for a newer Node one day.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  const { collectSnapshot, planCollection, resumeCollection, usualRoles } = await import('#ingest/collect.ts')
  const { collectAnswer, planAnswer } = await import('../collect-answer.ts')
  const progress = progressOn(io, options)
  const wanted: CollectOptions = {
    ...filtersOf(options),
    workspace: workspaceOf(io.env, io.directory),
    roleNames: options.roleName ?? usualRoles,
    lastAccessed: options.lastAccessed === true,
    parallel: options.parallel,
    accountsAtOnce: options.parallelAccounts,
    timeout: options.timeout * 1000,
    userAgent: `trustwalk/${version}`,
    now: () => io.now(),
    progress: collectProgress(progress, () => io.now()),
  }
  if (options.dryRun === true) {
    writeAnswer(planAnswer(await planCollection(wanted), wanted), options, io)
    return
  }
  const interrupt = () => {
    progress.done()
    io.stderr.write('stopped; what was finished stays: trustwalk collect --resume goes on with the rest\n')
    process.exit(interrupted)
  }
  process.once('SIGINT', interrupt)
  try {
    const collected = await (options.resume === true ? resumeCollection : collectSnapshot)(wanted)
    progress.done()
    const answer = collectAnswer(collected)
    if (CollectingSnapshot.hasAbandoned(snapshotsFolder(wanted.workspace))) {
      writeMessage('note: an unfinished collection is left in the workspace: trustwalk collect --resume', options, io)
    }
    writeAnswer(answer, options, io)
    if (answer.entries.length > 0 && options.allowGaps !== true) finish(exitCodes.incomplete)
  } finally {
    progress.done()
    process.off('SIGINT', interrupt)
  }
}

/** What shells say of a program that Ctrl-C ended. */
const interrupted = 130

function filtersOf({ profile, externalId, accounts, ou, regions, services }: Options) {
  return {
    ...(profile !== undefined && { profile }),
    ...(externalId !== undefined && { externalId }),
    ...(accounts !== undefined && { accounts }),
    ...(ou !== undefined && { units: ou }),
    ...(regions !== undefined && { regions }),
    ...(services !== undefined && { services }),
  }
}
