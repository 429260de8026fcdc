import type { Build } from './build.ts'
import type { Caller } from './decider.ts'

/** Resource patterns of the Allows that bear on an action. */
export function allowedPatterns({ decider }: Build, caller: Caller, action: string): readonly string[] {
  const { identityPolicies } = decider.grantsOf(caller, decider.index.numberOf(action))
  return identityPolicies.flatMap(({ policy }) =>
    policy.statements.flatMap(({ effect, resource }) => (effect === 'Allow' ? (resource ?? []) : [])),
  )
}
