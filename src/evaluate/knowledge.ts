import { absent, type KeyState, known, unknown } from '#src/policy/conditions/key-state.ts'
import { claimOf } from '#src/policy/public-issuers.ts'
import type { Principal, RequestResource } from './request.ts'
import { requestedRegion } from './requested-region.ts'
import { mayPassTags } from './tagging.ts'

/** One request, as far as it bears on context keys. */
export interface Occasion {
  readonly principal: Principal
  readonly resource: RequestResource
  /** As AWS writes it, such as `sts:AssumeRole`. */
  readonly action: string
  /** When the snapshot was taken, ISO 8601: conditions on time are judged at it. */
  readonly capturedAt: string
  /** What the occasion itself fixes, by key: the service a role is passed to. No values: the key is absent. Goes before all else. */
  readonly given?: Readonly<Record<string, readonly string[]>>
}

/**
 * What every verb but `evaluate` knows of a context key that does not follow from principal, resource and organization
 * (aws-evaluation §10). A key that is unknown here is the requester's choice or his surroundings: the table of context keys
 * says which.
 */
export function contextFor(occasion: Occasion): (key: string) => KeyState {
  const given = occasion.given && givenStates(occasion.given)
  return (key) => {
    const lower = key.toLowerCase()
    return given?.get(lower) ?? rules.get(lower)?.(occasion) ?? stateOf(lower, occasion)
  }
}

