import { accountOfArn, bucketNameOf, lookupOf } from '#src/model/lookup.ts'
import type { Account, Gap, Group, Model, Resource, Role, User } from '#src/model/model.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import type { Principal, RequestResource } from './request.ts'

/** Name of the session that a role is taken to run under, where nobody asks for another. */
export const sessionName = 'trustwalk'

/**
 * The principal that an ARN of the model stands for when it makes a request: a user itself, a role through a session of its
 * own, an account through whoever controls it, `*` for anybody unsigned. Principals outside the organization are not ours to
 * read: their own side allows everything. Undefined for what makes no requests, and for identities that a collected account lacks.
 */
export function principalFor(model: Model, arn: string): Principal | undefined {
  if (arn === '*') return anonymous
  const known = lookupOf(model).identities.get(arn)
  if (known?.kind === 'user') return userPrincipal(known, model.accounts.get(known.account)!)
  if (known?.kind === 'role') return roleSession(known, model.accounts.get(known.account)!)
  return known === undefined ? strangerFor(model, arn) : undefined
}

/** The same for an ARN that no collected account holds. */
export function strangerFor(model: Model, arn: string): Principal | undefined {
  const account = accountOfArn(arn)
  if (account === undefined) return undefined
  const owner = model.accounts.get(account)
  if (arn === `arn:${arn.split(':', 2)[1]}:iam::${account}:root`) return accountPrincipal(arn, account, owner)
  if (owner === undefined) return outsider(arn, account)
  return owner.isCollected ? undefined : uncollected(arn, owner)
}

/** What a request on `arn` is decided by: owner, policy, tags, settings, as far as the model has them. */
export function resourceFor(model: Model, arn: string): RequestResource {
  const { identities, resources, buckets, compute } = lookupOf(model)
  const bucket = bucketNameOf(arn)
  const resource = (bucket === undefined ? undefined : buckets.get(bucket)) ?? resources.get(arn)
  if (resource !== undefined) return resourceRequest(resource, model.accounts.get(resource.account), arn)
  const identity = identities.get(arn)
  if (identity !== undefined) return identityResource(identity, model.accounts.get(identity.account)!)
  const machine = compute.get(arn)
  const account = machine?.account ?? accountOfArn(arn)
  const owner = account === undefined ? undefined : model.accounts.get(account)
  return {
    arn,
    account,
    ...(owner?.membership && { membership: owner.membership }),
    ...(machine?.tags && { tags: machine.tags }),
    ...(owner !== undefined && !owner.isCollected && { gap: accountGap(owner) }),
  }
}

export const anonymous: Principal = { kind: 'Anonymous', arn: '*', account: undefined, identityPolicies: [] }

/** An AWS service acting under its own name, such as Lambda when it assumes the role of a function. */
export const servicePrincipal = (service: string): Principal => ({
  kind: 'AWSService',
  arn: service,
  account: undefined,
  identityPolicies: [],
})

/** A caller with a token of an OIDC or an assertion of a SAML provider. */
export const federatedCaller = (kind: 'WebIdentity' | 'SAML', provider: string): Principal => ({
  kind,
  arn: provider,
  account: undefined,
  identityPolicies: [],
})

export function userPrincipal(user: User, account: Account): Principal {
  const groups = user.groups.flatMap((group) => group.policies)
  return {
    kind: 'IAMUser',
    arn: user.arn,
    account: user.account,
    uniqueId: user.uniqueId,
    tags: user.tags,
    identityPolicies: groups.length === 0 ? user.policies : [...user.policies, ...groups],
    ...(user.boundary && { boundary: user.boundary }),
    ...(account.membership && { membership: account.membership }),
  }
}

export function roleSession(role: Role, account: Account, name = sessionName): Principal {
  return {
    kind: 'RoleSession',
    arn: `arn:${role.arn.split(':', 2)[1]}:sts::${role.account}:assumed-role/${role.name}/${name}`,
    account: role.account,
    roleArn: role.arn,
    sessionName: name,
    uniqueId: role.uniqueId,
    tags: role.tags,
    identityPolicies: role.policies,
    ...(role.boundary && { boundary: role.boundary }),
    ...(role.isServiceLinked && { isServiceLinked: true }),
    ...(account.membership && { membership: account.membership }),
  }
}

/** Whoever controls the account: may give itself any identity policy there, but stays under the account's SCPs. */
export function accountPrincipal(arn: string, id: string, account: Account | undefined): Principal {
  if (account === undefined) return outsider(arn, id)
  return {
    kind: 'RootUser',
    arn,
    account: id,
    identityPolicies: [],
    ...(account.membership && { membership: account.membership }),
  }
}

/** Any principal of an account outside the organization. */
export function outsider(arn: string, account: string): Principal {
  const isRole = /^arn:[^:]+:iam::\d{12}:role\//.test(arn)
  const isSession = /^arn:[^:]+:sts::\d{12}:assumed-role\//.test(arn)
  if (arn.endsWith(':root')) return { ...outside, kind: 'RootUser', arn, account }
  if (isSession) return { ...outside, kind: 'RoleSession', arn, account }
  if (!isRole) return { ...outside, kind: 'IAMUser', arn, account }
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  return {
    ...outside,
    kind: 'RoleSession',
    arn: `arn:${arn.split(':', 2)[1]}:sts::${account}:assumed-role/${name}/${sessionName}`,
    account,
    roleArn: arn,
    sessionName,
  }
}

const outside = { identityPolicies: [], allowsEverything: true } as const

/** A principal of a member account that could not be read: its policies are a gap, its SCPs are known. */
function uncollected(arn: string, account: Account): Principal {
  const { allowsEverything: _, ...principal } = outsider(arn, account.id)
  return { ...principal, gap: accountGap(account), ...(account.membership && { membership: account.membership }) }
}

const accountGap = (account: Account): string => `accounts/${account.id}: iam:GetAccountAuthorizationDetails`

export function identityResource(identity: User | Group | Role, account: Account): RequestResource {
  return {
    arn: identity.arn,
    account: identity.account,
    ...(account.membership && { membership: account.membership }),
    ...(identity.kind !== 'group' && { tags: identity.tags, boundary: boundaryOf(identity) }),
    ...(identity.kind === 'role' && { policy: identity.trust }),
  }
}

const boundaryOf = ({ boundary }: User | Role): readonly string[] =>
  boundary === undefined ? [] : [boundary.arn ?? boundary.name]

/** `arn` may be more than the resource's own: an object of a bucket. */
export function resourceRequest(resource: Resource, account: Account | undefined, arn = resource.arn): RequestResource {
  const policy: NamedPolicy | undefined = resource.policy
  return {
    arn,
    account: resource.account,
    ...(account?.membership && { membership: account.membership }),
    ...(policy && { policy }),
    ...(resource.tags && { tags: resource.tags }),
    ...(resource.bucket?.restrictPublicBuckets !== undefined && {
      restrictPublicBuckets: resource.bucket.restrictPublicBuckets,
    }),
    ...(resource.key && {
      kmsGrants: resource.key.grants,
      isAwsManagedKey: resource.key.manager === 'AWS',
      isDisabledKey: !resource.key.enabled,
    }),
    ...(resource.policyGap && { gap: gapText(resource.policyGap) }),
  }
}

/** A gap in one line, as it stands in residuals: where, and which call. */
export function gapText({ account, region, service, operation, resource }: Gap): string {
  const place = [account, region].filter((part) => part !== undefined).join('/')
  return `${place}: ${service}:${operation}${resource === undefined ? '' : ` ${resource}`}`
}
