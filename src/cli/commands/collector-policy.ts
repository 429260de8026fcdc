import { type Command, Option } from 'commander'
import { formatJson } from '#src/lib/json.ts'
import type { Context } from '../context.ts'

interface Options {
  readonly for: 'management' | 'member'
  readonly stackSet?: boolean
  readonly identityCenter?: boolean
  readonly lastAccessed?: boolean
  readonly roleName?: string
}

export function addCollectorPolicy(program: Command, { io }: Context): void {
  program
    .command('collector-policy')
    .summary('print the least policy that lets collect read everything')
    .description(
      'Prints the least IAM policy that `trustwalk collect` needs, as JSON: made from the calls that it makes. With --stack-set, a CloudFormation ' +
        'template that makes the role for it in member accounts.',
    )
    .addOption(
      new Option('--for <account>', 'management: where the walk starts; member: every other account')
        .choices(['management', 'member'])
        .default('member'),
    )
    .option('--stack-set', 'the template of a StackSet that makes the role in member accounts')
    .option('--role-name <name>', 'the role in member accounts', 'trustwalk-reader')
    .option('--identity-center', 'for a member account that administers IAM Identity Center')
    .option('--last-accessed', 'also what `trustwalk collect --last-accessed` asks')
    .addHelpText('after', '\nExample:\n  trustwalk collector-policy --for management > policy.json\n')
    .action(async (options: Options) => {
      const roleName = options.roleName ?? 'trustwalk-reader'
      const more = {
        hasIdentityCenter: options.identityCenter === true,
        lastAccessed: options.lastAccessed === true,
        roleNames: [roleName],
      }
      const { collectorPolicy } = await import('#ingest/collector-policy.ts')
      const { collectorTemplate } = await import('#ingest/collector-template.ts')
      const document =
        options.stackSet === true ? collectorTemplate(roleName, more) : collectorPolicy({ ...more, of: options.for })
      io.stdout.write(`${formatJson(document)}\n`)
    })
}
