import { globMatches } from './glob.ts'

/**
 * Texts that several patterns match at once: the ARN of a new function that two policies and a technique must all cover, a
 * session name, the claim of a token. The search is exact and bounded: it walks the positions in all patterns together and never
 * looks at the same positions twice. Patterns so long that the bound is met count as not proved disjoint, and yield no text.
 */

/** One place of a pattern: a character, or any number of them (`many`). `of` lists the characters that fit; undefined: all. */
export interface Place {
  readonly of: string | undefined
  readonly many: boolean
}

/** What a wildcard stands for in a text that is made up. */
export const freshText = 'trustwalk'

/** How many combinations of positions are looked at before the search gives up. */
const bound = 20_000

/**
 * A text that all globs match (`*` any run, `?` one character, `${*}` a star itself), or undefined if there is none or, for
 * patterns of hundreds of wildcards, none was found.
 */
export function witness(patterns: readonly string[]): string | undefined {
  const distinct = [...new Set(patterns)]
  if (distinct.length === 0) return freshText
  for (const pattern of distinct) {
    const text = fill(placesOf(pattern))
    if (distinct.every((other) => globMatches(other, text))) return text
  }
  return meet(distinct.map(placesOf)).text
}

/** True only where it is proved that no text is matched by all globs. */
export function areDisjoint(patterns: readonly string[]): boolean {
  const { text, isExact } = meet([...new Set(patterns)].map(placesOf))
  return text === undefined && isExact
}

/** An ARN that all patterns match, part by part (aws-evaluation 8.3); a lone `*` is any ARN. */
export function arnWitness(patterns: readonly string[]): string | undefined {
  const parts = partsOf(patterns)
  if (parts === undefined) return undefined
  const chosen: string[] = []
  for (const [index, own] of parts.entries()) {
    const text = own.every((part) => part === '*') ? ordinaryParts[index]! : witness(own)
    if (text === undefined) return undefined
    chosen.push(text)
  }
  return chosen.join(':')
}

/** True only where it is proved that no ARN is matched by all patterns. */
export function areDisjointArns(patterns: readonly string[]): boolean {
  const parts = partsOf(patterns)
  return parts === undefined || parts.some((own) => areDisjoint(own))
}

const ordinaryParts = ['arn', 'aws', 's3', 'us-east-1', '000000000000', freshText]

/** For each of the six parts of an ARN what the patterns ask of it; undefined if one of them is no ARN. */
function partsOf(patterns: readonly string[]): readonly string[][] | undefined {
  const parts: string[][] = [['*'], ['*'], ['*'], ['*'], ['*'], ['*']]
  for (const pattern of patterns) {
    if (/^\*+$/.test(pattern)) continue
    const own = pattern.split(':')
    if (own.length < 6) return undefined
    for (let index = 0; index < 5; index++) parts[index]!.push(own[index]!)
    parts[5]!.push(own.slice(5).join(':'))
  }
  return parts
}

const anyRun: Place = { of: undefined, many: true }
const anyOne: Place = { of: undefined, many: false }

export function placesOf(pattern: string): readonly Place[] {
  const places: Place[] = []
  for (const [token] of pattern.matchAll(/\$\{[*?$]\}|./gsu)) {
    if (token === '*') {
      if (places.at(-1) !== anyRun) places.push(anyRun)
    } else if (token === '?') places.push(anyOne)
    else places.push({ of: token.length === 4 ? token[2]! : token, many: false })
  }
  return places
}

/** The pattern with made-up text for its wildcards. */
function fill(places: readonly Place[]): string {
  return places.map(({ of, many }) => (of === undefined ? (many ? freshText : 't') : of)).join('')
}

interface Meeting {
  readonly text: string | undefined
  /** False: the bound was met, so that no text found proves nothing. */
  readonly isExact: boolean
}

interface Step {
  readonly at: readonly number[]
  readonly character: string
  readonly before: Step | undefined
}

/** A shortest text that fits all patterns. */
export function meet(patterns: readonly (readonly Place[])[]): Meeting {
  if (clash(patterns, 0, 1) || clash(patterns, -1, -1)) return { text: undefined, isExact: true }
  const seen = new Set<string>()
  let front: Step[] = [{ at: patterns.map(() => 0), character: '', before: undefined }]
  while (front.length > 0) {
    const next: Step[] = []
    for (const step of front) {
      if (step.at.every((at, index) => isDone(patterns[index]!, at))) return { text: textOf(step), isExact: true }
      for (const character of charactersAt(patterns, step.at)) {
        for (const at of advance(patterns, step.at, character)) {
          const key = at.join()
          if (seen.has(key)) continue
          seen.add(key)
          if (seen.size > bound) return { text: undefined, isExact: false }
          next.push({ at, character, before: step })
        }
      }
    }
    front = next
  }
  return { text: undefined, isExact: true }
}

/** Whether two patterns begin (or end) with different characters: most disjoint patterns do. */
function clash(patterns: readonly (readonly Place[])[], from: number, direction: 1 | -1): boolean {
  for (let offset = from; ; offset += direction) {
    let seen: string | undefined
    for (const places of patterns) {
      const place = places.at(offset)
      if (place === undefined || offset >= places.length || place.many) return false
      if (place.of === undefined || [...place.of].length > 1) continue
      if (seen !== undefined && seen !== place.of) return true
      seen = place.of
    }
    if (patterns.length === 0) return false
  }
}

function isDone(places: readonly Place[], at: number): boolean {
  for (let index = at; index < places.length; index++) if (!places[index]!.many) return false
  return true
}

/** One character of each kind that can come next; all others behave like one of them. */
function charactersAt(patterns: readonly (readonly Place[])[], at: readonly number[]): ReadonlySet<string> {
  const characters = new Set<string>()
  for (const [index, places] of patterns.entries()) {
    for (let next = at[index]!; next < places.length; next++) {
      const { of, many } = places[next]!
      if (of !== undefined) characters.add([...of][0]!)
      if (!many) break
    }
  }
  characters.add('t')
  return characters
}

/** The positions after one more character: each pattern may skip what stands for any number, then one place must fit. */
function advance(patterns: readonly (readonly Place[])[], at: readonly number[], character: string): number[][] {
  let results: number[][] = [[]]
  for (const [index, places] of patterns.entries()) {
    const targets: number[] = []
    for (let next = at[index]!; next < places.length; next++) {
      const { of, many } = places[next]!
      if (of === undefined || of.includes(character)) targets.push(many ? next : next + 1)
      if (!many) break
    }
    results = results.flatMap((result) => targets.map((target) => [...result, target]))
    if (results.length === 0) break
  }
  return results
}

function textOf(step: Step): string {
  const characters: string[] = []
  for (let at: Step | undefined = step; at !== undefined; at = at.before) characters.push(at.character)
  return characters.reverse().join('')
}
