import { factOf } from '#src/policy/context-keys.ts'
import { claimOf } from '#src/policy/public-issuers.ts'
import type { KeyState, Principal, RequestResource } from './request.ts'

export interface Situation {
  readonly principal: Principal
  readonly resource: RequestResource
  /** As AWS writes it, such as `sts:AssumeRole`. */
  readonly action: string
  /** When the snapshot was taken, ISO 8601: conditions on time are judged at it. */
  readonly capturedAt: string
  /** What the situation itself fixes, by key: the service a role is passed to. No values: the key is absent. Goes before all else. */
  readonly given?: Readonly<Record<string, readonly string[]>>
}

const unknown: KeyState = { state: 'unknown' }
const absent: KeyState = { state: 'absent' }
const known = (...values: string[]): KeyState => ({ state: 'known', values })

/**
 * What every verb but `evaluate` knows of a context key that does not follow from principal, resource and organization
 * (aws-evaluation §10). A key that is unknown here is either the requester's choice or his surroundings: the table of
 * context keys says which.
 */
export function contextFor(situation: Situation): (key: string) => KeyState {
  const given = new Map(Object.entries(situation.given ?? {}).map(([key, values]) => [key.toLowerCase(), values]))
  return (key) => {
    const lower = key.toLowerCase()
    const values = given.get(lower)
    if (values !== undefined) return values.length === 0 ? absent : { state: 'known', values }
    return stateOf(lower, situation)
  }
}

function stateOf(key: string, situation: Situation): KeyState {
  const { principal, resource, action, capturedAt } = situation
  const rule = rules.get(key)
  if (rule !== undefined) return rule(situation)
  if (key.startsWith('aws:requesttag/')) return mayPassTags(action) ? unknown : absent
  const tag = resourceTagOf(key)
  if (tag !== undefined) return tagState(tag, resource)
  if (key.startsWith('saml:')) return principal.kind === 'SAML' ? unknown : absent
  if (claimOf(key) !== undefined) return claimState(key, principal)
  const service = key.slice(0, key.indexOf(':'))
  // Parameters of a service are in requests to that service only.
  if (service !== 'aws' && factOf(key).who !== 'service' && !servicesThatShareKeys(service, action)) return absent
  void capturedAt
  return unknown
}

type Rule = (situation: Situation) => KeyState

const isIamPrincipal = ({ kind }: Principal): boolean =>
  kind === 'IAMUser' || kind === 'RoleSession' || kind === 'FederatedUserSession' || kind === 'RootUser'

const onlyFor =
  (...actions: string[]): Rule =>
  ({ action }) =>
    actions.includes(action.toLowerCase()) ? unknown : absent

const always =
  (state: KeyState): Rule =>
  () =>
    state

/** Only whoever may have been asked for a second factor carries its traces: never a role's or a federated user's session. */
const mfa: Rule = ({ principal: { kind } }) => (kind === 'IAMUser' || kind === 'RootUser' ? unknown : absent)

const onlyForServices: Rule = ({ principal }) => (principal.kind === 'AWSService' ? unknown : absent)

const sourceAccount: Rule = ({ principal, resource }) =>
  principal.kind === 'AWSService' && resource.account !== undefined ? known(resource.account) : absent

const callerAccount: Rule = ({ principal }) => (principal.account === undefined ? absent : known(principal.account))

const assumeRole = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity']

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    'aws:currenttime': ({ capturedAt }) => known(capturedAt),
    'aws:epochtime': ({ capturedAt }) => known(String(Math.floor(Date.parse(capturedAt) / 1000))),
    'aws:tokenissuetime': ({ principal }) => (isIamPrincipal(principal) ? unknown : absent),
    'aws:requestedregion': requestedRegion,
    'aws:viaawsservice': always(known('false')),
    'aws:calledvia': always(absent),
    'aws:calledviafirst': always(absent),
    'aws:calledvialast': always(absent),
    'aws:viaawsmcpservice': always(absent),
    'aws:calledviaawsmcp': always(absent),
    'aws:ismcpserviceaction': always(absent),
    'aws:multifactorauthpresent': mfa,
    'aws:multifactorauthage': mfa,
    'aws:sourcearn': onlyForServices,
    'aws:sourceaccount': sourceAccount,
    'aws:sourceorgid': onlyForServices,
    'aws:sourceorgpaths': onlyForServices,
    'aws:sourceowner': ({ principal }) =>
      principal.kind === 'AWSService' ? unknown : callerAccount({ principal } as Situation),
    'aws:sourceidentity': ({ principal }) => (principal.kind === 'RoleSession' ? unknown : absent),
    'aws:federatedprovider': ({ principal: { kind, arn } }) =>
      kind === 'WebIdentity' ? known(arn) : kind === 'RoleSession' ? unknown : absent,
    'aws:assumedroot': always(absent),
    'aws:tagkeys': ({ action }) => (mayPassTags(action) ? unknown : absent),
    'sts:externalid': onlyFor('sts:assumerole'),
    'sts:rolesessionname': onlyFor(...assumeRole),
    'sts:sourceidentity': onlyFor(...assumeRole, 'sts:setsourceidentity'),
    'sts:transitivetagkeys': onlyFor(...assumeRole, 'sts:tagsession'),
    'sts:taskpolicyarn': onlyFor('sts:assumeroot'),
    'iam:passedtoservice': onlyFor('iam:passrole'),
    'iam:associatedresourcearn': onlyFor('iam:passrole'),
    'kms:calleraccount': callerAccount,
    'kms:viaservice': always(absent),
  }),
)

/** Services of one endpoint are asked in its region; others where their resource is, or where the requester likes. */
function requestedRegion({ action, resource }: Situation): KeyState {
  const service = action.slice(0, action.indexOf(':')).toLowerCase()
  if (globalServices.has(service)) return known('us-east-1')
  const region = resource.arn.split(':', 5)[3]
  return region === undefined || region === '' || region.includes('*') ? unknown : known(region)
}

const globalServices = new Set([
  'iam',
  'organizations',
  'cloudfront',
  'route53',
  'account',
  'budgets',
  'support',
  'shield',
])

const mayPassTags = (_action: string): boolean => true

function resourceTagOf(key: string): string | undefined {
  const [, tag] = /^[a-z0-9-]+:resourcetag\/(.*)$/s.exec(key) ?? []
  return tag
}

function tagState(tag: string, { tags }: RequestResource): KeyState {
  if (tags === undefined) return unknown
  for (const [key, value] of Object.entries(tags)) if (key.toLowerCase() === tag) return known(value)
  return absent
}

function claimState(_key: string, principal: Principal): KeyState {
  return principal.kind === 'WebIdentity' ? unknown : absent
}

const servicesThatShareKeys = (service: string, action: string): boolean =>
  action.slice(0, action.indexOf(':')).toLowerCase() === service
