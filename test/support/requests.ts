import type { AccessRequest, KeyState, Level, Membership, Principal, RequestResource } from '#src/evaluate/request.ts'
import { type PolicyKind, parsePolicy } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'

/** Requests in the words of AWS's tables, for tests of the evaluator. */

export const here = '111122223333'
export const there = '444455556666'

type Statements = object | readonly object[]

export const policyOf = (kind: PolicyKind, statements: Statements, name: string = kind): NamedPolicy => ({
  name,
  policy: parsePolicy({ Version: '2012-10-17', Statement: statements }, kind),
})

/** A policy of which nothing can be read. */
export const brokenPolicy = (kind: PolicyKind): NamedPolicy => ({ name: 'broken', policy: parsePolicy('{', kind) })

export const allow = (action: string | readonly string[], more: object = {}): object => ({
  Effect: 'Allow',
  Action: action,
  Resource: '*',
  ...more,
})

export const deny = (action: string | readonly string[], more: object = {}): object => ({
  ...allow(action, more),
  Effect: 'Deny',
})

/** In a policy without Resource: a trust policy. */
export const trust = (principal: unknown, more: object = {}): object => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 'sts:AssumeRole',
  ...more,
})

export const identity = (...statements: readonly object[]): { readonly identityPolicies: readonly NamedPolicy[] } => ({
  identityPolicies: statements.length === 0 ? [] : [policyOf('identity', statements)],
})

export const boundary = (...statements: readonly object[]): { readonly boundary: NamedPolicy } => ({
  boundary: policyOf('boundary', statements),
})

export const session = (...statements: readonly object[]): { readonly sessionPolicies: readonly NamedPolicy[] } => ({
  sessionPolicies: statements.length === 0 ? [] : [policyOf('session', statements)],
})

export const user = (more: Partial<Principal> = {}): Principal => ({
  kind: 'IAMUser',
  arn: `arn:aws:iam::${more.account ?? here}:user/alice`,
  account: here,
  uniqueId: 'AIDAALICE',
  tags: {},
  identityPolicies: [],
  ...more,
})

export const roleSession = (more: Partial<Principal> = {}): Principal => {
  const account = more.account ?? here
  return {
    kind: 'RoleSession',
    arn: `arn:aws:sts::${account}:assumed-role/reader/s1`,
    account,
    roleArn: `arn:aws:iam::${account}:role/team/reader`,
    sessionName: 's1',
    uniqueId: 'AROAREADER',
    tags: {},
    identityPolicies: [],
    ...more,
  }
}

export const federatedUser = (more: Partial<Principal> = {}): Principal => ({
  kind: 'FederatedUserSession',
  arn: `arn:aws:sts::${here}:federated-user/batch`,
  account: here,
  userArn: `arn:aws:iam::${here}:user/alice`,
  tags: {},
  identityPolicies: [],
  ...more,
})

export const rootUser = (account: string = here, more: Partial<Principal> = {}): Principal => ({
  kind: 'RootUser',
  arn: `arn:aws:iam::${account}:root`,
  account,
  tags: {},
  identityPolicies: [],
  ...more,
})

export const service = (name: string): Principal => ({
  kind: 'AWSService',
  arn: name,
  account: undefined,
  identityPolicies: [],
})

export const webIdentity = (provider: string): Principal => ({ ...service(provider), kind: 'WebIdentity' })

export const anonymous: Principal = { kind: 'Anonymous', arn: '*', account: undefined, identityPolicies: [] }

export const bucket = (statements?: Statements, more: Partial<RequestResource> = {}): RequestResource => ({
  arn: 'arn:aws:s3:::data/x',
  account: here,
  ...(statements && { policy: policyOf('resource', statements, 'data') }),
  ...more,
})

export const role = (statements: Statements, more: Partial<RequestResource> = {}): RequestResource => ({
  arn: `arn:aws:iam::${here}:role/target`,
  account: here,
  policy: policyOf('trust', statements, 'target'),
  ...more,
})

export const key = (statements: Statements, more: Partial<RequestResource> = {}): RequestResource => ({
  arn: `arn:aws:kms:eu-west-1:${here}:key/1`,
  account: here,
  policy: policyOf('resource', statements, 'key'),
  ...more,
})

export const fullAccess = policyOf('scp', allow('*'), 'FullAWSAccess')

interface Attached {
  readonly scps?: readonly NamedPolicy[]
  readonly rcps?: readonly NamedPolicy[]
}

/** A member account below root and one OU; what is not given has `FullAWSAccess`. */
export const member = (
  {
    root = {},
    unit = {},
    account = {},
  }: { readonly root?: Attached; readonly unit?: Attached; readonly account?: Attached } = {},
  more: Partial<Membership> = {},
): Membership => ({
  organizationId: 'o-acme',
  path: 'o-acme/r-1/ou-1/',
  isManagement: false,
  hasScps: true,
  levels: [level('r-1', 'ROOT', root), { ...level('ou-1', 'OU', unit), name: 'Prod' }, level(here, 'ACCOUNT', account)],
  ...more,
})

const level = (id: string, type: Level['type'], { scps = [fullAccess], rcps = [] }: Attached): Level => ({
  id,
  type,
  scps,
  rcps,
})

export const scp = (...statements: readonly object[]): { readonly scps: readonly NamedPolicy[] } => ({
  scps: [fullAccess, policyOf('scp', statements, 'guardrail')],
})

/** Instead of `FullAWSAccess`. */
export const onlyScp = (...statements: readonly object[]): { readonly scps: readonly NamedPolicy[] } => ({
  scps: statements.length === 0 ? [] : [policyOf('scp', statements, 'allow list')],
})

export const rcp = (...statements: readonly object[]): { readonly rcps: readonly NamedPolicy[] } => ({
  rcps: [policyOf('rcp', statements, 'perimeter')],
})

/** Context keys as `'absent'` or their values; all others are unknown. */
export function request(
  principal: Principal,
  action: string,
  resource: RequestResource,
  context: Readonly<Record<string, string | readonly string[]>> = {},
): AccessRequest {
  const states = new Map(
    Object.entries(context).map(([name, value]): [string, KeyState] => [
      name.toLowerCase(),
      value === 'absent'
        ? { state: 'absent' }
        : { state: 'known', values: typeof value === 'string' ? [value] : value },
    ]),
  )
  return { principal, action, resource, context: (name) => states.get(name.toLowerCase()) ?? { state: 'unknown' } }
}
