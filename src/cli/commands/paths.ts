import type { Command } from 'commander'
import { usageError } from '#src/lib/errors.ts'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { type FailOn, failOnOption, isFound } from '../fail-on.ts'
import { readJsonLines } from '../files.ts'
import { type QuestionOptions, wholeNumber, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

interface Options extends QuestionOptions {
  readonly from?: string
  readonly to?: string
  readonly max?: number
  readonly pairs?: string
  readonly failOn?: FailOn
}

const selectors =
  'an ARN (with * if you like), role/NAME, user/NAME, an access key id, account:NAME, ou:NAME, tag:KEY=VALUE, admin, admin:ACCOUNT, external, or * for anybody, unsigned'

export function addPaths(program: Command, context: Context): void {
  const command = program
    .command('paths')
    .summary('how one gets from here to there, proved hop by hop')
    .usage('--from <selector> --to <selector> [options]\n       trustwalk paths --pairs <file> [options]')
    .description(
      'Finds the shortest paths between every pair of the ends that two selectors give, and proves each hop.',
    )
    .option('--from <selector>', `where to start: ${selectors}`)
    .option('--to <selector>', 'where to end: the same, such as admin:prod')
    .option('--max <number>', 'how many paths to show for a pair (default: 3)', wholeNumber(1))
    .option('--pairs <file>', 'answer one {"from","to","have":{…}} a line; - is standard input')
    .addOption(failOnOption())
  withAll(
    withQuestionOptions(
      command,
      `trustwalk paths --from user/ci --to admin:prod
trustwalk paths --from ou:Dev --to tag:classification=crown-jewel --fail-on conditional`,
    ),
  ).action(async (options: Options) => {
    const verdicts =
      options.pairs === undefined ? await askOne(options, context) : await askPairs(options.pairs, options, context)
    if (isFound(options.failOn, verdicts)) context.finish(exitCodes.found)
  })
}

async function askOne(options: Options, context: Context) {
  const { from, to, max } = options
  if (from === undefined || to === undefined) {
    throw usageError('expected --from and --to, or --pairs', 'trustwalk paths --help shows an example')
  }
  const { paths } = await import('#queries/paths.ts')
  const answer = await ask(paths, { from, to, ...(max !== undefined && { max }) }, options, context)
  writeAnswer(answer, options, context.io)
  return answer.results.map(({ verdict }) => verdict)
}

async function askPairs(file: string, options: Options, context: Context) {
  if (options.from !== undefined || options.to !== undefined) {
    throw usageError('expected either --from and --to or --pairs, got both')
  }
  const { pathsPairs } = await import('#queries/paths-pairs.ts')
  const answer = await ask(pathsPairs, { pairs: [...(await readJsonLines(file, context.io))] }, options, context)
  writeAnswer(answer, options, context.io)
  return answer.lines.map(({ verdict }) => verdict)
}
