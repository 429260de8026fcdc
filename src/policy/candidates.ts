import { compileTest, type Test } from './conditions/operators.ts'
import { addressRangeOf, numberOf, secondsOf } from './conditions/values.ts'
import { factOf, type KeyType } from './context-keys.ts'
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

/** How many values of one key are thought of. */
const limit = 200

/** The test of an atom, compiled once. */
export function testOf(atom: Atom): Test {
  let test = tests.get(atom)
  if (test === undefined) {
    test = compileTest(atom.operator, atom.values)
    tests.set(atom, test)
  }
  return test
}

const tests = new WeakMap<Atom, Test>()

/** What a condition compares, with the set prefix, the negation and `IfExists` taken off. */
export type Family = KeyType | 'pattern' | 'arn' | 'binary' | 'presence'

export function familyOf(operator: string): Family {
  const name = operator.replace(/^For(All|Any)Values?:/, '')
  if (/^String(Not)?Like/.test(name)) return 'pattern'
  if (name.startsWith('String')) return 'text'
  if (name.startsWith('Arn')) return 'arn'
  if (name.startsWith('Numeric')) return 'number'
  if (name.startsWith('Date')) return 'date'
  if (name.startsWith('Binary')) return 'binary'
  if (name.includes('IpAddress')) return 'address'
  return name.startsWith('Bool') ? 'boolean' : 'presence'
}

/**
 * States of one key by which the conditions on it can be told apart: their own values, texts that their patterns match, numbers
 * and times at and around their limits, both ends of address ranges, some other value, and none at all.
 */
export function candidatesFor(key: string, atoms: readonly Atom[]): Candidates {
  const { type, holds, isAlwaysPresent, others } = factOf(key)
  const families = new Set(atoms.map(({ operator }) => familyOf(operator)))
  families.delete('presence')
  const singles = new Set<string>()
  let isComplete = holds === 'one' && families.size <= 1 && (type === 'text' || families.has(type))
  for (const family of families) {
    const found = valuesOf(
      family,
      atoms.filter(({ operator }) => familyOf(operator) === family),
    )
    for (const value of found.values) singles.add(value)
    isComplete &&= found.isComplete
  }
  for (const value of [...others, ...otherValues(type, atoms)]) singles.add(value)
  const values = [...singles].slice(0, limit)
  isComplete &&= singles.size <= limit
  const states: State[] = values.map((value) => [value])
  if (holds === 'several') states.push(...sets(values, atoms))
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
    if (family === 'pattern') return values
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
    case 'pattern':
      return { values: fitting(written, witness), isComplete: !written.some(hasSpecial) }
    case 'arn':
      return { values: fitting(written, arnWitness), isComplete: false }
    case 'number':
      return limits(written.map(numberOf), String)
    case 'date':
      return limits(written.map(secondsOf), (seconds) => new Date(seconds * 1000).toISOString())
    case 'address':
      return { values: addresses(written), isComplete: true }
    case 'boolean':
      return { values: ['true', 'false'], isComplete: true }
    default:
      return { values: written, isComplete: false }
  }
}

/** The values themselves; where case is ignored, they are not all that can be told apart. */
function texts(atoms: readonly Atom[]): Values {
  const values = new Set(atoms.flatMap((atom) => atom.values).map(plainText))
  const folded = atoms.filter(({ operator }) => operator.includes('IgnoreCase')).flatMap((atom) => atom.values)
  for (const value of folded.map(plainText)) {
    for (const variant of [value.toLowerCase(), value.toUpperCase(), swapCase(value)]) values.add(variant)
  }
  return { values, isComplete: folded.length === 0 }
}

const swapCase = (text: string): string =>
  Array.from(text, (one) => (one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase())).join('')

