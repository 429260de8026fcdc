import { CommanderError } from 'commander'
import { InputError, messageOf, renderError, usageError } from '#src/lib/errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { firstContact } from './first-contact.ts'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

/** Runs one command line, without the program's name. Never throws; what went wrong is on stderr and in the exit code. */
export async function run(args: readonly string[], io: Io): Promise<ExitCode> {
  if (args.length === 0) {
    io.stdout.write(firstContact)
    return exitCodes.answered
  }
  let exitCode: ExitCode = exitCodes.answered
  try {
    const program = createProgram(io, (code) => {
      exitCode = code
    })
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    return report(error, args, io)
  }
}

function report(error: unknown, args: readonly string[], io: Io): ExitCode {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.answered
    io.stderr.write(`${renderError(inOurWords(error, args))}\n`)
    return exitCodes.usage
  }
  if (error instanceof InputError) {
    io.stderr.write(`${renderError(error)}\n`)
    return exitCodes[error.kind]
  }
  io.stderr.write(
    `bug: ${messageOf(error)}\n  help: this is a mistake in trustwalk; please report it with the command\n`,
  )
  const isDebugging = (io.env.TRUSTWALK_DEBUG ?? '') !== ''
  if (isDebugging && error instanceof Error) io.stderr.write(`${error.stack ?? ''}\n`)
  return exitCodes.bug
}

/** Commander's sentence: `error: unknown option '--form'` and, on a second line, `(Did you mean --from?)`. */
function inOurWords({ message, code }: CommanderError, args: readonly string[]): InputError {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n')
  const nearest = /\(Did you mean (.*)\?\)/.exec(rest.join(' '))?.[1]
  const sentence = first
    .replace(/\.$/, '')
    .replace(
      /^command-argument value ('.*') is invalid for argument ('.*')\. Allowed/,
      'argument $2 cannot be $1. Allowed',
    )
    .replaceAll("'", '`')
  return usageError(
    sentence.charAt(0).toLowerCase() + sentence.slice(1),
    nearest === undefined ? helpFor(code, args) : `did you mean ${nearest}?`,
  )
}

/** Where to read on: what was typed up to the first word that is no verb. */
function helpFor(code: string, args: readonly string[]): string {
  const [verb = ''] = args
  if (code === 'commander.unknownCommand' || !/^[a-z-]+$/.test(verb) || verb.startsWith('-')) {
    return '`trustwalk --help` lists the verbs, `trustwalk VERB --help` its options'
  }
  return `trustwalk ${verb} --help shows how it is asked, with an example`
}
