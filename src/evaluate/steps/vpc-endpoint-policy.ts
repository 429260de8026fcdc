import { always, constant, type Formula, never } from '#src/policy/formula.ts'
import { formOf, isSpared } from '#src/policy/principal.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, type Covers, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const place = { layer: 'vpce' } as const

/** Of requests through a VPC endpoint; without one there is nothing to pass. It never grants by itself. */
export const vpcEndpointPolicy = {
  layer: 'vpce',
  source: 'AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies"',
  denies(situation: Situation, trace?: Trace): Formula {
    const policy = situation.request.vpcEndpointPolicy
    return policy === undefined ? never : deniedBy([policy], situation, place, trace, covers(situation))
  },
  allows(situation: Situation, trace?: Trace): Formula {
    const policy = situation.request.vpcEndpointPolicy
    if (policy === undefined || situation.assumed === 'vpce') return always
    return allowedBy([policy], situation, place, trace, covers(situation))
  },
} satisfies Step

const covers =
  ({ caller, principal: { boundary } }: Situation): Covers =>
  ({ principal, notPrincipal }) => {
    if (principal !== undefined) return constant(formOf(principal, caller) !== undefined)
    return constant(notPrincipal === undefined || boundary !== undefined || !isSpared(notPrincipal, caller))
  }
