import { absent, type KeyState, known } from '#src/policy/conditions/key-state.ts'
import type { Membership, Principal, RequestResource } from './request.ts'

/**
 * Context keys that follow from who asks for what (IAM User Guide, "AWS global condition context keys"; "Policy variables",
 * the table of principal values). Undefined: the key does not follow; the request's context says what is known of it.
 */
export function derivedKey(key: string, principal: Principal, resource: RequestResource): KeyState | undefined {
  // Only for speed: keys of services never follow.
  if (!key.startsWith('aws:')) return undefined
  if (key.startsWith(principalTag)) return tagState(tagsOf(principal), key.slice(principalTag.length))
  if (key.startsWith(resourceTag)) return tagState(resource.tags, key.slice(resourceTag.length))
  const derive = derivations.get(key)
  return derive?.(principal, resource)
}

const principalTag = 'aws:principaltag/'
const resourceTag = 'aws:resourcetag/'

const noTags = {}

const tagsOf = ({ kind, tags }: Principal): Principal['tags'] => (kind === 'Anonymous' ? noTags : tags)

type Derive = (principal: Principal, resource: RequestResource) => KeyState | undefined

const derivations: ReadonlyMap<string, Derive> = new Map<string, Derive>([
  ['aws:principalarn', principalArn],
  ['aws:principalaccount', ({ kind, account }) => (kind === 'Anonymous' ? known('anonymous') : stated(account))],
  ['aws:principaltype', ({ kind }) => stated(principalTypes[kind])],
  ['aws:userid', userId],
  ['aws:username', ({ kind, arn }) => (kind === 'IAMUser' ? known(arn.slice(arn.lastIndexOf('/') + 1)) : absent)],
  ['aws:principalisawsservice', ({ kind }) => (kind === 'Anonymous' ? absent : known(String(kind === 'AWSService')))],
  ['aws:principalservicename', ({ kind, arn }) => (kind === 'AWSService' ? known(arn) : absent)],
  ['aws:principalorgid', ({ membership }) => stated(membership?.organizationId)],
  ['aws:principalorgpaths', ({ membership }) => pathState(membership)],
  ['aws:resourceaccount', (_, { account }) => (account === undefined ? undefined : known(account))],
  [
    'aws:resourceorgid',
    (_, { account, membership }) => (account === undefined ? undefined : stated(membership?.organizationId)),
  ],
  ['aws:resourceorgpaths', (_, { account, membership }) => (account === undefined ? undefined : pathState(membership))],
])

const principalTypes: Readonly<Record<Principal['kind'], string | undefined>> = {
  IAMUser: 'User',
  RoleSession: 'AssumedRole',
  FederatedUserSession: 'FederatedUser',
  RootUser: 'Account',
  Anonymous: 'Anonymous',
  AWSService: undefined,
  WebIdentity: undefined,
  SAML: undefined,
}

const stated = (value: string | undefined): KeyState => (value === undefined ? absent : known(value))

const pathState = (membership: Membership | undefined): KeyState => stated(membership?.path)

/** A session's is its role's ARN, path included, which the session's own ARN does not tell. */
function principalArn({ kind, arn, account, roleArn }: Principal): KeyState | undefined {
  if (account === undefined) return absent
  if (kind !== 'RoleSession') return known(arn)
  return roleArn === undefined ? undefined : known(roleArn)
}

function userId({ kind, arn, account, uniqueId, sessionName }: Principal): KeyState | undefined {
  switch (kind) {
    case 'IAMUser':
      return uniqueId === undefined ? undefined : known(uniqueId)
    case 'RoleSession':
      return uniqueId === undefined || sessionName === undefined ? undefined : known(`${uniqueId}:${sessionName}`)
    case 'FederatedUserSession':
      return known(`${account}:${arn.slice(arn.lastIndexOf('/') + 1)}`)
    case 'RootUser':
      return stated(account)
    case 'Anonymous':
      return known('anonymous')
    default:
      return absent
  }
}

/** Tag keys in condition keys are compared without regard to case. */
const lowered = new WeakMap<object, ReadonlyMap<string, readonly string[]>>()

function tagState(tags: Readonly<Record<string, string>> | undefined, key: string): KeyState | undefined {
  if (tags === undefined) return undefined
  let byKey = lowered.get(tags)
  if (byKey === undefined) {
    const grouped = new Map<string, string[]>()
    for (const [name, value] of Object.entries(tags)) {
      const lower = name.toLowerCase()
      grouped.set(lower, [...(grouped.get(lower) ?? []), value])
    }
    byKey = grouped
    lowered.set(tags, byKey)
  }
  const values = byKey.get(key)
  return values === undefined ? absent : known(...values)
}
