import { addressRangeOf, numberOf, secondsOf } from './conditions/values.ts'
import { factOf } from './context-keys.ts'
import type { Atom } from './formula.ts'
import { hasSpecial, literal, plainText } from './glob.ts'
import { isPublicClaim, obtainable } from './public-issuers.ts'
import { arnWitness, freshText, witness } from './witness.ts'

/** What one key may be in a request: its values, or undefined if the key is absent. */
export type State = readonly string[] | undefined

export interface Candidates {
  readonly states: readonly State[]
  /** Every way in which a request can stand to the conditions on the key occurs among the states. */
  readonly isComplete: boolean
}

/** What a condition compares, with the set prefix and `IfExists` taken off. */
export type Family = 'text' | 'glob' | 'arn' | 'number' | 'date' | 'boolean' | 'binary' | 'address' | 'null'

export function familyOf(operator: string): Family {
  const name = operator.replace(/^For(All|Any)Values?:/, '').replace(/IfExists$/, '')
  if (/^String(Not)?Like$/.test(name)) return 'glob'
  if (name.startsWith('String')) return 'text'
  if (name.startsWith('Arn')) return 'arn'
  if (name.startsWith('Numeric')) return 'number'
  if (name.startsWith('Date')) return 'date'
  if (name.startsWith('Binary')) return 'binary'
  if (name.includes('IpAddress')) return 'address'
  return name === 'Bool' ? 'boolean' : 'null'
}

/**
 * States of one key by which the conditions on it can be told apart: their own values, texts that their patterns match, numbers
 * and times at and around their limits, both ends of address ranges, some other value, and none at all.
 */
export function candidatesFor(key: string, atoms: readonly Atom[]): Candidates {
  const { type, isMultiValued, isAlwaysPresent, others } = factOf(key)
  const families = new Set(atoms.map(({ operator }) => familyOf(operator)))
  families.delete('null')
  const singles = new Set<string>()
  let isComplete = !isMultiValued && families.size <= 1
  for (const family of families) {
    const found = valuesOf(
      family,
      atoms.filter(({ operator }) => familyOf(operator) === family),
    )
    for (const value of found.values) singles.add(value)
    isComplete &&= found.isComplete
  }
  if (type === 'boolean') for (const value of ['true', 'false']) singles.add(value)
  else for (const value of [...others, otherValue(singles)]) singles.add(value)
  const values = [...singles]
  const states: State[] = values.map((value) => [value])
  if (isMultiValued) states.push(...sets(values, atoms))
  if (!isAlwaysPresent) states.push(undefined)
  return { states, isComplete }
}

/** States of one key that the requester can bring about: values that the service takes, claims that any customer can get. */
export function choicesFor(key: string, atoms: readonly Atom[]): readonly State[] {
  if (isPublicClaim(key)) {
    const states: State[] = obtainable(key, patternsOf(atoms)).map((value) => [value])
    return factOf(key).isAlwaysPresent ? states : [...states, undefined]
  }
  const { accepts } = factOf(key)
  const { states } = candidatesFor(key, atoms)
  return accepts === undefined ? states : states.filter((state) => state === undefined || state.every(accepts))
}

/** What conditions on texts ask for, all as patterns. */
function patternsOf(atoms: readonly Atom[]): readonly string[] {
  return atoms.flatMap(({ operator, values }) => {
    const family = familyOf(operator)
    if (family === 'glob') return values
    return family === 'text' ? values.map((value) => literal(plainText(value))) : []
  })
}

interface Values {
  readonly values: Iterable<string>
  readonly isComplete: boolean
}

function valuesOf(family: Family, atoms: readonly Atom[]): Values {
  const written = atoms.flatMap(({ values }) => values)
  switch (family) {
    case 'text':
      return texts(atoms)
    case 'glob':
      return { values: fitting(written, witness), isComplete: !written.some(hasSpecial) }
    case 'arn':
      return { values: fitting(written, arnWitness), isComplete: false }
    case 'number':
      return limits(written.map(numberOf), String)
    case 'date':
      return limits(written.map(secondsOf), (seconds) => new Date(seconds * 1000).toISOString())
    case 'address':
      return addresses(written)
    case 'boolean':
      return { values: ['true', 'false', ...written.map(plainText)], isComplete: true }
    default:
      return { values: written, isComplete: false }
  }
}