function givenStates(given: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, KeyState> {
  return new Map(
    Object.entries(given).map(([key, values]) => [key.toLowerCase(), values.length === 0 ? absent : known(...values)]),
  )
}

/** Keys that come in families, and those without a rule of their own. */
function stateOf(key: string, occasion: Occasion): KeyState {
  const { principal, resource, action } = occasion
  if (key.startsWith('aws:requesttag/')) return requestTags(occasion)
  if (key.startsWith('aws:principaltag/')) return isIdentity(principal) ? unknown : absent
  if (key.startsWith('saml:')) return samlClaim(key, principal)
  const claim = claimOf(key)
  if (claim !== undefined) return webClaim(claim.issuer, principal)
  const service = key.slice(0, key.indexOf(':'))
  if (service === 'aws') return unknown
  if (keepToThemselves.has(service) && !isAskedOf(service, serviceOf(action))) return absent
  const [, tag] = /^[a-z0-9-]+:resourcetag\/(.*)$/s.exec(key) ?? []
  return tag === undefined ? unknown : resourceTag(tag, resource)
}

type Rule = (occasion: Occasion) => KeyState

/** Somebody of an account, who has policies: no service, no federated caller, not just anybody. */
const isIdentity = ({ kind }: Principal): boolean =>
  kind === 'IAMUser' || kind === 'RoleSession' || kind === 'FederatedUserSession' || kind === 'RootUser'

const serviceOf = (action: string): string => action.slice(0, action.indexOf(':')).toLowerCase()

const always =
  (state: KeyState): Rule =>
  () =>
    state

/** The parameter of some calls; no other request has it. */
const parameterOf = (...actions: readonly string[]): Rule => {
  const names = new Set(actions)
  return ({ action }) => (names.has(action.toLowerCase()) ? unknown : absent)
}

/** Only whoever can be asked for a second factor carries traces of it: never the session of a role or a federated user. */
const mfa: Rule = ({ principal: { kind } }) => (kind === 'IAMUser' || kind === 'RootUser' ? unknown : absent)

const onlyForServices: Rule = ({ principal }) => (principal.kind === 'AWSService' ? unknown : absent)

/** What a service bakes into the credentials that it hands out for a role. */
const bakedIn: Rule = ({ principal }) => (principal.kind === 'RoleSession' ? unknown : absent)

/** A service that acts for something acts, as far as a snapshot tells, for something in the account of the resource. */
const forServices =
  (value: (resource: RequestResource) => string | undefined): Rule =>
  ({ principal, resource }) => {
    if (principal.kind !== 'AWSService') return absent
    if (resource.account === undefined) return unknown
    const text = value(resource)
    return text === undefined ? absent : known(text)
  }

const callerAccount: Rule = ({ principal: { account } }) => (account === undefined ? absent : known(account))

const requestTags: Rule = ({ principal, action }) => {
  if (!mayPassTags(action)) return absent
  // Of the issuers of web identities that have a name here, GitHub puts no tags into a token.
  return principal.kind === 'WebIdentity' && issuerOf(principal) === 'token.actions.githubusercontent.com'
    ? absent
    : unknown
}

const assumeRole = ['sts:assumerole', 'sts:assumerolewithsaml', 'sts:assumerolewithwebidentity'] as const

const policyCalls = ['attach', 'detach'].flatMap((verb) =>
  ['role', 'user', 'group'].map((identity) => `iam:${verb}${identity}policy`),
)

/** In calls that set a boundary the new one, in other calls on a user or role the one it has; in no call besides. */
const boundary: Rule = ({ action, resource }) => {
  const name = action.toLowerCase()
  if (/^iam:(create(role|user)|put(role|user)permissionsboundary)$/.test(name)) return unknown
  if (!/^iam:((attach|detach|put|delete)(role|user)policy|delete(role|user)permissionsboundary)$/.test(name))
    return /^iam:(updateassumerolepolicy|update(role|roledescription)|getrole|deleterole)$/.test(name)
      ? unknown
      : absent
  if (resource.boundary === undefined) return unknown
  return resource.boundary.length === 0 ? absent : known(...resource.boundary)
}

const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    'aws:currenttime': ({ capturedAt }) => known(capturedAt),
    'aws:epochtime': ({ capturedAt }) => known(String(Math.floor(Date.parse(capturedAt) / 1000))),
    'aws:tokenissuetime': ({ principal }) => (isIdentity(principal) ? unknown : absent),
    'aws:requestedregion': ({ action, principal, resource }) => requestedRegion(action, principal, resource),
    'aws:tagkeys': requestTags,
    'aws:multifactorauthpresent': mfa,
    'aws:multifactorauthage': mfa,
    // Forward access sessions are not followed: a principal is taken to call the service itself.
    'aws:viaawsservice': always(known('false')),
    'aws:calledvia': always(absent),
    'aws:calledviafirst': always(absent),
    'aws:calledvialast': always(absent),
    'aws:viaawsmcpservice': always(absent),
    'aws:calledviaawsmcp': always(absent),
    'aws:ismcpserviceaction': always(absent),
    'kms:viaservice': always(absent),
    'kms:grantisforawsresource': always(known('false')),
    'aws:principalservicenameslist': onlyForServices,
    'aws:sourcearn': onlyForServices,
    'aws:sourceaccount': forServices(({ account }) => account),
    'aws:sourceorgid': forServices(({ membership }) => membership?.organizationId),
    'aws:sourceorgpaths': forServices(({ membership }) => membership?.path),
    'aws:sourceowner': (occasion) => (occasion.principal.kind === 'AWSService' ? unknown : callerAccount(occasion)),
    'kms:calleraccount': callerAccount,
    's3:resourceaccount': ({ resource: { account } }) => (account === undefined ? unknown : known(account)),
    'aws:sourceidentity': bakedIn,
    'aws:federatedprovider': ({ principal: { kind, arn } }) =>
      kind === 'WebIdentity' ? known(arn) : kind === 'RoleSession' ? unknown : absent,
    'aws:assumedroot': ({ principal: { kind } }) => (kind === 'RootUser' ? unknown : absent),
    'aws:signinsessionarn': ({ principal }) => (isIdentity(principal) ? unknown : absent),
    'aws:viacustomerdomain': bakedIn,
    'aws:ec2instancesourcevpc': bakedIn,
    'aws:ec2instancesourceprivateipv4': bakedIn,
    'aws:chatbotsourcearn': bakedIn,
    'ec2:sourceinstancearn': bakedIn,
    'ec2:roledelivery': bakedIn,
    'lambda:sourcefunctionarn': bakedIn,
    'codebuild:projectarn': bakedIn,
    'codebuild:buildarn': bakedIn,
    'glue:credentialissuingservice': bakedIn,
    'glue:roleassumedby': bakedIn,
    'ssm:sourceinstancearn': bakedIn,
    'identitystore:userid': bakedIn,
    'sts:externalid': ({ principal, action }) =>
      isIdentity(principal) && action.toLowerCase() === 'sts:assumerole' ? unknown : absent,
    'sts:rolesessionname': parameterOf(...assumeRole),
    'sts:sourceidentity': parameterOf(...assumeRole, 'sts:setsourceidentity'),
    'sts:transitivetagkeys': parameterOf(...assumeRole, 'sts:tagsession'),
    'sts:taskpolicyarn': parameterOf('sts:assumeroot'),
    'iam:passedtoservice': parameterOf('iam:passrole'),
    'iam:associatedresourcearn': parameterOf('iam:passrole'),
    'iam:policyarn': parameterOf(...policyCalls),
    'iam:permissionsboundary': boundary,
    'iam:awsservicename': parameterOf('iam:createservicelinkedrole'),
  }),
)

