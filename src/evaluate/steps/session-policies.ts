import { always, type Formula, never } from '#src/policy/formula.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const place = { layer: 'session' } as const

/** What was passed with AssumeRole or GetFederationToken, evaluated as one set: it limits the session, and never grants. */
export const sessionPolicies = {
  layer: 'session',
  source: 'IAM User Guide, "Session policies"; STS API, "GetFederationToken"',
  denies(situation: Situation, trace?: Trace): Formula {
    const { sessionPolicies = [] } = situation.principal
    return sessionPolicies.length === 0 ? never : deniedBy(sessionPolicies, situation, place, trace)
  },
  allows(situation: Situation, trace?: Trace): Formula {
    const { kind, sessionPolicies = [], allowsEverything } = situation.principal
    if (allowsEverything || situation.assumed === 'session') return always
    // Without one a role session is not limited, and a federated user session has no permissions of its own.
    if (sessionPolicies.length === 0) return kind === 'FederatedUserSession' ? never : always
    return allowedBy(sessionPolicies, situation, place, trace)
  },
} satisfies Step
