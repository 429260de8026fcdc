import type { Need } from '#src/techniques/technique.ts'

/** Needs as they are decided, whoever asks: those of existing things, and groups that must agree on names. */
export interface Arranged {
  readonly plain: readonly (readonly Need[])[]
  readonly naming: readonly { readonly needs: readonly (readonly Need[])[]; readonly key: string }[]
}

export function arranged(needs: readonly (readonly Need[])[]): Arranged {
  let known = arrangements.get(needs)
  if (known === undefined) {
    const named = templatesOf(needs)
    const plain: (readonly Need[])[] = []
    const naming: (readonly Need[])[] = []
    for (const alternatives of needs) (speaksOfNew(alternatives, named) ? naming : plain).push(alternatives)
    known = { plain, naming: namingGroups(naming) }
    arrangements.set(needs, known)
  }
  return known
}

const arrangements = new WeakMap<readonly (readonly Need[])[], Arranged>()

/** What some alternatives speak of: thousands of openings share most of theirs. */
interface Mentions {
  /** Things to be made, by template. */
  readonly made: Templates
  /** Values of context keys that may be templates. */
  readonly texts: readonly string[]
}

function mentionsOf(alternatives: readonly Need[]): Mentions {
  let known = mentions.get(alternatives)
  if (known === undefined) {
    const made = new Map<string, string>()
    const texts: string[] = []
    for (const { resource, context } of alternatives) {
      if (resource.kind === 'new') made.set(resource.template, resource.name)
      if (context === undefined) continue
      for (const key in context) for (const value of context[key]!) if (value.startsWith('arn:')) texts.push(value)
    }
    known = { made: made.size === 0 ? nothingMade : made, texts: texts.length === 0 ? noTexts : texts }
    mentions.set(alternatives, known)
  }
  return known
}

const mentions = new WeakMap<readonly Need[], Mentions>()

/** Names of new things by their templates: where a template stands among the values of a context key, it means the same thing. */
export type Templates = ReadonlyMap<string, string>

const nothingMade: Templates = new Map()
const noTexts: readonly string[] = []

export function templatesOf(needs: readonly (readonly Need[])[]): Templates {
  let all: Map<string, string> | undefined
  let only = nothingMade
  for (const alternatives of needs) {
    const { made } = mentionsOf(alternatives)
    if (made.size === 0 || made === only) continue
    if (only === nothingMade) only = made
    else {
      all ??= new Map(only)
      for (const [template, name] of made) all.set(template, name)
    }
  }
  return all ?? only
}

const speaksOfNew = (alternatives: readonly Need[], named: Templates): boolean => {
  const { made, texts } = mentionsOf(alternatives)
  return made.size > 0 || texts.some((text) => named.has(text))
}

/** The new things that some alternatives speak of. */
function namesIn(alternatives: readonly Need[], named: Templates): readonly string[] {
  const { made, texts } = mentionsOf(alternatives)
  return [...made.values(), ...texts.map((text) => named.get(text)).filter((name) => name !== undefined)]
}

/** The same for openings that share their alternatives, as most of one technique do. */
function namingGroups(needs: readonly (readonly Need[])[]): Arranged['naming'] {
  const [first] = needs
  if (first === undefined) return []
  let known = namings.get(first)
  if (known?.needs.length !== needs.length || known.needs.some((alternatives, at) => alternatives !== needs[at])) {
    known = {
      needs,
      groups: connected(needs, templatesOf(needs)).map((group) => ({ needs: group, key: JSON.stringify(group) })),
    }
    namings.set(first, known)
  }
  return known.groups
}

const namings = new WeakMap<
  readonly Need[],
  { readonly needs: readonly (readonly Need[])[]; readonly groups: Arranged['naming'] }
>()

/** Groups of needs that share a new thing, directly or through others. */
function connected(needs: readonly (readonly Need[])[], named: Templates): readonly (readonly (readonly Need[])[])[] {
  let groups: { names: Set<string>; needs: (readonly Need[])[] }[] = []
  for (const alternatives of needs) {
    const names = new Set(namesIn(alternatives, named))
    const touching = groups.filter((group) => [...names].some((name) => group.names.has(name)))
    const merged = {
      names: new Set([...names, ...touching.flatMap((group) => [...group.names])]),
      needs: [...touching.flatMap((group) => group.needs), alternatives],
    }
    groups = [...groups.filter((group) => !touching.includes(group)), merged]
  }
  return groups.map((group) => group.needs)
}
