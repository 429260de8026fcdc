import { any, atom, constant, type Formula, not } from '../formula.ts'
import { literal, matchesAnything, plainText } from '../glob.ts'
import type { Condition } from '../policy.ts'
import {
  expand,
  hasVariable,
  parseTemplate,
  solve,
  type Template,
  withoutVariables,
  writeTemplate,
} from '../variables.ts'
import type { KeyLookup, KeyState } from './key-state.ts'
import { compileTest, conditionHolds, parseOperator, type Spelling, type Test } from './operators.ts'

/** One condition of a statement, ready to be put to a request. */
export interface CompiledCondition {
  readonly operator: string
  readonly key: string
  readonly spelling: Spelling
  /** Undefined where values have variables. */
  readonly fixed: Fixed | undefined
  readonly templates: readonly Template[]
}

interface Fixed {
  readonly test: Test
  /** What the condition comes to where nothing is known of its key. */
  readonly whenUnknown: Formula
}

export function compileCondition({ operator, key, values }: Condition, hasVariables: boolean): CompiledCondition {
  const spelling = parseOperator(operator)
  if (spelling === undefined) throw new RangeError(`unknown condition operator ${JSON.stringify(operator)}`)
  const takesVariables = spelling.kind === 'values' && spelling.operator.takes !== 'typed'
  const written = takesVariables && !hasVariables ? values.map(withoutVariables) : values
  if (takesVariables && hasVariables && values.some(hasVariable)) {
    return { operator, key, spelling, fixed: undefined, templates: values.map(parseTemplate) }
  }
  const wanted = written.map((value) => valueFor(spelling, value))
  return { operator, key, spelling, fixed: fix(operator, key, spelling, wanted), templates: [] }
}

/**
 * The condition as a formula: decided where its key is known, or where its truth is the same in every possible state of the
 * key; an atom otherwise.
 */
export function evaluateCondition(condition: CompiledCondition, lookup: KeyLookup): Formula {
  const { operator, key, spelling, fixed } = condition
  const state = lookup(key)
  if (fixed !== undefined) {
    return state.state === 'unknown' ? fixed.whenUnknown : constant(fixed.test(valuesOf(state)))
  }
  const closed: string[] = []
  const open: Template[] = []
  for (const template of condition.templates) {
    const expansion = expand(template, lookup)
    // A variable without a value matches nothing: its value drops out.
    if (expansion.kind === 'text') closed.push(valueFor(spelling, expansion.text))
    else if (expansion.kind === 'open') open.push(expansion.template)
  }
  if (open.length === 0) {
    return state.state === 'unknown'
      ? fix(operator, key, spelling, closed).whenUnknown
      : constant(conditionHolds(operator, valuesOf(state), closed))
  }
  return evaluateOpen(condition, state, closed, open)
}

/** The values of some variables are not known: either they decide, or both stay in the residual, the variable as written. */
function evaluateOpen(
  { operator, key, spelling }: CompiledCondition,
  state: KeyState,
  closed: readonly string[],
  open: readonly Template[],
): Formula {
  if (state.state === 'absent') return constant(conditionHolds(operator, undefined, []))
  if (
    state.state === 'known' &&
    state.values.length === 1 &&
    spelling.kind === 'values' &&
    spelling.set === undefined
  ) {
    const base = operator.replace(/IfExists$/, '').replace('Not', '')
    if (conditionHolds(base, state.values, closed)) return constant(!spelling.operator.isNegated)
    const solutions = open.map((template) => solveText(base, template, state.values[0]!))
    if (solutions.every((solution) => solution !== undefined)) {
      const matches = any(...solutions)
      return spelling.operator.isNegated ? not(matches) : matches
    }
  }
  return atom(operator, key, [...closed, ...open.map(writeTemplate)])
}

function solveText(operator: string, template: Template, text: string): Formula | undefined {
  if (operator !== 'StringLike' && operator !== 'StringEquals') return undefined
  const hasWildcards = operator === 'StringLike'
  const pieces = template.map((piece) =>
    typeof piece !== 'string' || hasWildcards ? piece : literal(plainText(piece)),
  )
  const solution = solve(pieces, text)
  if (solution === undefined || solution.variable.fallback !== undefined) return undefined
  return solution.values.length === 0 ? constant(false) : atom('StringEquals', solution.variable.key, solution.values)
}

/** Operators without wildcards take the characters that escapes stand for. */
function valueFor(spelling: Spelling, value: string): string {
  const isText = spelling.kind === 'values' && spelling.operator.takes === 'text'
  return isText ? plainText(value) : value
}

const valuesOf = (state: KeyState): readonly string[] | undefined =>
  state.state === 'known' ? state.values : undefined

function fix(operator: string, key: string, spelling: Spelling, wanted: readonly string[]): Fixed {
  return { test: compileTest(operator, wanted), whenUnknown: decided(spelling, wanted) ?? atom(operator, key, wanted) }
}

/** Conditions that hold, or do not hold, whether the key is absent or has any value. */
function decided(spelling: Spelling, wanted: readonly string[]): Formula | undefined {
  if (spelling.kind === 'null') {
    const asked = new Set(wanted.map((value) => value.toLowerCase()))
    const [absent, present] = [asked.has('true'), asked.has('false')]
    return absent === present ? constant(absent) : undefined
  }
  const { set, operator, ifExists } = spelling
  const holdsWhenAbsent = ifExists || (set === undefined ? operator.isNegated : set === 'ForAllValues')
  const matchesAll = operator.compare === likeCompare && wanted.some(matchesAnything)
  const matchesNone = wanted.every((value) => operator.compare(value) === undefined)
  const holdsWhenPresent = matchesAll ? !operator.isNegated : matchesNone ? operator.isNegated : undefined
  return holdsWhenPresent === holdsWhenAbsent ? constant(holdsWhenAbsent) : undefined
}

const like = parseOperator('StringLike')
const likeCompare = like?.kind === 'values' ? like.operator.compare : undefined
