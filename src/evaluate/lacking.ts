import { all } from '#src/policy/formula.ts'
import type { Form } from '#src/policy/principal.ts'
import type { Evidence, Layer } from './decision.ts'
import { granted } from './grant.ts'
import { isKeyUsable } from './services/kms.ts'
import { isClosedToFederatedUser, isOpenToProvider } from './services/sts.ts'
import { type Situation, situationOf } from './situation.ts'
import { levelName, nameOf } from './statements.ts'
import { identityPolicies } from './steps/identity-policies.ts'
import { permissionsBoundary } from './steps/permissions-boundary.ts'
import { allowedAs } from './steps/resource-policy.ts'
import { lackingLevels, serviceControlPolicies } from './steps/service-control-policies.ts'
import { sessionPolicies } from './steps/session-policies.ts'
import { vpcEndpointPolicy } from './steps/vpc-endpoint-policy.ts'

const caps = [serviceControlPolicies, vpcEndpointPolicy]
/** Services, federated and unsigned callers have no policies of their own. */
const steps = [...caps, identityPolicies, permissionsBoundary, sessionPolicies]

/**
 * The layers for lack of whose consent nothing opens a request: those of which one alone would open it, if there are such;
 * otherwise all that do not allow.
 */
export function lacking(situation: Situation): readonly Evidence[] {
  const candidates: Layer[] = (situation.caller.type === 'AWS' ? steps : caps).map(({ layer }) => layer)
  if (needsResource(situation) && !resourceLetsIn(situation)) candidates.unshift(situation.resourceLayer ?? 'resource')
  const alone = candidates.filter((layer) => opensWith(situation, layer))
  const layers = alone.length > 0 ? alone : candidates.filter((layer) => !letsPass(situation, layer))
  return layers.flatMap((layer) => placesOf(layer, situation))
}

function opensWith({ request }: Situation, layer: Layer): boolean {
  const changed = situationOf(request, layer)
  return (
    all(granted(changed), serviceControlPolicies.allows(changed), vpcEndpointPolicy.allows(changed)).kind !== 'never'
  )
}

function letsPass(situation: Situation, layer: Layer): boolean {
  if (layer === 'session' && isClosedToFederatedUser(situation)) return false
  const step = steps.find((step) => step.layer === layer)
  return step !== undefined && step.allows(situation).kind !== 'never'
}

const needsResource = ({ isSameAccount, resourceLayer }: Situation): boolean =>
  !isSameAccount || resourceLayer === 'trust' || resourceLayer === 'kms-key-policy'

const forms: readonly Form[] = ['anyone', 'self', 'parent', 'account']

function resourceLetsIn(situation: Situation): boolean {
  if (situation.resourceLayer === 'kms-key-policy' && !isKeyUsable(situation)) return false
  if (situation.caller.type === 'Federated' && !isOpenToProvider(situation)) return false
  return allowedAs(forms, situation).kind !== 'never'
}

/** Nothing can be named but the place where an allow would have to stand. */
function placesOf(layer: Layer, situation: Situation): readonly Evidence[] {
  const { principal, target, request } = situation
  const at = (policy: string, attachedTo?: string): Evidence => ({
    layer,
    effect: 'Deny',
    policy,
    statement: -1,
    ...(attachedTo !== undefined && { attachedTo }),
    when: all(),
  })
  switch (layer) {
    case 'scp':
      return lackingLevels(situation).map((level) =>
        at(level.scps.map(nameOf).join(', ') || level.id, levelName(level)),
      )
    case 'identity':
    case 'session':
      return [at(principal.roleArn ?? principal.userArn ?? principal.arn)]
    case 'boundary':
      return [at(principal.boundary === undefined ? principal.arn : nameOf(principal.boundary))]
    case 'vpce':
      return [at(request.vpcEndpointPolicy === undefined ? 'vpc endpoint' : nameOf(request.vpcEndpointPolicy))]
    default:
      return [at(target.policy === undefined ? target.arn : nameOf(target.policy))]
  }
}
