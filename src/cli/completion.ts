import type { Command, Option } from 'commander'

export const shells = ['bash', 'zsh', 'fish'] as const

interface Verb {
  readonly name: string
  readonly summary: string
  readonly options: readonly Flag[]
  /** Words that its first argument may be. */
  readonly words: readonly string[]
}

interface Flag {
  readonly long: string
  readonly description: string
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** A completion script, made from the program itself: a new verb or option needs nothing here. */
export function completionScript(shell: (typeof shells)[number], program: Command): string {
  const verbs = program.commands.map(verbOf)
  return { bash, zsh, fish }[shell](verbs)
}

function verbOf(command: Command): Verb {
  return {
    name: command.name(),
    summary: command.summary() || command.description(),
    options: command.options.flatMap(flagOf),
    words: [
      ...command.commands.map((sub) => sub.name()),
      ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    ],
  }
}

function flagOf(option: Option): readonly Flag[] {
  if (option.long === undefined || option.long === null) return []
  const { long, description, argChoices, required, optional } = option
  return [{ long, description, takesValue: required || optional, choices: argChoices ?? [] }]
}

function bash(verbs: readonly Verb[]): string {
  const cases = verbs.map(
    (verb) =>
      `    ${verb.name}) words=${single([...verb.options.map(({ long }) => long), '--help', ...verb.words].join(' '))} ;;`,
  )
  const values = choicesOf(verbs).map(
    ([long, choices]) => `    ${long}) COMPREPLY=($(compgen -W ${single(choices.join(' '))} -- "$current")); return ;;`,
  )
  return `# bash completion for trustwalk
_trustwalk() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${single(verbs.map(({ name }) => name).join(' '))} -- "$current"))
    return
  fi
  case "$previous" in
${values.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _trustwalk trustwalk
`
}

function zsh(verbs: readonly Verb[]): string {
  const names = verbs.map(({ name, summary }) => `    ${single(`${name}:${summary.replaceAll(':', '\\:')}`)}`)
  const cases = verbs.map((verb) => {
    const flags = verb.options.map((flag) => {
      const value = !flag.takesValue
        ? ''
        : flag.choices.length > 0
          ? `:value:(${flag.choices.join(' ')})`
          : ':value:_files'
      return `      ${single(`*${flag.long}[${flag.description.replace(/[[\]:]/g, '\\$&')}]${value}`)}`
    })
    const rest = verb.words.length > 0 ? `1:word:(${verb.words.join(' ')})` : '*:file:_files'
    return `    ${verb.name}) _arguments \\\n${[...flags, `      ${single(rest)}`].join(' \\\n')} ;;`
  })
  return `#compdef trustwalk
_trustwalk() {
  local -a verbs=(
${names.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$verb" in
${cases.join('\n')}
  esac
}
compdef _trustwalk trustwalk
`
}

function fish(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap(({ name, summary, options, words }) => [
    `complete -c trustwalk -n __fish_use_subcommand -f -a ${name} -d ${single(summary)}`,
    ...options.map(({ long, description, takesValue, choices }) => {
      const value = !takesValue ? '' : choices.length > 0 ? ` -x -a ${single(choices.join(' '))}` : ' -r'
      return `complete -c trustwalk -n '__fish_seen_subcommand_from ${name}' -l ${long.slice(2)}${value} -d ${single(description)}`
    }),
    ...words.map((word) => `complete -c trustwalk -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`),
  ])
  return `# fish completion for trustwalk\n${lines.join('\n')}\n`
}

/** Options whose values are a closed list, each once. */
function choicesOf(verbs: readonly Verb[]): readonly (readonly [long: string, choices: readonly string[]])[] {
  const byName = new Map<string, Set<string>>()
  for (const { long, choices } of verbs.flatMap(({ options }) => options)) {
    if (choices.length > 0) byName.set(long, new Set([...(byName.get(long) ?? []), ...choices]))
  }
  return [...byName].map(([long, choices]) => [long, [...choices]])
}

/** A word in single quotes, for every shell here. */
function single(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
