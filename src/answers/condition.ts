import { atomsOf, type Formula, type FormulaJson, toJson } from '#src/policy/formula.ts'

/** An atom of a residual, as people and simple programs read it. */
export interface ConditionJson {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

export type { FormulaJson }

/** The distinct atoms of a residual; how they combine (all, any, not) stands in the residual itself. */
export function conditionsOf(formula: Formula): readonly ConditionJson[] {
  return atomsOf(formula).map(({ key, operator, values }) => ({ key, operator, values }))
}

export const residualOf = (formula: Formula): FormulaJson => toJson(formula)
