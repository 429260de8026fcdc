import { Argument, type Command } from 'commander'
import { completionScript, shells } from '../completion.ts'
import type { Context } from '../context.ts'

export function addCompletion(program: Command, { io }: Context): void {
  program
    .command('completion')
    .summary('print a script that completes verbs and options in a shell')
    .description('Prints a script that completes verbs, options and their values.')
    .addArgument(new Argument('<shell>', 'your shell').choices(shells))
    .addHelpText(
      'after',
      `
Examples:
  source <(trustwalk completion bash)
  source <(trustwalk completion zsh)
  trustwalk completion fish > ~/.config/fish/completions/trustwalk.fish
`,
    )
    .action((shell: (typeof shells)[number]) => io.stdout.write(completionScript(shell, program)))
}
