import type { ConditionJson, FormulaJson } from '#src/answers/condition.ts'
import { escapeText } from '#src/lib/escape.ts'
import { conflictKey, gapKey } from '#src/policy/formula.ts'
import { list } from './style.ts'

/** Operators in words; the value follows. `IfExists` and set prefixes are told around them. */
const words: Readonly<Record<string, string>> = {
  stringequals: 'is',
  stringnotequals: 'is not',
  stringequalsignorecase: 'is (in any case)',
  stringnotequalsignorecase: 'is not (in any case)',
  stringlike: 'is like',
  stringnotlike: 'is not like',
  numericequals: 'is',
  numericnotequals: 'is not',
  numericlessthan: 'is below',
  numericlessthanequals: 'is at most',
  numericgreaterthan: 'is above',
  numericgreaterthanequals: 'is at least',
  dateequals: 'is',
  datenotequals: 'is not',
  datelessthan: 'is before',
  datelessthanequals: 'is at or before',
  dategreaterthan: 'is after',
  dategreaterthanequals: 'is at or after',
  bool: 'is',
  binaryequals: 'is',
  ipaddress: 'is in',
  notipaddress: 'is not in',
  arnequals: 'is',
  arnlike: 'is like',
  arnnotequals: 'is not',
  arnnotlike: 'is not like',
}
/** The key of an atom that stands for a technique of which it is not sure that it works. */
const doubtKey = 'trustwalk:uncertain-technique'
/** Values past these are counted, not listed. */
const shownValues = 4
const shownParts = 6

/** A residual in words: `sts:ExternalId is "s3cr3t" and aws:SourceIp is in 10.0.0.0/8`. Escaped. Empty for `always`. */
export function describeResidual(residual: FormulaJson, inside = false): string {
  if ('not' in residual) return `not (${describeResidual(residual.not)})`
  if ('key' in residual) return describeCondition(residual)
  const isAll = 'all' in residual
  const parts = isAll ? residual.all : residual.any
  if (parts.length === 0) return isAll ? '' : 'never'
  const shown = parts.slice(0, shownParts).map((part) => describeResidual(part, parts.length > 1))
  if (parts.length > shownParts) shown.push(`${parts.length - shownParts} more (--format json shows them)`)
  const text = shown.join(isAll ? ' and ' : ' or ')
  return inside ? `(${text})` : text
}

/** `aws:RequestedRegion=eu-west-1 and sts:RoleSessionName=alice`. Escaped. Empty where nothing is to be chosen. */
export function describeChoices(choices: Readonly<Record<string, string>> = {}): string {
  return list(Object.entries(choices).map(([key, value]) => `${escapeText(key)}=${escapeText(value)}`))
}

/** One condition in words. */
export function describeCondition({ key, operator, values }: ConditionJson): string {
  if (key === gapKey) return `${escapeText(values.join(', '))}, which was not collected, allows it`
  if (key === conflictKey) return `AWS reads its own documentation so (${escapeText(values.join(', '))})`
  if (key === doubtKey) return `technique ${escapeText(values.join(', '))} works (the sources do not agree)`
  const { set, base, ifExists } = partsOf(operator)
  const name = `${set}${escapeText(key)}`
  if (base.toLowerCase() === 'null') return `${name} is ${values[0] === 'true' ? 'absent' : 'present'}`
  const verb = words[base.toLowerCase()] ?? escapeText(base)
  return `${name}${ifExists ? ', if present,' : ''} ${verb} ${describeValues(values)}`
}

/** The conditions of one statement: all must hold. */
export function describeConditions(conditions: readonly ConditionJson[]): string {
  const shown = conditions.slice(0, shownParts).map(describeCondition)
  if (conditions.length > shownParts) shown.push(`${conditions.length - shownParts} more`)
  return shown.join(' and ')
}

function partsOf(operator: string): { readonly set: string; readonly base: string; readonly ifExists: boolean } {
  const [, prefix = '', rest = operator] = /^(forallvalues:|foranyvalue:)?(.*)$/is.exec(operator) ?? []
  const ifExists = /ifexists$/i.test(rest)
  const set = { '': '', 'forallvalues:': 'every value of ', 'foranyvalue:': 'a value of ' }[prefix.toLowerCase()] ?? ''
  return { set, base: ifExists ? rest.slice(0, -'ifexists'.length) : rest, ifExists }
}

function describeValues(values: readonly string[]): string {
  const shown = values.slice(0, shownValues).map(describeValue)
  if (values.length > shownValues) shown.push(`${values.length - shownValues} others`)
  return shown.length === 0 ? 'one of no values' : list(shown, 'or')
}

/** Numbers, addresses and truth values need no quotes. */
function describeValue(value: string): string {
  return /^(true|false|[\d.:/]+)$/i.test(value) ? value : `"${escapeText(value)}"`
}

/** Conditions of which is not told how they combine, and which of them must not hold: `whether a is "b", whether c is true`. */
export function describeDependence(conditions: readonly ConditionJson[]): string {
  const shown = conditions.slice(0, shownParts).map((condition) => `whether ${describeCondition(condition)}`)
  if (conditions.length > shownParts) shown.push(`${conditions.length - shownParts} more`)
  return shown.join(', ')
}
