import { type Command, InvalidArgumentError, Option } from 'commander'

/** Options that every question has. */
export interface CommonOptions {
  readonly format: 'text' | 'json'
  readonly quiet?: boolean
}

export interface QuestionOptions extends CommonOptions {
  readonly snapshot?: string
  readonly have: Have
  readonly arn?: boolean
}

/** Facts about whoever makes the requests: values by context key. */
export type Have = ReadonlyMap<string, readonly string[]>

/** `--format` and `--quiet`, and the example at the end of `--help`. */
export function withCommonOptions(command: Command, example: string): Command {
  return command
    .addOption(
      new Option('--format <format>', 'text for people, json for programs').choices(['text', 'json']).default('text'),
    )
    .option('--quiet', 'no messages on stderr but errors')
    .addHelpText('after', `\nExample:\n  ${example.trim().replaceAll('\n', '\n  ')}\n`)
}

/** The options of a question to a snapshot. */
export function withQuestionOptions(command: Command, example: string): Command {
  return withCommonOptions(command, example)
    .option('--snapshot <path|id>', 'a directory, or an id of `trustwalk snapshots`; default: the latest imported')
    .addOption(
      new Option(
        '--have <key=value>',
        'state a fact about whoever asks, such as aws:MultiFactorAuthPresent=true; repeatable',
      )
        .argParser(addFact)
        .default(new Map(), 'nothing'),
    )
    .option('--arn', 'whole ARNs instead of short names')
}

/** `--all`, for answers that are lists. */
export function withAll(command: Command): Command {
  return command.option('--all', 'the whole list, where text would be cut')
}

/** A whole number of at least `least`. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`Expected a whole number of at least ${least}`)
    }
    return value
  }
}

/** Splits `key=value`; a key that is stated twice has both values. */
function addFact(text: string, before: Have): Have {
  const split = text.indexOf('=')
  if (split <= 0) throw new InvalidArgumentError('Expected key=value, such as aws:MultiFactorAuthPresent=true')
  const key = text.slice(0, split)
  const facts = new Map(before)
  facts.set(key, [...(before.get(key) ?? []), text.slice(split + 1)])
  return facts
}
