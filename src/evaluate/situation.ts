import type { ActionName } from '#src/policy/action.ts'
import { splitAction } from '#src/policy/action.ts'
import { splitArn } from '#src/policy/arn.ts'
import type { KeyLookup } from '#src/policy/conditions/key-state.ts'
import type { CallerNames } from '#src/policy/principal.ts'
import type { Target } from '#src/policy/statement.ts'
import type { Layer } from './decision.ts'
import { derivedKey } from './derived-keys.ts'
import type { AccessRequest, Principal, RequestResource } from './request.ts'
import { isAssumption, isTrustAction } from './services/sts.ts'

/** A request with what every step asks of it, worked out once. */
export interface Situation extends Target {
  readonly request: AccessRequest
  readonly principal: Principal
  readonly target: RequestResource
  readonly caller: CallerNames
  /** The principal's account owns the resource. */
  readonly isSameAccount: boolean
  /** What the resource's own policy is called, if the request asks it: a trust policy has no say in `iam:PassRole`. */
  readonly resourceLayer: 'resource' | 'trust' | 'kms-key-policy' | undefined
  /** A layer that is taken to allow: what it alone would change. */
  readonly assumed: Layer | undefined
}

export function situationOf(request: AccessRequest, assumed?: Layer): Situation {
  const { principal, resource } = request
  const action = splitAction(request.action)
  const resourceParts = splitArn(resource.arn)
  const owner = resource.account ?? accountIn(resourceParts) ?? principal.account
  const lookup: KeyLookup = (key) => derivedKey(key.toLowerCase(), principal, resource) ?? request.context(key)
  return {
    request,
    principal,
    target: resource,
    action,
    resource: resource.arn,
    resourceParts,
    lookup,
    caller: namesOf(principal),
    // What has no owner is the caller's own: an action without a resource is.
    isSameAccount: principal.account !== undefined && owner === principal.account,
    resourceLayer: layerOf(action, resource.arn),
    assumed,
  }
}

const accountIn = (parts: readonly string[] | undefined): string | undefined =>
  parts !== undefined && /^\d{12}$/.test(parts[4]!) ? parts[4] : undefined

const isServiceResource = (arn: string, service: string): boolean => arn.split(':', 3)[2] === service

function layerOf(action: ActionName, arn: string): Situation['resourceLayer'] {
  // Tags and a source identity may also go with sts:GetFederationToken, which no trust policy decides.
  if (isTrustAction(action)) return isAssumption(action) || isRole(arn) ? 'trust' : undefined
  if (action.service === 'kms') return /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(arn) ? 'kms-key-policy' : undefined
  // Of IAM's resources only roles have a policy, and that is about their assumption.
  return isServiceResource(arn, 'iam') ? undefined : 'resource'
}

const isRole = (arn: string): boolean => /^arn:[^:]*:iam::[^:]*:role\//.test(arn)

const types: Readonly<Record<Principal['kind'], CallerNames['type']>> = {
  IAMUser: 'AWS',
  RoleSession: 'AWS',
  FederatedUserSession: 'AWS',
  RootUser: 'AWS',
  AWSService: 'Service',
  WebIdentity: 'Federated',
  SAML: 'Federated',
  Anonymous: 'Anonymous',
}

function namesOf({ kind, arn, account, roleArn, userArn }: Principal): CallerNames {
  const parent =
    kind === 'RoleSession' ? (roleArn ?? pathlessRole(arn)) : kind === 'FederatedUserSession' ? userArn : undefined
  return { type: types[kind], self: arn, parent, account }
}

/** The role of a session whose role is not known, if it has no path. */
const pathlessRole = (session: string): string =>
  session.replace(/^(arn:[^:]*):sts:(:[^:]*):assumed-role\/([^/]*)\/.*$/, '$1:iam:$2:role/$3')
