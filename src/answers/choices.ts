import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { always, constant, type Formula, fromJson, substitute, toJson } from '#src/policy/formula.ts'
import type { Settled } from '#src/policy/settle.ts'
import type { FormulaJson } from './condition.ts'

/** What must hold besides the values that whoever makes the request chooses; `always` where it is certain. */
export function remaining({ residual, choices, verdict }: Settled): Formula {
  if (verdict === 'certain') return always
  const chosen = new Map(Object.entries(choices).map(([key, value]) => [key.toLowerCase(), value]))
  const left = substitute(residual, (atom) => {
    const value = chosen.get(atom.key.toLowerCase())
    return value === undefined ? atom : constant(conditionHolds(atom.operator, [value], atom.values))
  })
  // A chosen value that fits one way only leaves nothing to say; then the whole residual says more.
  return left.kind === 'never' ? residual : left
}

/** `choices` of an answer: absent where there is nothing to choose. */
export const choicesJson = (choices: Settled['choices']): { readonly choices?: Settled['choices'] } =>
  Object.keys(choices).length === 0 ? {} : { choices }

/** What remains, of an answer's JSON. */
export function withoutChoices({
  residual,
  choices = {},
  verdict,
}: {
  readonly residual: FormulaJson
  readonly choices?: Readonly<Record<string, string>>
  readonly verdict: Settled['verdict']
}): FormulaJson {
  return toJson(remaining({ residual: fromJson(residual), choices, verdict }))
}
