import { type Argument, Command } from 'commander'
import { addVerbs } from './commands/index.ts'
import type { ExitCode } from './exit-codes.ts'
import type { Io } from './io.ts'
import { version } from './version.ts'

/** The program with all its verbs; it writes to `io` and throws where commander alone would end the process. */
export function createProgram(io: Io, finish: (code: ExitCode) => void): Command {
  const program = new Command('trustwalk')
    .description('Who can really do what in an AWS organization, through which chain of hops, under which conditions.')
    .version(version, '--version', 'print the version')
    .helpOption('--help', 'explain')
    .usage('VERB ...')
    .helpCommand(false)
    .commandsGroup('Verbs:')
    .configureHelp({ subcommandTerm: (verb) => [verb.name(), ...verb.registeredArguments.map(shown)].join(' ') })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => Math.max(80, io.stdout.columns ?? 100),
      getOutHasColors: () => false,
    })
  const context = { io, finish }
  for (const addVerb of addVerbs) addVerb(program, context)
  return program
}

const shown = (argument: Argument) => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`.toUpperCase()
  return argument.required ? name : `[${name}]`
}
