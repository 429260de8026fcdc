import { candidatesFor, familyOf, type State, testOf } from './candidates.ts'
import { parseOperator } from './conditions/operators.ts'
import { factOf } from './context-keys.ts'
import { type Atom, constant, type Formula, substitute } from './formula.ts'
import { plainText } from './glob.ts'
import { areDisjoint, areDisjointArns } from './witness.ts'

/** How much is looked at before a formula counts as satisfiable. */
const bound = 100_000

/** What it takes to put a truth into a formula of so many atoms: large ones are compared part by part to be simplified. */
export const costOf = (atoms: number): number => 10 + atoms + (atoms * atoms) / 50

/** An atom with the truth it is taken to have. */
interface Claim {
  readonly atom: Atom
  readonly holds: boolean
}

/**
 * False only where it is proved that no request satisfies the formula, since it wants contradictory things of one key:
 * `StringEquals k a` and `StringEquals k b`. What cannot be proved within the bound may hold.
 */
export function maySatisfy(formula: Formula): boolean {
  let left = bound
  return search(formula, new Map())

  function search(rest: Formula, claims: ReadonlyMap<string, readonly Claim[]>): boolean {
    if (rest.kind === 'always') return true
    if (rest.kind === 'never') return false
    left -= costOf(sizeOf(rest))
    if (left <= 0) return true
    const { atom, holds } = firstClaim(rest, true)
    const key = atom.key.toLowerCase()
    return [holds, !holds].some((truth) => {
      const own = [...(claims.get(key) ?? []), { atom, holds: truth }]
      if (!areConsistent(key, own)) return false
      const next = substitute(rest, (other) => (other.id === atom.id ? constant(truth) : other))
      return search(next, new Map(claims).set(key, own))
    })
  }
}

function sizeOf(formula: Formula): number {
  if (formula.kind === 'not') return sizeOf(formula.of)
  if (formula.kind !== 'all' && formula.kind !== 'any') return 1
  return formula.of.reduce((size, part) => size + sizeOf(part), 0)
}

/** The first atom, as its place asks for it. */
function firstClaim(formula: Formula, holds: boolean): Claim {
  switch (formula.kind) {
    case 'atom':
      return { atom: formula, holds }
    case 'not':
      return firstClaim(formula.of, !holds)
    case 'all':
    case 'any':
      return firstClaim(formula.of[0]!, holds)
    default:
      throw new RangeError('a formula without atoms')
  }
}

/** False only if no state of the key makes all claims true. */
function areConsistent(key: string, claims: readonly Claim[]): boolean {
  const { holds, isAlwaysPresent } = factOf(key)
  const fits = (state: State): boolean => claims.every((claim) => testOf(claim.atom)(state) === claim.holds)
  if (claims.some(wantsAbsence)) return !isAlwaysPresent && fits(undefined)
  const finite = holds === 'one' ? fewest(claims.filter(namesValues)) : undefined
  if (finite !== undefined) return finite.atom.values.some((value) => fits([plainText(value)]))
  const { states, isComplete } = candidatesFor(
    key,
    claims.map(({ atom }) => atom),
  )
  if (states.some(fits)) return true
  return !isComplete && !(holds === 'one' && excludeEachOther(claims))
}

const fewest = (claims: readonly Claim[]): Claim | undefined =>
  [...claims].sort((left, right) => left.atom.values.length - right.atom.values.length)[0]

function wantsAbsence({ atom: { operator, values }, holds }: Claim): boolean {
  return operator === 'Null' && values.length > 0 && values.every((value) => value.toLowerCase() === String(holds))
}

/** The claim leaves no values but those it lists. */
const namesValues = (claim: Claim): boolean =>
  wantsMatch(claim) && familyOf(claim.atom.operator) === 'text' && !claim.atom.operator.includes('IgnoreCase')

/** The claim holds only if the key has a value, and that matches one of the atom's. */
function wantsMatch({ atom, holds }: Claim): boolean {
  const parsed = parseOperator(atom.operator)
  if (parsed?.kind !== 'values') return false
  const { operator, set, ifExists } = parsed
  // A negated condition that does not hold is met by a value; with ForAnyValue an absent key would do.
  if (operator.isNegated) return !holds && set !== 'ForAnyValue'
  return holds && !ifExists && set !== 'ForAllValues'
}

/** Patterns that no text matches together, whichever value of each condition one takes. */
function excludeEachOther(claims: readonly Claim[]): boolean {
  return (
    areExclusive(
      claims.filter((claim) => wantsMatch(claim) && familyOf(claim.atom.operator) === 'pattern'),
      areDisjoint,
    ) ||
    areExclusive(
      claims.filter((claim) => wantsMatch(claim) && familyOf(claim.atom.operator) === 'arn'),
      areDisjointArns,
    )
  )
}

function areExclusive(claims: readonly Claim[], areDisjoint: (patterns: readonly string[]) => boolean): boolean {
  const ways = claims.reduce((count, { atom }) => count * atom.values.length, 1)
  if (claims.length < 2 || ways > 64) return false
  let choices: string[][] = [[]]
  for (const { atom } of claims) choices = choices.flatMap((chosen) => atom.values.map((value) => [...chosen, value]))
  return choices.every(areDisjoint)
}
