import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

interface Options extends QuestionOptions {
  readonly service?: string
}

export function addWhatCan(program: Command, context: Context): void {
  const command = program
    .command('what-can')
    .summary('what a principal may really do, after every cap')
    .description('Lists what a principal may do, after boundaries, service and resource control policies.')
    .argument('<principal>', 'an ARN, role/NAME, user/NAME, or an access key id')
    .option('--service <name>', 'only actions of this service, such as s3')
  withAll(withQuestionOptions(command, 'trustwalk what-can role/runner --service s3')).action(
    async (principal: string, options: Options) => {
      const { whatCan } = await import('#queries/what-can.ts')
      const params = { principal, ...(options.service !== undefined && { service: options.service }) }
      writeAnswer(await ask(whatCan, params, options, context), options, context.io)
    },
  )
}
