/**
 * Wildcards of the policy language: `*` is any run of characters, also none; `?` is exactly one. A wildcard that is meant as a
 * character is written `${*}` or `${?}`, a dollar sign `${$}`, as IAM does (IAM User Guide, "Policy variables", special characters).
 *
 * Matching costs at most length of pattern × length of text, whatever the pattern: there is no backtracking beyond the last `*`.
 */
export interface Glob {
  /** The text between the `*`s. One segment: no `*`. */
  readonly segments: readonly Segment[]
}

interface Segment {
  readonly characters: string | readonly string[]
  /** Positions at which any character fits, if there are such. */
  readonly free: ReadonlySet<number> | undefined
}

export const globMatches = (pattern: string, text: string): boolean =>
  hasSpecial(pattern) ? matchesGlob(compileGlob(pattern), text) : pattern === text

/** Whether a pattern is more than its own text. */
export const hasSpecial = (pattern: string): boolean =>
  pattern.includes('*') || pattern.includes('?') || pattern.includes('${')

/** True for `*`, `**`, …: patterns that any text matches, the empty one too. */
export const matchesAnything = (pattern: string): boolean => pattern !== '' && /^\*+$/.test(pattern)

/** A text as a pattern that matches exactly this text. */
export const literal = (text: string): string => text.replace(/\$(?=\{)|[*?]/g, (character) => `\${${character}}`)

/** The text a pattern stands for, where wildcards have no meaning. */
export const plainText = (pattern: string): string => pattern.replace(/\$\{([*?$])\}/g, '$1')

export function compileGlob(pattern: string): Glob {
  const segments: Segment[] = []
  let characters: string[] = []
  let free: Set<number> | undefined
  const close = (): void => {
    const isPlain = characters.every((character) => character.length === 1)
    segments.push({ characters: isPlain ? characters.join('') : characters, free })
    characters = []
    free = undefined
  }
  for (const [token] of pattern.matchAll(/\$\{[*?$]\}|./gsu)) {
    if (token === '*') {
      close()
      continue
    }
    if (token === '?') {
      free ??= new Set()
      free.add(characters.length)
    }
    characters.push(token.length === 4 && token.startsWith('${') ? token[2]! : token)
  }
  close()
  // A run of `*` is one `*`: the empty segments between them match at once.
  return {
    segments: segments.filter(({ characters: { length } }, at) => length > 0 || at === 0 || at === segments.length - 1),
  }
}

export function matchesGlob({ segments }: Glob, raw: string): boolean {
  // `?` is one character, also where UTF-16 needs two units for it.
  const text = hasPairs(raw) ? Array.from(raw) : raw
  const first = segments[0]!
  if (segments.length === 1) return text.length === first.characters.length && fits(first, text, 0)
  const last = segments[segments.length - 1]!
  const end = text.length - last.characters.length
  if (end < first.characters.length || !fits(first, text, 0) || !fits(last, text, end)) return false
  let at = first.characters.length
  for (let next = 1; next < segments.length - 1; next++) {
    const segment = segments[next]!
    const found = find(segment, text, at, end)
    if (found < 0) return false
    at = found + segment.characters.length
  }
  return true
}

const hasPairs = (text: string): boolean => /[\ud800-\udbff]/.test(text)

function find(segment: Segment, text: string | readonly string[], from: number, end: number): number {
  const { characters, free } = segment
  if (free === undefined && typeof text === 'string' && typeof characters === 'string') {
    const found = text.indexOf(characters, from)
    return found + characters.length <= end ? found : -1
  }
  for (let at = from; at + characters.length <= end; at++) if (fits(segment, text, at)) return at
  return -1
}

function fits({ characters, free }: Segment, text: string | readonly string[], at: number): boolean {
  if (free === undefined && typeof text === 'string' && typeof characters === 'string')
    return text.startsWith(characters, at)
  if (at + characters.length > text.length) return false
  for (let index = 0; index < characters.length; index++) {
    if (characters[index] !== text[at + index] && !free?.has(index)) return false
  }
  return true
}
