import { all, always, any, type Formula, never } from '#src/policy/formula.ts'
import type { Level, Principal } from '../request.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const bound: ReadonlySet<Principal['kind']> = new Set(['IAMUser', 'RoleSession', 'FederatedUserSession', 'RootUser'])

/** Every level from the root to the account must allow, and none may deny. The principal's account decides, not the resource's. */
export const serviceControlPolicies = {
  layer: 'scp',
  source: 'Organizations User Guide, "SCP evaluation"',
  denies(situation: Situation, trace?: Trace): Formula {
    let denied: Formula = never
    for (const level of levelsFor(situation)) {
      denied = any(denied, deniedBy(level.scps, situation, { layer: 'scp', level }, trace))
    }
    return denied
  },
  allows(situation: Situation, trace?: Trace): Formula {
    if (situation.assumed === 'scp') return always
    let passed: Formula = always
    for (const level of levelsFor(situation)) {
      const allowed = allowedBy(level.scps, situation, { layer: 'scp', level }, trace)
      // Only for speed: one level that does not allow is enough.
      if (allowed.kind === 'never') return never
      passed = all(passed, allowed)
    }
    return passed
  },
} satisfies Step

/** The levels at which no SCP allows. */
export const lackingLevels = (situation: Situation): readonly Level[] =>
  levelsFor(situation).filter((level) => allowedBy(level.scps, situation, { layer: 'scp', level }).kind === 'never')

/**
 * SCPs bind users, roles and root users of member accounts; not the management account, service-linked roles, callers of other
 * organizations or of none, services and federated callers. Mechanical Turk is out of their reach.
 */
function levelsFor({ principal, action }: Situation): readonly Level[] {
  const { membership, kind, isServiceLinked, allowsEverything } = principal
  if (membership === undefined || !membership.hasScps || membership.isManagement) return []
  if (isServiceLinked || allowsEverything || !bound.has(kind) || action.service === 'mechanicalturk') return []
  return membership.levels
}
