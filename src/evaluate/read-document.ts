import { accountOfArn } from '#src/model/lookup.ts'
import { splitAction } from '#src/policy/action.ts'
import { absent, type KeyLookup, known, unknown } from '#src/policy/conditions/key-state.ts'
import { type PolicyKind, parsePolicy } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import type {
  AccessRequest,
  KmsGrant,
  Level,
  Membership,
  Principal,
  PrincipalKind,
  RequestResource,
} from './request.ts'
import { isTrustAction } from './services/sts.ts'

/** Why a request document cannot be evaluated, with the place. */
export class DocumentError extends Error {}

/** The requests of one document: one for each action that the API call needs. */
export function readRequests(document: unknown): readonly AccessRequest[] {
  const root = new Reader(document, '')
  const request = root.at('request')
  const context = readContext(request)
  const membershipOf = readOrganization(root.at('organization'))
  const principal = readPrincipal(root.at('principal'), membershipOf)
  const action = request.at('action').text()
  const resource = readResource(root, action, membershipOf)
  const endpoint = root.at('vpcEndpointPolicy')
  const vpcEndpointPolicy = endpoint.isPresent ? policyOf('vpc endpoint policy', endpoint, 'endpoint') : undefined
  return [
    action,
    ...request
      .at('additionalActions')
      .optionalList()
      .map((item) => item.text()),
  ].map((action) => ({
    principal,
    action,
    resource,
    context,
    ...(vpcEndpointPolicy && { vpcEndpointPolicy }),
  }))
}

/** One place in a document: what is read there, and how the place is called in an error. */
class Reader {
  readonly value: unknown
  readonly place: string
  constructor(value: unknown, place: string) {
    this.value = value
    this.place = place
  }

  get isPresent(): boolean {
    return this.value !== undefined && this.value !== null
  }

  at(key: string): Reader {
    const value = this.isPresent && Object.hasOwn(this.record(), key) ? this.record()[key] : undefined
    return new Reader(value, this.place === '' ? key : `${this.place}.${key}`)
  }

  record(): Record<string, unknown> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.fail('an object')
    return this.value as Record<string, unknown>
  }

  entries(): readonly [string, Reader][] {
    return Object.keys(this.isPresent ? this.record() : {}).map((key) => [key, this.at(key)])
  }

  text(): string {
    if (typeof this.value !== 'string' || this.value === '') throw this.fail('text')
    return this.value
  }

  optionalText(): string | undefined {
    return this.isPresent ? this.text() : undefined
  }

  flag(): boolean {
    if (this.isPresent && typeof this.value !== 'boolean') throw this.fail('true or false')
    return this.value === true
  }

  optionalList(): readonly Reader[] {
    if (!this.isPresent) return []
    if (!Array.isArray(this.value)) throw this.fail('a list')
    return this.value.map((item: unknown, index) => new Reader(item, `${this.place}[${index}]`))
  }

  /** A value of a context key: text, a number, true or false. */
  scalar(): string {
    if (!['string', 'number', 'boolean'].includes(typeof this.value)) throw this.fail('text')
    return String(this.value)
  }

  fail(expected: string): DocumentError {
    const got = this.value === undefined ? 'nothing' : Array.isArray(this.value) ? 'a list' : typeof this.value
    return new DocumentError(
      `${this.place || 'document'}: expected ${expected}, got ${this.value === null ? 'null' : got}`,
    )
  }
}

type MembershipOf = (account: string | undefined) => Membership | undefined

const kinds: ReadonlySet<string> = new Set<PrincipalKind>([
  'IAMUser',
  'RoleSession',
  'FederatedUserSession',
  'RootUser',
  'AWSService',
  'WebIdentity',
  'SAML',
  'Anonymous',
])

const ofAccounts: ReadonlySet<string> = new Set<PrincipalKind>([
  'IAMUser',
  'RoleSession',
  'FederatedUserSession',
  'RootUser',
])

function readPrincipal(principal: Reader, membershipOf: MembershipOf): Principal {
  const kind = principal.at('kind').text()
  if (!kinds.has(kind)) throw new DocumentError(`principal.kind: expected ${[...kinds].join(', ')}, got \`${kind}\``)
  const arn = principal.at('arn').text()
  const account = principal.at('account').optionalText() ?? (ofAccounts.has(kind) ? accountOfArn(arn) : undefined)
  const membership = membershipOf(account)
  const groups = principal.at('groups').optionalList()
  const boundary = principal.at('permissionsBoundary')
  const sessions = principal.at('sessionPolicies')
  return {
    kind: kind as PrincipalKind,
    arn,
    account,
    ...(membership && { membership }),
    ...texts(principal, ['roleArn', 'sessionName', 'userArn', 'uniqueId']),
    tags: readTags(principal.at('tags')),
    identityPolicies: [
      ...readPolicies(principal.at('identityPolicies'), 'identity'),
      ...groups.flatMap((group) => readPolicies(group.at('policies'), 'identity')),
    ],
    ...(boundary.isPresent && { boundary: readPolicy(boundary, 'boundary') }),
    ...(sessions.isPresent && { sessionPolicies: readPolicies(sessions, 'session') }),
    isServiceLinked: principal.at('serviceLinked').flag(),
  }
}