/** Services whose keys are in requests to themselves only, but for the following. */
const keepToThemselves = new Set(
  'autoscaling cloudformation codebuild dynamodb ec2 ecr ecs eks elasticloadbalancing events glue iam kms lambda logs organizations rds s3 sagemaker secretsmanager sns sqs ssm states sts'.split(
    ' ',
  ),
)

/** Which services' keys are in requests to another, by that other (Service Authorization Reference). */
const borrowed: Readonly<Record<string, readonly string[]>> = {
  'arc-zonal-shift': ['elasticloadbalancing'],
  codestar: ['iam'],
  'ec2-instance-connect': ['ec2'],
  ec2messages: ['ec2', 'ssm'],
  's3-object-lambda': ['s3'],
  's3-outposts': ['s3'],
  s3express: ['s3'],
  ssm: ['ec2'],
  ssmmessages: ['ec2', 'ssm'],
  sts: ['iam'],
  xray: ['logs'],
}

const isAskedOf = (service: string, asked: string): boolean =>
  service === asked || (Object.hasOwn(borrowed, asked) && borrowed[asked]!.includes(service))

/** Keys of tags are compared without regard to case. */
function resourceTag(tag: string, { tags }: RequestResource): KeyState {
  if (tags === undefined) return unknown
  const values = Object.entries(tags)
    .filter(([key]) => key.toLowerCase() === tag)
    .map(([, value]) => value)
  return values.length === 0 ? absent : known(...values)
}

/** IAM User Guide, "Available keys for SAML-based federation": three of them stay with the session. */
function samlClaim(key: string, { kind }: Principal): KeyState {
  if (kind === 'SAML') return unknown
  return kind === 'RoleSession' && /^saml:(namequalifier|sub|sub_type)$/.test(key) ? unknown : absent
}

/** A token has claims of its own issuer. Those of the built-in ones stay with the session, so that policies can name its user. */
function webClaim(issuer: string, principal: Principal): KeyState {
  if (principal.kind === 'WebIdentity') return issuerOf(principal) === issuer ? unknown : absent
  return principal.kind === 'RoleSession' && builtIn.has(issuer) ? unknown : absent
}

const builtIn = new Set([
  'cognito-identity.amazonaws.com',
  'accounts.google.com',
  'graph.facebook.com',
  'www.amazon.com',
])

/** From the ARN of a provider, or the name of a built-in one. */
const issuerOf = ({ arn }: Principal): string => arn.replace(/^.*?:oidc-provider\//, '').toLowerCase()
