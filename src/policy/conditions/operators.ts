import { compileArn, matchesArn, splitArn } from '../arn.ts'
import { compileGlob, hasSpecial, matchesGlob } from '../glob.ts'
import { addressRangeOf, binaryOf, booleanOf, contains, numberOf, secondsOf } from './values.ts'

/** Prepares a value of a policy: says whether a value of a request matches it. Undefined if none ever does. */
type Compare = (wanted: string) => ((have: string) => boolean) | undefined

export interface Operator {
  readonly compare: Compare
  /** A negated operator holds where none of the values matches. */
  readonly isNegated: boolean
  /** In a value of `text` `${…}` are variables, in a `pattern` `*` and `?` are wildcards besides. */
  readonly takes: 'text' | 'pattern' | 'typed'
}

const text = 'text'
const pattern = 'pattern'
const typed = 'typed'

const same: Compare = (wanted) => (have) => have === wanted
const sameIgnoringCase: Compare = (wanted) => {
  const lower = wanted.toLowerCase()
  return (have) => have.toLowerCase() === lower
}
const like: Compare = (wanted) => {
  // Only for speed: most patterns are plain text.
  if (!hasSpecial(wanted)) return (have) => have === wanted
  const glob = compileGlob(wanted)
  return (have) => matchesGlob(glob, have)
}
const arnLike: Compare = (wanted) => {
  const compiled = compileArn(wanted)
  if (compiled.kind === 'none') return undefined
  return (have) => {
    const parts = splitArn(have)
    return parts !== undefined && matchesArn(compiled, have, parts)
  }
}
const inRange: Compare = (wanted) => {
  const range = addressRangeOf(wanted)
  if (range === undefined) return undefined
  return (have) => {
    const address = addressRangeOf(have)
    return address !== undefined && contains(range, address)
  }
}

/** A value that cannot be read as what the operator compares matches nothing. */
function ordered<Value>(
  read: (text: string) => Value | undefined,
  holds: (have: Value, wanted: Value) => boolean,
): Compare {
  return (text) => {
    const wanted = read(text)
    if (wanted === undefined) return undefined
    return (text) => {
      const have = read(text)
      return have !== undefined && holds(have, wanted)
    }
  }
}

const numeric = (holds: (have: number, wanted: number) => boolean) => ordered(numberOf, holds)
const date = (holds: (have: number, wanted: number) => boolean) => ordered(secondsOf, holds)
const equal = <Value>(have: Value, wanted: Value): boolean => have === wanted
const less = (have: number, wanted: number): boolean => have < wanted
const atMost = (have: number, wanted: number): boolean => have <= wanted
const greater = (have: number, wanted: number): boolean => have > wanted
const atLeast = (have: number, wanted: number): boolean => have >= wanted

const is = (takes: Operator['takes'], compare: Compare): Operator => ({ compare, isNegated: false, takes })
const isNot = (takes: Operator['takes'], compare: Compare): Operator => ({ compare, isNegated: true, takes })

/** IAM User Guide, "IAM JSON policy elements: Condition operators". `Null` is not here: it asks for the key, not for a value. */
const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({
    StringEquals: is(text, same),
    StringNotEquals: isNot(text, same),
    StringEqualsIgnoreCase: is(text, sameIgnoringCase),
    StringNotEqualsIgnoreCase: isNot(text, sameIgnoringCase),
    StringLike: is(pattern, like),
    StringNotLike: isNot(pattern, like),
    NumericEquals: is(typed, numeric(equal)),
    NumericNotEquals: isNot(typed, numeric(equal)),
    NumericLessThan: is(typed, numeric(less)),
    NumericLessThanEquals: is(typed, numeric(atMost)),
    NumericGreaterThan: is(typed, numeric(greater)),
    NumericGreaterThanEquals: is(typed, numeric(atLeast)),
    DateEquals: is(typed, date(equal)),
    DateNotEquals: isNot(typed, date(equal)),
    DateLessThan: is(typed, date(less)),
    DateLessThanEquals: is(typed, date(atMost)),
    DateGreaterThan: is(typed, date(greater)),
    DateGreaterThanEquals: is(typed, date(atLeast)),
    Bool: is(text, ordered(booleanOf, equal)),
    BinaryEquals: is(typed, ordered(binaryOf, equal)),
    IpAddress: is(typed, inRange),
    NotIpAddress: isNot(typed, inRange),
    ArnEquals: is(pattern, arnLike),
    ArnNotEquals: isNot(pattern, arnLike),
    ArnLike: is(pattern, arnLike),
    ArnNotLike: isNot(pattern, arnLike),
  }),
)

/** An operator as a policy writes it: `ForAllValues:StringLikeIfExists`. */
export type Spelling =
  | { readonly kind: 'null' }
  | {
      readonly kind: 'values'
      readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
      readonly operator: Operator
      readonly ifExists: boolean
    }

/** Undefined for what is no operator of AWS. */
export function parseOperator(spelling: string): Spelling | undefined {
  if (spelling === 'Null') return { kind: 'null' }
  const [, set, name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(spelling) ?? []
  const operator = operators.get(name)
  if (operator === undefined) return undefined
  return {
    kind: 'values',
    set: set as 'ForAllValues' | 'ForAnyValue' | undefined,
    operator,
    ifExists: ifExists !== undefined,
  }
}

export const isKnownOperator = (spelling: string): boolean => parseOperator(spelling) !== undefined

/** Says of the values of a key, undefined if the key is absent, whether a condition holds. */
export type Test = (have: readonly string[] | undefined) => boolean

/**
 * One operator on concrete values. `wanted` are the values of the policy after variable expansion.
 * Throws on an operator that AWS does not have: parsing lets none through.
 */
export const conditionHolds = (
  operator: string,
  have: readonly string[] | undefined,
  wanted: readonly string[],
): boolean => compileTest(operator, wanted)(have)

export function compileTest(spelling: string, wanted: readonly string[]): Test {
  const parsed = parseOperator(spelling)
  if (parsed === undefined) throw new RangeError(`unknown condition operator ${JSON.stringify(spelling)}`)
  if (parsed.kind === 'null') return nullTest(wanted)
  const { set, operator, ifExists } = parsed
  const comparisons = wanted.map(operator.compare).filter((comparison) => comparison !== undefined)
  const matches = (value: string): boolean => comparisons.some((comparison) => comparison(value))
  const satisfies = operator.isNegated ? (value: string): boolean => !matches(value) : matches
  return (have) => {
    // An empty list of values is an absent key; an empty text is one for set operators ("a null dataset").
    if (have === undefined || (set === undefined ? have.length === 0 : have.every((value) => value === '')))
      return ifExists || (set === undefined ? operator.isNegated : set === 'ForAllValues')
    if (set === 'ForAllValues') return have.every(satisfies)
    if (set === 'ForAnyValue') return have.some(satisfies)
    return operator.isNegated ? !have.some(matches) : have.some(matches)
  }
}

/** `Null: true` asks that the key be absent, `false` that it have a value. */
function nullTest(wanted: readonly string[]): Test {
  const asked = wanted.map(booleanOf)
  return (have) => asked.includes(have === undefined || have.length === 0)
}