const texts = <Key extends string>(reader: Reader, keys: readonly Key[]): { readonly [key in Key]?: string } =>
  Object.fromEntries(keys.flatMap((key) => (reader.at(key).isPresent ? [[key, reader.at(key).text()]] : []))) as {
    [key in Key]?: string
  }

function readResource(root: Reader, action: string, membershipOf: MembershipOf): RequestResource {
  const request = root.at('request')
  const arn = request.at('resource').text()
  const account = request.at('resourceAccount').optionalText() ?? accountOfArn(arn)
  const membership = membershipOf(account)
  const policy = root.at('resourcePolicy')
  const tags = request.at('resourceTags')
  const kind = isTrustAction(splitAction(action)) ? 'trust' : 'resource'
  return {
    arn,
    account,
    ...(membership && { membership }),
    ...(policy.isPresent && { policy: policyOf(`${kind} policy`, policy, kind) }),
    ...(tags.isPresent && { tags: readTags(tags) }),
    restrictPublicBuckets: root.at('resourceSettings').at('s3').at('restrictPublicBuckets').flag(),
    kmsGrants: root.at('kmsGrants').optionalList().map(readGrant),
  }
}

const readGrant = (grant: Reader): KmsGrant => ({
  granteePrincipal: grant.at('granteePrincipal').text(),
  operations: grant
    .at('operations')
    .optionalList()
    .map((operation) => operation.text()),
  isConstrained: grant.at('constraints').entries().length > 0,
})

const readTags = (tags: Reader): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.entries().map(([key, value]) => [key, value.scalar()]))

/** Accounts that are listed are members; all others belong to no organization. */
function readOrganization(organization: Reader): MembershipOf {
  if (!organization.isPresent) return () => undefined
  const organizationId = organization.at('id').text()
  const management = organization.at('managementAccountId').optionalText()
  const accounts = organization
    .at('accounts')
    .entries()
    .map(([id, levels]) => [id, levels.optionalList().map(readLevel)] as const)
  // Where SCPs are enabled one at least is attached everywhere: none anywhere means that they are not.
  const hasScps = accounts.some(([, levels]) => levels.some(({ scps }) => scps.length > 0))
  const memberships = new Map<string, Membership>()
  for (const [id, levels] of accounts) {
    const units = levels.filter(({ type }) => type !== 'ACCOUNT').map((level) => level.id)
    const path = `${[organizationId, ...units].join('/')}/`
    memberships.set(id, { organizationId, path, isManagement: id === management, levels, hasScps })
  }
  return (account) => (account === undefined ? undefined : memberships.get(account))
}

function readLevel(level: Reader): Level {
  const type = level.at('type').text()
  if (type !== 'ROOT' && type !== 'OU' && type !== 'ACCOUNT') throw level.at('type').fail('ROOT, OU or ACCOUNT')
  return {
    id: level.at('id').text(),
    type,
    ...texts(level, ['name']),
    scps: readPolicies(level.at('scps'), 'scp'),
    rcps: readPolicies(level.at('rcps'), 'rcp'),
  }
}

const readPolicies = (list: Reader, kind: PolicyKind): readonly NamedPolicy[] =>
  list.optionalList().map((policy) => readPolicy(policy, kind))

const readPolicy = (named: Reader, kind: PolicyKind): NamedPolicy =>
  policyOf(named.at('name').optionalText() ?? kind, named.at('document'), kind)

/** A policy that cannot be read is an error here: neither an allow nor a denial that does not match. */
function policyOf(name: string, document: Reader, kind: PolicyKind): NamedPolicy {
  const policy = parsePolicy(document.value, kind)
  const problem = policy.problems[0]
  if (problem === undefined) return { name, policy }
  throw new DocumentError(`${[document.place, problem.place].filter(Boolean).join('.')}: ${problem.reason}`)
}

/** What the document states; about every other key it says nothing. */
function readContext(request: Reader): KeyLookup {
  const states = new Map(
    request
      .at('absent')
      .optionalList()
      .map((key) => [key.text().toLowerCase(), absent]),
  )
  for (const [key, value] of request.at('context').entries()) {
    const values = Array.isArray(value.value) ? value.optionalList().map((item) => item.scalar()) : [value.scalar()]
    states.set(key.toLowerCase(), known(...values))
  }
  return (key) => states.get(key.toLowerCase()) ?? unknown
}
