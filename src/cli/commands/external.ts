import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { exitCodes } from '../exit-codes.ts'
import { type FailOn, failOnOption, isFound } from '../fail-on.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

interface Options extends QuestionOptions {
  readonly failOn?: FailOn
}

export function addExternal(program: Command, context: Context): void {
  const command = program
    .command('external')
    .summary('everything that lets someone in from outside the organization')
    .description('Lists every role and resource that lets in someone from outside the organization: first hops only.')
    .addOption(failOnOption())
  withAll(withQuestionOptions(command, 'trustwalk external --fail-on certain')).action(async (options: Options) => {
    const { external } = await import('#queries/external.ts')
    const answer = await ask(external, {}, options, context)
    writeAnswer(answer, options, context.io)
    if (
      isFound(
        options.failOn,
        answer.entries.map(({ verdict }) => verdict),
      )
    )
      context.finish(exitCodes.found)
  })
}
