import { all, always, any, atom, conflictKey, type Formula, never } from '#src/policy/formula.ts'
import { grantedByKmsGrant, isKeyUsable } from './services/kms.ts'
import { isAssumeRoot, isCentralRootCaller, isClosedToFederatedUser, isOpenToProvider } from './services/sts.ts'
import type { Situation } from './situation.ts'
import type { Trace } from './statements.ts'
import { identityPolicies } from './steps/identity-policies.ts'
import { permissionsBoundary } from './steps/permissions-boundary.ts'
import { allowedAs } from './steps/resource-policy.ts'
import { sessionPolicies } from './steps/session-policies.ts'

/**
 * Who grants: the identity's side, the resource's side, or both together. IAM User Guide, "How AWS enforcement code logic
 * evaluates requests to allow or deny access"; "Cross-account policy evaluation logic". Denials and the caps of an
 * organization come on top.
 */
export function granted(situation: Situation, trace?: Trace): Formula {
  const { principal, resourceLayer, assumed } = situation
  if (isClosedToFederatedUser(situation) && assumed !== 'session') return never
  if (resourceLayer === 'kms-key-policy' && !isKeyUsable(situation) && assumed !== resourceLayer) return never
  switch (principal.kind) {
    case 'AWSService':
      return any(allowedAs(['anyone', 'self'], situation, trace), kmsGrants(situation, trace))
    case 'WebIdentity':
    case 'SAML':
      return isOpenToProvider(situation) || assumed === 'trust'
        ? allowedAs(['anyone', 'self'], situation, trace)
        : never
    case 'Anonymous':
      return allowedAs(['anyone'], situation, trace)
    default:
      return situation.isSameAccount ? sameAccount(situation, trace) : crossAccount(situation, trace)
  }
}

/** Role trust policies and key policies must let the caller in; any other resource policy may. */
function sameAccount(situation: Situation, trace: Trace | undefined): Formula {
  const { resourceLayer } = situation
  const isNeeded = resourceLayer === 'trust' || resourceLayer === 'kms-key-policy'
  const direct = directly(situation, trace)
  if (direct.kind === 'always') return always
  const caps = limits(situation, trace)
  const parent = allowedAs(['parent'], situation, trace)
  const identity = identityPolicies.allows(situation, trace)
  const account = isNeeded ? allowedAs(['account'], situation, trace) : always
  return any(direct, all(parent, caps), all(account, identity, caps), kmsGrants(situation, trace))
}

/** By the caller's own name or `*`: no identity policy, boundary or session policy is needed. */
function directly(situation: Situation, trace: Trace | undefined): Formula {
  const { principal, resourceLayer } = situation
  const asAnyone = allowedAs(['anyone'], situation, trace)
  const asSelf = allowedAs(['self'], situation, trace)
  if (resourceLayer !== 'trust' || principal.kind !== 'IAMUser') return any(asAnyone, asSelf)
  // IAM User Guide, "Update a role trust policy", wants the boundary of a user to allow; the general table does not.
  return any(asAnyone, all(asSelf, any(permissionsBoundary.allows(situation), boundaryConflict)))
}

const boundaryConflict = atom('Bool', conflictKey, [
  'whether a trust policy that names a user is limited by the permissions boundary of the user',
])

/** Both accounts must agree, and no form of the resource's grant spares the caller its own side. */
function crossAccount(situation: Situation, trace: Trace | undefined): Formula {
  if (isAssumeRoot(situation.action)) {
    return all(isCentralRootCaller(situation), identityPolicies.allows(situation, trace), limits(situation, trace))
  }
  const resource = allowedAs(['anyone', 'self', 'parent', 'account'], situation, trace)
  // Only for speed: most resources let in nobody from elsewhere.
  if (resource.kind === 'never' && trace === undefined && !situation.target.kmsGrants) return never
  const own = all(identityPolicies.allows(situation, trace), limits(situation, trace))
  return any(all(resource, own), kmsGrants(situation, trace))
}

const limits = (situation: Situation, trace: Trace | undefined): Formula =>
  all(permissionsBoundary.allows(situation, trace), sessionPolicies.allows(situation, trace))

function kmsGrants(situation: Situation, trace: Trace | undefined): Formula {
  const own = (): Formula => all(identityPolicies.allows(situation), limits(situation, undefined))
  return situation.resourceLayer === 'kms-key-policy' ? grantedByKmsGrant(situation, own, trace) : never
}
