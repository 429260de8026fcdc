import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

interface Options extends QuestionOptions {
  readonly transitive?: boolean
}

export function addWhoCan(program: Command, context: Context): void {
  const command = program
    .command('who-can')
    .summary('every principal that may do that, directly or through others')
    .description('Lists every principal that may do an action on a resource; the public and outsiders too.')
    .argument('<action>', 'such as s3:GetObject')
    .argument('<resource>', 'an ARN, or * for actions that have none')
    .option('--transitive', 'also who gets there through hops')
  withAll(withQuestionOptions(command, 'trustwalk who-can s3:GetObject arn:aws:s3:::ledger/x.csv --transitive')).action(
    async (action: string, resource: string, options: Options) => {
      const { whoCan } = await import('#queries/who-can.ts')
      const params = { action, resource, transitive: options.transitive ?? false }
      writeAnswer(await ask(whoCan, params, options, context), options, context.io)
    },
  )
}
