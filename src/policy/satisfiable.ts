import { candidatesFor, familyOf } from './candidates.ts'
import { conditionHolds, parseOperator } from './conditions/operators.ts'
import { factOf } from './context-keys.ts'
import { type Atom, atomsOf, conflictKey, constant, type Formula, gapKey, substitute } from './formula.ts'
import { areDisjoint, areDisjointArns } from './witness.ts'

/** How many partial assignments are looked at before a formula counts as satisfiable. */
const bound = 2_000

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
    if (left-- <= 0) return true
    const [atom] = atomsOf(rest)
    if (atom === undefined) return true
    const key = atom.key.toLowerCase()
    return [isWanted(rest, atom), !isWanted(rest, atom)].some((holds) => {
      const own = [...(claims.get(key) ?? []), { atom, holds }]
      if (!areConsistent(key, own)) return false
      const next = substitute(rest, (other) => (other.id === atom.id ? constant(holds) : other))
      return search(next, new Map(claims).set(key, own))
    })
  }
}

/** Whether the first place at which the atom stands asks for it, and not for its contrary. */
function isWanted(formula: Formula, atom: Atom): boolean {
  if (formula.kind === 'not') return !isWanted(formula.of, atom)
  if (formula.kind !== 'all' && formula.kind !== 'any') return true
  const part = formula.of.find((operand) => atomsOf(operand).some(({ id }) => id === atom.id))
  return part === undefined || isWanted(part, atom)
}

/** False only if no state of the key makes all claims true. */
function areConsistent(key: string, claims: readonly Claim[]): boolean {
  if (claims.length < 1 || key === gapKey || key === conflictKey) return true
  const holds = (state: readonly string[] | undefined): boolean =>
    claims.every((claim) => conditionHolds(claim.atom.operator, state, claim.atom.values) === claim.holds)
  const { states, isComplete } = candidatesFor(
    key,
    claims.map(({ atom }) => atom),
  )
  if (states.some(holds)) return true
  if (isComplete) return false
  if (claims.some(wantsAbsence)) return false
  if (factOf(key).isMultiValued) return true
  if (claims.some(namesValues)) return false
  return !excludeEachOther(claims)
}

const wantsAbsence = ({ atom, holds }: Claim): boolean =>
  atom.operator === 'Null' && holds && atom.values.every((value) => value.toLowerCase() === 'true')

/** The claim leaves only values that it lists, and all of these are among the candidates. */
const namesValues = (claim: Claim): boolean =>
  wantsMatch(claim) && familyOf(claim.atom.operator) === 'text' && !claim.atom.operator.includes('IgnoreCase')

/** The claim holds only if the key has a value (of one: its value) that matches one of the atom's. */
function wantsMatch({ atom, holds }: Claim): boolean {
  const parsed = parseOperator(atom.operator)
  if (parsed?.kind !== 'values') return false
  const { operator, set, ifExists } = parsed
  if (operator.isNegated) return !holds && set !== 'ForAnyValue'
  return holds && !ifExists && set !== 'ForAllValues'
}

/** Patterns that no text matches together, whichever value of each condition one takes. */
function excludeEachOther(claims: readonly Claim[]): boolean {
  for (const [family, disjoint] of [
    ['glob', areDisjoint],
    ['arn', areDisjointArns],
  ] as const) {
    const own = claims.filter((claim) => wantsMatch(claim) && familyOf(claim.atom.operator) === family)
    const ways = own.reduce((count, { atom }) => count * atom.values.length, 1)
    if (own.length < 2 || ways > 64) continue
    let choices: string[][] = [[]]
    for (const { atom } of own) choices = choices.flatMap((chosen) => atom.values.map((value) => [...chosen, value]))
    if (choices.every((patterns) => disjoint(patterns))) return true
  }
  return false
}
