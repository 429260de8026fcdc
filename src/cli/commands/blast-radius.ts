import type { Command } from 'commander'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { type QuestionOptions, withAll, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

export function addBlastRadius(program: Command, context: Context): void {
  const command = program
    .command('blast-radius')
    .summary('what a leaked key opens, and what to do first')
    .description(
      'Says whose a key is, which identities, accounts and data it leads to, and how to contain it, in order.',
    )
    .argument('<subject>', 'an access key id, or a principal: an ARN, role/NAME, user/NAME')
  withAll(withQuestionOptions(command, 'trustwalk blast-radius AKIAIOSFODNN7EXAMPLE')).action(
    async (subject: string, options: QuestionOptions) => {
      const { blastRadius } = await import('#queries/blast-radius.ts')
      writeAnswer(await ask(blastRadius, { subject }, options, context), options, context.io)
    },
  )
}
