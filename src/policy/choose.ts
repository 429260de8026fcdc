import { choicesFor, type State, testOf } from './candidates.ts'
import { isChosenByRequester } from './context-keys.ts'
import { type Atom, atomsOf, constant, type Formula, substitute } from './formula.ts'
import { agree, isPublicClaim } from './public-issuers.ts'
import { costOf, maySatisfy } from './satisfiable.ts'

/** What the requester gives to the keys of his choice; by key in lower case. */
export type Choices = ReadonlyMap<string, State>

export interface Chosen {
  /** Makes the formula hold whatever else is. */
  readonly certain?: Choices
  /** The first that leaves it possible. */
  readonly possible?: Choices
  /** A bound was met: that nothing was found proves nothing. */
  readonly isExhausted: boolean
}

/** How many assignments are tried, how much is looked at in all, how often a rest is proved impossible. */
const bounds = { assignments: 4_096, work: 400_000, proofs: 64 }

/** The values that serve the requester best, for the keys of a formula that are his to choose. */
export function choose(formula: Formula): Chosen {
  const left = { ...bounds }
  let possible: Choices | undefined
  const certain = search(formula, new Map())
  return { ...(certain && { certain }), ...(possible && { possible }), isExhausted: isSpent() }

  function isSpent(): boolean {
    return left.assignments <= 0 || left.work <= 0 || left.proofs <= 0
  }

  function search(rest: Formula, choices: Choices): Choices | undefined {
    if (rest.kind === 'always') return choices
    if (rest.kind === 'never' || isSpent()) return undefined
    const atoms = atomsOf(rest)
    left.assignments--
    left.work -= costOf(atoms.length)
    const key = nextKey(atoms)
    if (key === undefined) {
      if (possible === undefined && maySatisfy(rest)) possible = choices
      else if (possible === undefined) left.proofs--
      return undefined
    }
    const own = atoms.filter((atom) => atom.key.toLowerCase() === key)
    const tried = new Set<string>()
    for (const state of statesOf(key, own, choices)) {
      const next = new Map(choices).set(key, state)
      if (!areCompatible(next)) continue
      const truths = new Map(own.map((atom) => [atom.id, testOf(atom)(state)]))
      const sameAs = `${state === undefined} ${isPublicClaim(key) ? state : ''} ${[...truths.values()]}`
      if (tried.has(sameAs)) continue
      tried.add(sameAs)
      const found = search(
        substitute(rest, (atom) => decided(atom, truths)),
        next,
      )
      if (found !== undefined) return found
    }
    return undefined
  }
}

const tagKeys = 'aws:tagkeys'
const requestTag = 'aws:requesttag/'

/** The names of tags come after the tags. */
function nextKey(atoms: readonly Atom[]): string | undefined {
  let found: string | undefined
  for (const atom of atoms) {
    if (!isChosenByRequester(atom.key)) continue
    found = atom.key.toLowerCase()
    if (found !== tagKeys) return found
  }
  return found
}

function statesOf(key: string, atoms: readonly Atom[], choices: Choices): readonly State[] {
  const states = choicesFor(key, atoms)
  if (key !== tagKeys) return states
  const carried: string[] = []
  const left = new Set<string>()
  for (const [other, state] of choices) {
    if (!other.startsWith(requestTag)) continue
    const name = other.slice(requestTag.length)
    if (state === undefined) left.add(name)
    else carried.push(name)
  }
  const spelling = new Map(atoms.flatMap(({ values }) => values.map((value) => [value.toLowerCase(), value])))
  return states.map((state = []) => {
    const names = new Map([...carried, ...state].map((name) => [name.toLowerCase(), spelling.get(name) ?? name]))
    for (const name of left) names.delete(name)
    return names.size === 0 ? undefined : [...names.values()]
  })
}

/** The claims of a token are views of one thing. */
function areCompatible(choices: Choices): boolean {
  const claims = new Map<string, string | undefined>()
  for (const [key, state] of choices) if (isPublicClaim(key)) claims.set(key, state?.[0])
  return claims.size < 2 || agree(claims)
}

function decided(atom: Atom, truths: ReadonlyMap<string, boolean>): Formula {
  const truth = truths.get(atom.id)
  return truth === undefined ? atom : constant(truth)
}
