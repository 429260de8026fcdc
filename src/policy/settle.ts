import { choicesFor, familyOf, type State } from './candidates.ts'
import { conditionHolds, parseOperator } from './conditions/operators.ts'
import { canOccur, factOf, isChosenByRequester } from './context-keys.ts'
import { type Atom, all, any, atomsOf, constant, type Formula, gapKey, never, not, substitute } from './formula.ts'
import { plainText } from './glob.ts'
import { agree, isPublicClaim } from './public-issuers.ts'
import { maySatisfy } from './satisfiable.ts'

export interface Settled {
  readonly verdict: 'certain' | 'conditional' | 'no' | 'unknown'
  /** What is left once the stated facts are used and what nobody can have is struck out; keys that the requester chooses are still in it. */
  readonly residual: Formula
  /** Values that the requester gives to keys of his choice, by key as written. */
  readonly choices: Readonly<Record<string, string>>
}

/** How many assignments of the requester's keys are tried before the verdict stays conditional. */
const bound = 4_096

/**
 * The verdict of a residual (design §2). `have` states facts about whoever makes the request: values by key, none for a key
 * that is absent. Keys that the requester chooses are given the values that serve him best; what was not collected is taken
 * first against him, and only if that leaves no way, for him.
 */
export function settle(formula: Formula, have?: ReadonlyMap<string, readonly string[]>): Settled {
  if (have !== undefined && have.size > 0) return decide(substitute(stated(formula, have), strike))
  let settled = cache.get(formula)
  if (settled === undefined) {
    settled = decide(substitute(formula, strike))
    cache.set(formula, settled)
  }
  return settled
}

const cache = new WeakMap<Formula, Settled>()

function stated(formula: Formula, have: ReadonlyMap<string, readonly string[]>): Formula {
  const facts = new Map([...have].map(([key, values]) => [key.toLowerCase(), values]))
  return substitute(formula, (atom) => {
    const values = facts.get(atom.key.toLowerCase())
    return values === undefined ? atom : constant(conditionHolds(atom.operator, values, atom.values))
  })
}

/** Decides a condition that names only values which occur in no request: no session is called `*`, no repository either. */
function strike(atom: Atom): Formula {
  const parsed = parseOperator(atom.operator)
  if (parsed?.kind !== 'values' || familyOf(atom.operator) !== 'text') return atom
  if (atom.values.some((value) => canOccur(atom.key, plainText(value)))) return atom
  const { operator, set, ifExists } = parsed
  const { isAlwaysPresent, isMultiValued } = factOf(atom.key)
  // Without a value that matches, it makes a difference only whether there is any.
  if (isAlwaysPresent && !isMultiValued) return constant(operator.isNegated)
  if (operator.isNegated) return set === 'ForAnyValue' ? atom : always
  return ifExists || set === 'ForAllValues' ? atom : never
}

function decide(residual: Formula): Settled {
  const lower = solve(withoutGaps(residual, false))
  if (lower.verdict !== 'no') return { ...lower, residual }
  const hasGaps = atomsOf(residual).some(({ key }) => key === gapKey)
  if (hasGaps && solve(withoutGaps(residual, true)).verdict !== 'no')
    return { verdict: 'unknown', residual, choices: {} }
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

/** What the requester gives to the keys of his choice; by key in lower case. */
type Choices = ReadonlyMap<string, State>

interface Chosen {
  /** Makes the formula hold whatever else is. */
  readonly certain?: Choices
  /** The first that leaves it possible. */
  readonly possible?: Choices
  /** The bound was met. */
  readonly isExhausted: boolean
}

function choose(formula: Formula): Chosen {
  let left = bound
  let possible: Choices | undefined
  const certain = search(formula, new Map())
  return { ...(certain && { certain }), ...(possible && { possible }), isExhausted: left <= 0 }

  function search(rest: Formula, choices: Choices): Choices | undefined {
    if (rest.kind === 'always') return choices
    if (rest.kind === 'never' || left-- <= 0) return undefined
    const atoms = atomsOf(rest)
    const key = atoms.find((atom) => isChosenByRequester(atom.key))?.key.toLowerCase()
    if (key === undefined) {
      if (possible === undefined && maySatisfy(rest)) possible = choices
      return undefined
    }
    const own = atoms.filter((atom) => atom.key.toLowerCase() === key)
    const tried = new Set<string>()
    for (const state of choicesFor(key, own)) {
      const next = new Map(choices).set(key, state)
      if (!areCompatible(next)) continue
      const truths = new Map(own.map((atom) => [atom.id, conditionHolds(atom.operator, state, atom.values)]))
      const signature = [...truths.values()].join()
      if (tried.has(signature) && !isPublicClaim(key)) continue
      tried.add(signature)
      const found = search(
        substitute(rest, (atom) => decided(atom, truths)),
        next,
      )
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** Some keys are two views of one thing: the claims of a token, the tags of a request and the names of these tags. */
function areCompatible(choices: Choices): boolean {
  const claims = new Map<string, string | undefined>()
  for (const [key, state] of choices) if (isPublicClaim(key)) claims.set(key, state?.[0])
  return claims.size < 2 || agree(claims)
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

function decided(atom: Atom, truths: ReadonlyMap<string, boolean>): Formula {
  const truth = truths.get(atom.id)
  return truth === undefined ? atom : constant(truth)
}