function texts(atoms: readonly Atom[]): Values {
  const values = new Set(atoms.flatMap((atom) => atom.values).map(plainText))
  const folded = atoms.filter(({ operator }) => operator.includes('IgnoreCase')).flatMap((atom) => atom.values)
  for (const value of folded.map(plainText)) {
    for (const variant of [value.toLowerCase(), value.toUpperCase(), swapCase(value)]) values.add(variant)
  }
  return { values, isComplete: folded.length === 0 }
}

const swapCase = (text: string): string =>
  [...text].map((one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('')

/** Texts for each pattern, for each two of them, and for all together. */
function fitting(patterns: readonly string[], find: (patterns: readonly string[]) => string | undefined): Set<string> {
  const found = new Set<string>()
  const add = (some: readonly string[]): void => {
    const text = find(some)
    if (text !== undefined) found.add(text)
  }
  const distinct = [...new Set(patterns)].slice(0, 64)
  add(distinct)
  for (const pattern of distinct) add([pattern])
  for (const [index, first] of distinct.slice(0, 8).entries())
    for (const second of distinct.slice(index + 1, 8)) add([first, second])
  return found
}

/** The limits themselves, a value between each two, one below and one above all. */
function limits(written: readonly (number | undefined)[], text: (value: number) => string): Values {
  const sorted = [...new Set(written.filter((value) => value !== undefined))].sort((left, right) => left - right)
  const points = new Set<number>(sorted)
  for (const [index, value] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next !== undefined) points.add((value + next) / 2)
  }
  if (sorted.length > 0) points.add(sorted[0]! - 1).add(sorted.at(-1)! + 1)
  const values: string[] = []
  for (const point of points) {
    try {
      values.push(text(point))
    } catch {
      return { values, isComplete: false } // beyond the last date there is
    }
  }
  return { values, isComplete: values.every((value) => !value.includes('e')) }
}

/** Both ends of each range and the addresses next to them: every part of what the ranges cut out begins or ends there. */
function addresses(written: readonly string[]): Values {
  const values = new Set<string>()
  for (const text of written) {
    const range = addressRangeOf(text)
    if (range === undefined) continue
    const size = 1n << BigInt(range.bits - range.prefix)
    const first = (range.address / size) * size
    for (const address of [first, first + size - 1n, first - 1n, first + size]) {
      if (address >= 0n && address < 1n << BigInt(range.bits)) values.add(addressText(address, range.bits))
    }
  }
  values.add('198.51.100.7')
  return { values, isComplete: true }
}

function addressText(address: bigint, bits: 32 | 128): string {
  const [step, count, radix, separator] = bits === 32 ? [8n, 4, 10, '.'] : [16n, 8, 16, ':']
  const parts = Array.from({ length: count as number }, (_, index) => {
    const shift = BigInt((count as number) - 1 - index) * (step as bigint)
    return ((address >> shift) & ((1n << (step as bigint)) - 1n)).toString(radix as number)
  })
  return parts.join(separator as string)
}

/** A value that none of the conditions names. */
function otherValue(values: ReadonlySet<string>): string {
  const taken = new Set([...values].map((value) => value.toLowerCase()))
  let other = freshText
  for (let number = 2; taken.has(other); number++) other = `${freshText}${number}`
  return other
}

function sets(values: readonly string[], atoms: readonly Atom[]): State[] {
  const found: State[] = [values]
  for (const atom of atoms) {
    const own = atom.values.map(plainText)
    if (own.length > 1) found.push(own.filter((value) => values.includes(value)))
  }
  const few = values.slice(0, 8)
  for (const [index, first] of few.entries()) for (const second of few.slice(index + 1)) found.push([first, second])
  return found
}
