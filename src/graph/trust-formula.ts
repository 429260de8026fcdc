import type { RequestResource } from '#src/evaluate/request.ts'
import { federatedCaller, servicePrincipal } from '#src/evaluate/subjects.ts'
import { type Atom, all, any, type Formula, never, not } from '#src/policy/formula.ts'
import type { TrustNeed } from '#src/techniques/technique.ts'
import type { Given } from './decider.ts'
import { contexts } from './opening-formula.ts'

/** Whether a role's trust policy lets the service, or a caller of the identity provider, do all the actions asked. */
export function trustFormula(
  { service, actions = ['sts:AssumeRole'], context, choosesClaims }: TrustNeed,
  decide: (
    principal: ReturnType<typeof servicePrincipal>,
    action: string,
    resource: RequestResource,
    given: Given | undefined,
  ) => Formula,
  role: RequestResource | undefined,
): Formula {
  if (role === undefined) return never
  const kind = actions.includes('sts:AssumeRoleWithSAML')
    ? 'SAML'
    : actions.includes('sts:AssumeRoleWithWebIdentity')
      ? 'WebIdentity'
      : undefined
  const principal = kind === undefined ? servicePrincipal(service) : federatedCaller(kind, service)
  const formula = any(
    ...contexts(context ?? noContext).map((given) =>
      all(
        ...actions.map((action) =>
          decide(principal, action, role, Object.keys(given).length === 0 ? undefined : given),
        ),
      ),
    ),
  )
  return choosesClaims ? withClaims(formula) : formula
}

const noContext = {}

/** Whoever holds the provider has any claim that helps. */
function withClaims(formula: Formula): Formula {
  const isClaim = ({ key }: Atom) => !/^(aws|sts|trustwalk):/i.test(key)
  const choose = (part: Formula, favourable: boolean): Formula => {
    if (part.kind === 'atom') return isClaim(part) ? (favourable ? all() : never) : part
    if (part.kind === 'not') return not(choose(part.of, !favourable))
    if (part.kind === 'all') return all(...part.of.map((operand) => choose(operand, favourable)))
    if (part.kind === 'any') return any(...part.of.map((operand) => choose(operand, favourable)))
    return part
  }
  return choose(formula, true)
}
