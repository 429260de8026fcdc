import type { Principal } from '#src/evaluate/request.ts'
import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { all, any, atomsOf, constant, type Formula, substitute } from '#src/policy/formula.ts'

/** What `sts:AssumeRole` may pass to a session only with a permission of its own (IAM User Guide, "Pass session tags in AWS STS"). */
const parameters: readonly { readonly isAsked: (key: string) => boolean; readonly action: string }[] = [
  { isAsked: (key) => key === 'sts:sourceidentity', action: 'sts:SetSourceIdentity' },
  {
    isAsked: (key) => /^aws:(requesttag\/|tagkeys$)/.test(key) || key === 'sts:transitivetagkeys',
    action: 'sts:TagSession',
  },
]

/**
 * The condition of a role assumption, where it asks for a source identity or for session tags: either it holds without any, or
 * they may be set as well.
 */
export function withSessionParameters(
  action: string,
  { kind }: Principal,
  formula: Formula,
  permits: (action: string) => Formula,
): Formula {
  // Services and identity providers set what they set.
  if (action.toLowerCase() !== 'sts:assumerole' || kind === 'AWSService') return formula
  if (formula.kind === 'always' || formula.kind === 'never') return formula
  return parameters.reduce((condition, parameter) => {
    const isAsked = (key: string): boolean => parameter.isAsked(key.toLowerCase())
    if (!atomsOf(condition).some(({ key }) => isAsked(key))) return condition
    const without = substitute(condition, (atom) =>
      isAsked(atom.key) ? constant(conditionHolds(atom.operator, undefined, atom.values)) : atom,
    )
    return any(without, all(condition, permits(parameter.action)))
  }, formula)
}
