import { familyOf } from './candidates.ts'
import { type Choices, choose } from './choose.ts'
import { conditionHolds, parseOperator } from './conditions/operators.ts'
import { canOccur, factOf } from './context-keys.ts'
import {
  type Atom,
  all,
  always,
  any,
  atom,
  atomsOf,
  constant,
  type Formula,
  gapKey,
  never,
  not,
  substitute,
} from './formula.ts'
import { plainText } from './glob.ts'
import { maySatisfy } from './satisfiable.ts'
import { hasVariable } from './variables.ts'

export interface Settled {
  readonly verdict: 'certain' | 'conditional' | 'no' | 'unknown'
  /** What is left once the stated facts are used and what nobody can have is struck out; keys that the requester chooses are still in it. */
  readonly residual: Formula
  /** Values that the requester gives to keys of his choice, by key as written. */
  readonly choices: Readonly<Record<string, string>>
}

/**
 * The verdict of a residual (design §2). `have` states facts about whoever makes the request: values by key, none for a key
 * that is absent. Keys that the requester chooses are given the values that serve him best; what was not collected is taken
 * first against him, and only if that leaves no way, for him.
 */
export function settle(formula: Formula, have?: ReadonlyMap<string, readonly string[]>): Settled {
  if (have !== undefined && have.size > 0) return decide(substitute(stated(formula, have), strike))
  let settled = cache.get(formula.id)
  if (settled === undefined) {
    settled = decide(substitute(formula, strike))
    if (cache.size >= 20_000) cache.clear()
    if (formula.id.length < 10_000) cache.set(formula.id, settled)
  }
  return settled
}

const cache = new Map<string, Settled>()

function stated(formula: Formula, have: ReadonlyMap<string, readonly string[]>): Formula {
  const facts = new Map([...have].map(([key, values]) => [key.toLowerCase(), values]))
  return substitute(formula, (one) => {
    const values = facts.get(one.key.toLowerCase())
    return values === undefined || isOpen(one) ? one : constant(conditionHolds(one.operator, values, one.values))
  })
}

/** Decides a condition that names only values which occur in no request: no session is called `*`, no repository either. */
function strike(atom: Atom): Formula {
  const parsed = parseOperator(atom.operator)
  if (parsed?.kind !== 'values' || familyOf(atom.operator) !== 'text' || isOpen(atom)) return atom
  if (atom.values.some((value) => canOccur(atom.key, plainText(value)))) return atom
  const { operator, set, ifExists } = parsed
  const { isAlwaysPresent, holds } = factOf(atom.key)
  // Without a value that matches, it makes a difference only whether there is any.
  if (isAlwaysPresent && holds === 'one') return constant(operator.isNegated)
  if (operator.isNegated) return set === 'ForAnyValue' ? atom : always
  return ifExists || set === 'ForAllValues' ? atom : never
}

/** Compares its key with another one of which nothing is known: `StringEquals sts:SourceIdentity ${saml:sub}`. */
const isOpen = ({ key, values }: Atom): boolean => key !== gapKey && values.some(hasVariable)

/** What two unknown keys have to do with each other nobody chooses, and no value of one of them tells. */
const veil = (one: Atom): Formula => (isOpen(one) ? atom('Bool', `trustwalk:variable ${one.id}`, ['true']) : one)

function decide(residual: Formula): Settled {
  const veiled = substitute(residual, veil)
  const lower = solve(withoutGaps(veiled, false))
  if (lower.verdict !== 'no') return { ...lower, residual }
  const hasGaps = atomsOf(veiled).some(({ key }) => key === gapKey)
  if (hasGaps && solve(withoutGaps(veiled, true)).verdict !== 'no') return { verdict: 'unknown', residual, choices: {} }
  return { verdict: 'no', residual: never, choices: {} }
}

/** The formula with what was not collected read against the requester, or for him. */
function withoutGaps(formula: Formula, favourable: boolean): Formula {
  switch (formula.kind) {
    case 'atom':
      return formula.key === gapKey ? constant(favourable) : formula
    case 'not':
      return not(withoutGaps(formula.of, !favourable))
    case 'all':
      return all(...formula.of.map((part) => withoutGaps(part, favourable)))
    case 'any':
      return any(...formula.of.map((part) => withoutGaps(part, favourable)))
    default:
      return formula
  }
}

function solve(formula: Formula): Omit<Settled, 'residual'> {
  if (formula.kind === 'always') return { verdict: 'certain', choices: {} }
  if (formula.kind === 'never') return { verdict: 'no', choices: {} }
  const { certain, possible, isExhausted } = choose(formula)
  if (certain !== undefined) return { verdict: 'certain', choices: textOf(formula, certain) }
  if (possible !== undefined) return { verdict: 'conditional', choices: textOf(formula, possible) }
  return { verdict: isExhausted || maySatisfy(formula) ? 'conditional' : 'no', choices: {} }
}

/** The values chosen, by key as the policy writes it. */
function textOf(formula: Formula, choices: Choices): Readonly<Record<string, string>> {
  const texts = new Map<string, string>()
  for (const { key } of atomsOf(formula)) {
    const state = choices.get(key.toLowerCase())
    if (state !== undefined && ![...texts.keys()].some((other) => other.toLowerCase() === key.toLowerCase()))
      texts.set(key, state.join(', '))
  }
  return Object.fromEntries(texts)
}
