import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

export function addReach(program: Command, context: Context): void {
  const command = program
    .command('reach')
    .summary('everything a principal can become and touch')
    .description('Lists every identity, resource and account that some path from a principal leads to, nearest first.')
    .argument('<principal>', 'an ARN, role/NAME, user/NAME, an access key id, or * for anybody, unsigned')
  withAll(withQuestionOptions(command, 'trustwalk reach role/runner')).action(
    async (principal: string, options: QuestionOptions) => {
      const { reachQuery } = await import('#queries/reach.ts')
      writeAnswer(await ask(reachQuery, { principal }, options, context), options, context.io)
    },
  )
}
