/**
 * The residual algebra: what is left of a decision when the snapshot has been used up. A statement yields a formula, a step
 * of the evaluation combines them, a hop carries one, a path conjoins them. `always` and `never` are its two constants.
 *
 * Formulas are immutable and canonical: operands are flattened, free of duplicates, absorbed (`any(a, all(a, b))` is `a`)
 * and in a fixed order, so that two formulas built in another order have the same `id`.
 */
export type Formula = Constant | Atom | Junction | Negation

interface Constant {
  readonly kind: 'always' | 'never'
  readonly id: string
}

/** One condition whose truth the snapshot does not tell: the operator as written in the policy, values after variable expansion. */
export interface Atom {
  readonly kind: 'atom'
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  readonly id: string
}

interface Junction {
  readonly kind: 'all' | 'any'
  readonly of: readonly Formula[]
  readonly id: string
}

interface Negation {
  readonly kind: 'not'
  readonly of: Formula
  readonly id: string
}

/** The JSON form of a residual (design §6): `{"all":[…]}`, `{"any":[…]}`, `{"not":E}` or an atom; `always` is an empty `all`. */
export type FormulaJson =
  | { readonly all: readonly FormulaJson[] }
  | { readonly any: readonly FormulaJson[] }
  | { readonly not: FormulaJson }
  | { readonly key: string; readonly operator: string; readonly values: readonly string[] }

export const always: Formula = { kind: 'always', id: 'T' }
export const never: Formula = { kind: 'never', id: 'F' }

/** The key of an atom that stands for something not collected; its value says what. */
export const gapKey = 'trustwalk:not-collected'
/** The key of an atom that stands for a point where AWS's documentation contradicts itself; its value says which. */
export const conflictKey = 'trustwalk:documentation-conflict'

/** Values are a set: order and duplicates do not matter. Keys are compared without regard to case, as AWS does. */
export function atom(operator: string, key: string, values: readonly string[]): Formula {
  const sorted = [...new Set(values)].sort()
  return { kind: 'atom', operator, key, values: sorted, id: JSON.stringify([operator, key.toLowerCase(), ...sorted]) }
}

/** A formula that is true or false depending on something that was not collected. */
export const gap = (what: string): Formula => atom('Bool', gapKey, [what])

export const constant = (value: boolean): Formula => (value ? always : never)

export const all = (...operands: readonly Formula[]): Formula => junction('all', operands)

export const any = (...operands: readonly Formula[]): Formula => junction('any', operands)

export function not(operand: Formula): Formula {
  if (operand.kind === 'always') return never
  if (operand.kind === 'never') return always
  if (operand.kind === 'not') return operand.of
  return { kind: 'not', of: operand, id: `!${operand.id}` }
}

/** Whether one condition never holds without the other, as far as that shows without a look at what the atoms mean. */
export const implies = (formula: Formula, other: Formula | undefined): boolean =>
  other !== undefined && any(formula, other).id === other.id

/** Replaces every atom by what `replace` makes of it, and simplifies. */
export function substitute(formula: Formula, replace: (atom: Atom) => Formula): Formula {
  switch (formula.kind) {
    case 'atom':
      return replace(formula)
    case 'not':
      return not(substitute(formula.of, replace))
    case 'all':
    case 'any':
      return junction(
        formula.kind,
        formula.of.map((operand) => substitute(operand, replace)),
      )
    default:
      return formula
  }
}

/** The distinct atoms, in the order of the formula. */
export function atomsOf(formula: Formula): readonly Atom[] {
  const found = new Map<string, Atom>()
  collectAtoms(formula, found)
  return [...found.values()]
}

export function toJson(formula: Formula): FormulaJson {
  switch (formula.kind) {
    case 'always':
      return { all: [] }
    case 'never':
      return { any: [] }
    case 'atom':
      return { key: formula.key, operator: formula.operator, values: formula.values }
    case 'not':
      return { not: toJson(formula.of) }
    case 'all':
      return { all: formula.of.map(toJson) }
    case 'any':
      return { any: formula.of.map(toJson) }
  }
}

export function fromJson(json: FormulaJson): Formula {
  if ('all' in json) return all(...json.all.map(fromJson))
  if ('any' in json) return any(...json.any.map(fromJson))
  if ('not' in json) return not(fromJson(json.not))
  return atom(json.operator, json.key, json.values)
}

function junction(kind: 'all' | 'any', operands: readonly Formula[]): Formula {
  const neutral = kind === 'all' ? always : never
  const absorbing = kind === 'all' ? never : always
  // Nearly all junctions have one operand at most that is no constant: the evaluator makes millions of them.
  let only: Formula | undefined
  let several = false
  for (const operand of operands) {
    if (operand.kind === absorbing.kind) return absorbing
    if (operand.kind === neutral.kind) continue
    if (only === undefined) only = operand
    else several = true
  }
  if (!several) return only ?? neutral
  const distinct = new Map<string, Formula>()
  for (const operand of operands) {
    if (operand.kind === absorbing.kind) return absorbing
    if (operand.kind === neutral.kind) continue
    for (const part of operand.kind === kind ? operand.of : [operand]) distinct.set(part.id, part)
  }
  for (const part of distinct.values()) if (distinct.has(not(part).id)) return absorbing
  const kept = withoutAbsorbed(kind, distinct)
  if (kept.length === 0) return neutral
  if (kept.length === 1) return kept[0]!
  kept.sort((left, right) => (left.id < right.id ? -1 : 1))
  return { kind, of: kept, id: `${kind === 'all' ? '&' : '|'}(${kept.map((part) => part.id).join(',')})` }
}

/**
 * `any(a, all(a, b))` is `a`, and `all(a, any(b, a))` too: an operand whose own parts include all of another's adds nothing.
 * Each operand is looked for under its rarest part, so that thousands of them cost little more than once through.
 */
function withoutAbsorbed(kind: 'all' | 'any', operands: ReadonlyMap<string, Formula>): Formula[] {
  const dual = kind === 'all' ? 'any' : 'all'
  const junctions = [...operands.values()].filter((operand) => operand.kind === dual) as Junction[]
  if (junctions.length === 0) return [...operands.values()]
  const uses = new Map<string, number>()
  for (const { of } of junctions) for (const { id } of of) uses.set(id, (uses.get(id) ?? 0) + 1)
  const byRarest = new Map<string, Junction[]>()
  for (const junction of junctions) {
    const rarest = junction.of.reduce((least, part) => (uses.get(part.id)! < uses.get(least.id)! ? part : least))
    const listed = byRarest.get(rarest.id)
    if (listed === undefined) byRarest.set(rarest.id, [junction])
    else listed.push(junction)
  }
  return [...operands.values()].filter((operand) => {
    if (operand.kind !== dual) return true
    const own = new Set(operand.of.map(({ id }) => id))
    const includes = ({ of }: Junction): boolean => of.length < own.size && of.every(({ id }) => own.has(id))
    for (const id of own) if (operands.has(id) || byRarest.get(id)?.some(includes)) return false
    return true
  })
}

function collectAtoms(formula: Formula, found: Map<string, Atom>): void {
  if (formula.kind === 'atom') found.set(formula.id, formula)
  else if (formula.kind === 'not') collectAtoms(formula.of, found)
  else if (formula.kind === 'all' || formula.kind === 'any') for (const part of formula.of) collectAtoms(part, found)
}
