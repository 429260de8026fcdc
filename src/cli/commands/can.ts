import type { Command } from 'commander'
import { usageError } from '#src/lib/errors.ts'
import { ask } from '../ask.ts'
import type { Context } from '../context.ts'
import { readJsonLines } from '../files.ts'
import { type QuestionOptions, withQuestionOptions } from '../options.ts'
import { writeAnswer } from '../output.ts'

interface Options extends QuestionOptions {
  readonly requests?: string
}

export function addCan(program: Command, context: Context): void {
  const command = program
    .command('can')
    .summary('may this principal do that: one decision, layer by layer')
    .usage('<principal> <action> <resource> [options]\n       trustwalk can --requests <file> [options]')
    .description(
      'Decides one request, with the statement of each layer that has a say. Reading an encrypted object includes its key.',
    )
    .argument('[principal]', 'an ARN, role/NAME, user/NAME, an access key id, or * for anybody, unsigned')
    .argument('[action]', 'such as s3:GetObject')
    .argument('[resource]', 'an ARN, or * for actions that have none')
    .option('--requests <file>', 'answer one {"principal","action","resource","have":{…}} a line; - is standard input')
  withQuestionOptions(
    command,
    `trustwalk can role/runner s3:GetObject arn:aws:s3:::ledger/x.csv
trustwalk can --requests requests.jsonl --format json`,
  ).action(
    async (
      principal: string | undefined,
      action: string | undefined,
      resource: string | undefined,
      options: Options,
    ) => {
      if (options.requests !== undefined) {
        if (principal !== undefined) throw usageError('expected either a request or --requests, got both')
        const { canRequests } = await import('#queries/can-requests.ts')
        const answer = await ask(
          canRequests,
          { requests: [...(await readJsonLines(options.requests, context.io))] },
          options,
          context,
        )
        writeAnswer(answer, options, context.io)
        return
      }
      if (principal === undefined || action === undefined || resource === undefined) {
        throw usageError(
          'expected PRINCIPAL ACTION RESOURCE, or --requests FILE',
          'trustwalk can --help shows an example',
        )
      }
      const { can } = await import('#queries/can.ts')
      writeAnswer(await ask(can, { principal, action, resource }, options, context), options, context.io)
    },
  )
}
