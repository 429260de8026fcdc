import type { FormulaJson } from '#src/answers/condition.ts'
import type { HopJson } from '#src/answers/paths.ts'
import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { atomsOf, constant, fromJson, substitute, toJson } from '#src/policy/formula.ts'

/** What must hold besides the values that whoever makes the request chooses; nothing where the hop is certain. */
export function withoutChoices({
  residual,
  choices = {},
  verdict,
}: Pick<HopJson, 'residual' | 'choices' | 'verdict'>): FormulaJson {
  if (verdict === 'certain') return { all: [] }
  const chosen = new Map(Object.entries(choices).map(([key, value]) => [key.toLowerCase(), value]))
  const left = substitute(fromJson(residual), (atom) => {
    const value = chosen.get(atom.key.toLowerCase())
    return value === undefined ? atom : constant(conditionHolds(atom.operator, [value], atom.values))
  })
  // A chosen value that fits one way only leaves nothing to say; then the whole residual says more.
  return left.kind === 'never' ? residual : toJson(left)
}

/** The conditions of a residual, each once. */
export function conditionsIn(residual: FormulaJson): readonly FormulaJson[] {
  return atomsOf(fromJson(residual)).map(toJson)
}