/** Texts for all patterns together, for each one, and for each two of the first. */
function fitting(patterns: readonly string[], find: (patterns: readonly string[]) => string | undefined): Set<string> {
  const distinct = [...new Set(patterns)].slice(0, 64)
  const few = distinct.slice(0, 8)
  const pairs = few.flatMap((first, index) => few.slice(index + 1).map((second) => [first, second]))
  const wanted = [...(distinct.length > 2 ? [few] : []), ...distinct.map((pattern) => [pattern]), ...pairs]
  const found = new Set<string>()
  for (const some of wanted) {
    const text = find(some)
    if (text !== undefined) found.add(text)
  }
  return found
}

/** The limits themselves, a value between each two, one below and one above all. */
function limits(written: readonly (number | undefined)[], text: (value: number) => string): Values {
  const sorted = [...new Set(written.filter((value) => value !== undefined))].sort((left, right) => left - right)
  const points = new Set(sorted)
  let isComplete = true
  for (const [index, value] of sorted.entries()) {
    const next = sorted[index + 1] ?? value + 2
    const between = (value + next) / 2
    isComplete &&= value < between && between < next
    points.add(between).add(Math.floor(between))
  }
  if (sorted.length > 0) points.add(sorted[0]! - 1)
  isComplete &&= sorted.length === 0 || sorted[0]! - 1 < sorted[0]!
  const values: string[] = []
  for (const point of points) {
    // Beyond the last date or number that there is.
    if (Number.isFinite(point) && (text === String || Math.abs(point) < 8.64e12)) values.push(text(point))
    else isComplete = false
  }
  return { values, isComplete }
}

/** Both ends of each range and the addresses next to them: whatever the ranges cut out begins or ends at one of these. */
function addresses(written: readonly string[]): Set<string> {
  const values = new Set(['0.0.0.0', '0:0:0:0:0:0:0:0'])
  for (const text of written) {
    const range = addressRangeOf(text)
    if (range === undefined) continue
    const { bits } = range
    const size = 1n << BigInt(bits - range.prefix)
    const first = (range.address / size) * size
    for (const address of [first, first + size - 1n, first - 1n, first + size])
      if (address >= 0n && address < 1n << BigInt(bits)) values.add(addressText(address, bits))
  }
  return values
}

function addressText(address: bigint, bits: 32 | 128): string {
  const [step, radix, separator] = bits === 32 ? [8, 10, '.'] : [16, 16, ':']
  const parts: string[] = []
  for (let shift = bits - step; shift >= 0; shift -= step)
    parts.push(((address >> BigInt(shift)) & ((1n << BigInt(step)) - 1n)).toString(radix))
  return parts.join(separator)
}

/** Values that no condition asks for. */
function otherValues(type: KeyType, atoms: readonly Atom[]): readonly string[] {
  switch (type) {
    case 'boolean':
      return ['true', 'false']
    case 'number':
      return ['7', '3600']
    case 'date':
      return ['2026-01-01T00:00:00Z']
    case 'address':
      return ['198.51.100.7', '2001:db8:0:0:0:0:0:7']
    default:
      return otherTexts(atoms)
  }
}

/** A plain one, and texts of a character that stands in no condition, which only wildcards can match. */
function otherTexts(atoms: readonly Atom[]): readonly string[] {
  const written = atoms.flatMap(({ values }) => values).join('\n')
  const lower = written.toLowerCase()
  let other = freshText
  for (let number = 2; lower.includes(other); number++) other = `${freshText}${number}`
  const rare = [...'qzxjkvw0789QZXJKVW'].find((character) => !written.includes(character)) ?? '_'
  return [other, rare.repeat(2), rare.repeat(12)]
}

/** Several values at once: all, those of each condition, and each two of the first. */
function sets(values: readonly string[], atoms: readonly Atom[]): readonly State[] {
  const few = values.slice(0, 8)
  const pairs = few.flatMap((first, index) => few.slice(index + 1).map((second) => [first, second]))
  const own = atoms.map((atom) => atom.values.map(plainText)).filter((some) => some.length > 1)
  return [values, ...own, ...pairs]
}
