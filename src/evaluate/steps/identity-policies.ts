import { always, type Formula, gap } from '#src/policy/formula.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const place = { layer: 'identity' } as const

/** Inline and attached policies of a user, its groups, or a session's role. */
export const identityPolicies = {
  layer: 'identity',
  source: 'IAM User Guide, "Identity-based policies"; "How AWS enforcement code logic evaluates requests"',
  denies(situation: Situation, trace?: Trace): Formula {
    const { principal } = situation
    if (principal.gap !== undefined) return gap(`${principal.gap} (deny)`)
    return deniedBy(principal.identityPolicies, situation, place, trace)
  },
  allows(situation: Situation, trace?: Trace): Formula {
    const { principal, assumed } = situation
    // The root user has no identity policies, and lacks none.
    if (assumed === 'identity' || principal.allowsEverything || principal.kind === 'RootUser') return always
    if (principal.gap !== undefined) return gap(principal.gap)
    return allowedBy(principal.identityPolicies, situation, place, trace)
  },
} satisfies Step
