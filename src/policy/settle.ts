import { choicesFor } from './candidates.ts'
import { conditionHolds } from './conditions/operators.ts'
import { isChosenByRequester } from './context-keys.ts'
import { type Atom, all, any, atomsOf, constant, type Formula, gapKey, never, not, substitute } from './formula.ts'
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
  if (have !== undefined && have.size > 0) return decide(stated(formula, have))
  let settled = cache.get(formula)
  if (settled === undefined) {
    settled = decide(formula)
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
  let left = bound
  let best: Readonly<Record<string, string>> | undefined
  const certain = choose(formula, {})
  if (certain !== undefined) return { verdict: 'certain', choices: certain }
  if (best !== undefined || left <= 0 || maySatisfy(formula)) return { verdict: 'conditional', choices: best ?? {} }
  return { verdict: 'no', choices: {} }

  /** Values that make the formula hold whatever else is; notes the first that leave it possible. */
  function choose(
    rest: Formula,
    choices: Readonly<Record<string, string>>,
  ): Readonly<Record<string, string>> | undefined {
    if (rest.kind === 'always') return choices
    if (rest.kind === 'never' || left-- <= 0) return undefined
    const atoms = atomsOf(rest)
    const first = atoms.find(({ key }) => isChosenByRequester(key))
    if (first === undefined) {
      if (best === undefined && maySatisfy(rest)) best = choices
      return undefined
    }
    const key = first.key.toLowerCase()
    const own = atoms.filter((atom) => atom.key.toLowerCase() === key)
    const tried = new Set<string>()
    for (const state of choicesFor(key, own)) {
      const truths = new Map(own.map((atom) => [atom.id, conditionHolds(atom.operator, state, atom.values)]))
      const signature = [...truths.values()].join()
      if (tried.has(signature)) continue
      tried.add(signature)
      const next = substitute(rest, (atom) => decided(atom, truths))
      const found = choose(next, state === undefined ? choices : { ...choices, [first.key]: state.join(', ') })
      if (found !== undefined) return found
    }
    return undefined
  }
}

function decided(atom: Atom, truths: ReadonlyMap<string, boolean>): Formula {
  const truth = truths.get(atom.id)
  return truth === undefined ? atom : constant(truth)
}
