import type {
  Account,
  AttachedPolicy,
  Compute,
  Group,
  ManagedPolicy,
  Model,
  Resource,
  Role,
  User,
} from '#src/model/model.ts'
import { parsePolicy } from '#src/policy/parse.ts'

/** One account that holds everything some binder looks for, by hand: each test takes one thing away. */
export const id = '111122223333'
export const arn = (rest: string) => `arn:aws:iam::${id}:${rest}`

interface Statement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly [element: string]: unknown
}

export const inline = (name: string, ...statements: readonly Statement[]): AttachedPolicy => ({
  kind: 'inline',
  name,
  policy: document('identity', ...statements),
})

export const document = (kind: 'identity' | 'trust' | 'boundary', ...statements: readonly Statement[]) =>
  parsePolicy(
    { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) },
    kind,
  )

export const everything = { Action: '*', Resource: '*' }
export const nothingMuch = { Action: 's3:ListAllMyBuckets', Resource: '*' }

export function managed(name: string, ...versions: readonly Statement[]): ManagedPolicy {
  return {
    arn: arn(`policy/${name}`),
    name,
    isAwsManaged: false,
    defaultVersion: 'v1',
    versions: versions.map((statement, index) => ({
      id: `v${index + 1}`,
      policy: { name, arn: arn(`policy/${name}`), policy: document('identity', statement) },
    })),
  }
}

export const attached = (policy: ManagedPolicy): AttachedPolicy => ({
  kind: 'managed',
  name: policy.name,
  arn: policy.arn,
  policy: policy.versions[0]!.policy.policy,
  managed: policy,
})

export function role(name: string, principal: unknown, more: Partial<Role> & { action?: unknown } = {}): Role {
  const { action = 'sts:AssumeRole', ...rest } = more
  return {
    kind: 'role',
    arn: arn(`role/${name}`),
    name,
    path: '/',
    uniqueId: `AROA${name.toUpperCase()}`,
    account: id,
    policies: [],
    tags: {},
    trust: { name, policy: document('trust', { Principal: principal, Action: action }) },
    isServiceLinked: false,
    ...rest,
  }
}

export const group = (name: string, ...policies: readonly AttachedPolicy[]): Group => ({
  kind: 'group',
  arn: arn(`group/${name}`),
  name,
  path: '/',
  uniqueId: `AGPA${name.toUpperCase()}`,
  account: id,
  policies,
})

export const user = (name: string, more: Partial<User> = {}): User => ({
  kind: 'user',
  arn: arn(`user/${name}`),
  name,
  path: '/',
  uniqueId: `AIDA${name.toUpperCase()}`,
  account: id,
  policies: [],
  tags: {},
  groups: [],
  accessKeys: [{ id: 'AKIAEXAMPLE', status: 'Active' }],
  hasLoginProfile: false,
  mfaDevices: 0,
  ...more,
})

const region = 'eu-west-1'
const service = (name: string) => ({ Service: `${name}.amazonaws.com` })

export const admins = group('admins', inline('all', everything))
export const readers = group('readers', inline('read', nothingMuch))
export const versioned = managed('versioned', nothingMuch, everything)
export const fence = managed('fence', nothingMuch)

export const functionRole = role('function', service('lambda'))
export const instanceRole = role('instance', service('ec2'))
export const idleRole = role('idle', service('ec2'))
export const taskRole = role('task', service('ecs-tasks'))
export const podRole = role('pod', service('pods.eks'), { action: ['sts:AssumeRole', 'sts:TagSession'] })
export const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE'
export const irsaRole = role(
  'irsa',
  { Federated: arn(`oidc-provider/${issuer}`) },
  { action: 'sts:AssumeRoleWithWebIdentity' },
)
export const certificateRole = role('certificate', service('rolesanywhere'), {
  action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
})
export const samlRole = role('saml', { Federated: arn('saml-provider/corp') }, { action: 'sts:AssumeRoleWithSAML' })
export const lostRole = role('lost', { Federated: arn('saml-provider/gone') }, { action: 'sts:AssumeRoleWithSAML' })
export const reservedRole = role(
  'AWSReservedSSO_Admin_0123456789abcdef',
  { Federated: arn('saml-provider/AWSSSO_0123456789abcdef_DO_NOT_DELETE') },
  { path: '/aws-reserved/sso.amazonaws.com/', action: 'sts:AssumeRoleWithSAML' },
)
export const plainRole = role('plain', { AWS: arn('root') }, { policies: [attached(versioned)] })
export const fencedRole = role('fenced', { AWS: arn('root') }, { boundary: attached(fence) })
export const taggedRole = role(
  'tagged',
  { AWS: arn('root') },
  {
    trust: {
      name: 'tagged',
      policy: document('trust', {
        Principal: { AWS: arn('root') },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
      }),
    },
  },
)
export const linkedRole = role('linked', service('lambda'), { isServiceLinked: true })

export const alice = user('alice', { groups: [readers], policies: [attached(versioned)] })
export const bob = user('bob', {
  accessKeys: [
    { id: 'AKIA1', status: 'Active' },
    { id: 'AKIA2', status: 'Inactive' },
  ],
  hasLoginProfile: true,
  mfaDevices: 1,
  policies: [inline('no', { Effect: 'Deny', Action: 'iam:*', Resource: '*' })],
})
export const carol = user('carol', { boundary: attached(fence) })
export const dave = user('dave', {
  policies: [inline('own', { Action: 'iam:CreateAccessKey', Resource: arn('user/${aws:username}') })],
})

const at = { account: id, region, tags: {} }
export const lambda: Compute = {
  ...at,
  kind: 'function',
  arn: `arn:aws:lambda:${region}:${id}:function:worker`,
  functionName: 'worker',
  role: functionRole.arn,
}
export const machine: Compute = {
  ...at,
  kind: 'instance',
  arn: `arn:aws:ec2:${region}:${id}:instance/i-1`,
  tags: { 'kubernetes.io/cluster/blue': 'owned' },
  role: instanceRole.arn,
  instanceProfile: arn('instance-profile/web'),
  state: 'running',
  isManaged: true,
}
export const task: Compute = {
  ...at,
  kind: 'task',
  arn: `arn:aws:ecs:${region}:${id}:task/main/1`,
  cluster: `arn:aws:ecs:${region}:${id}:cluster/main`,
  role: taskRole.arn,
  execEnabled: true,
}
export const cluster: Resource = {
  type: 'eks:cluster',
  arn: `arn:aws:eks:${region}:${id}:cluster/blue`,
  name: 'blue',
  account: id,
  region,
  tags: {},
  cluster: { authenticationMode: 'API' },
}
export const anchor = `arn:aws:rolesanywhere:${region}:${id}:trust-anchor/1`

export const account: Account = {
  id,
  arn: arn('root'),
  name: 'one',
  tags: {},
  membership: undefined,
  isCollected: true,
  users: [alice, bob, carol, dave],
  groups: [admins, readers],
  roles: [
    functionRole,
    instanceRole,
    idleRole,
    taskRole,
    podRole,
    irsaRole,
    certificateRole,
    samlRole,
    lostRole,
    reservedRole,
    plainRole,
    fencedRole,
    taggedRole,
    linkedRole,
  ],
  policies: [versioned, fence],
  instanceProfiles: [
    { arn: arn('instance-profile/web'), name: 'web', roles: [instanceRole.arn] },
    { arn: arn('instance-profile/idle'), name: 'idle', roles: [idleRole.arn] },
  ],
  identityProviders: [
    { arn: arn('saml-provider/corp'), kind: 'saml' },
    { arn: arn(`oidc-provider/${issuer}`), kind: 'oidc', url: issuer },
  ],
  resources: [cluster],
  compute: [lambda, machine, task],
  workloadIdentities: [
    { cluster: cluster.arn, mechanism: 'pod-identity', namespace: 'a', serviceAccount: 'b', role: podRole.arn },
    { cluster: cluster.arn, mechanism: 'IRSA', namespace: 'a', serviceAccount: 'b', role: irsaRole.arn, issuer },
  ],
  rolesAnywhere: {
    trustAnchors: [{ arn: anchor, enabled: true }],
    profiles: [{ arn: `arn:aws:rolesanywhere:${region}:${id}:profile/1`, enabled: true, roles: [certificateRole.arn] }],
  },
  identityCenter: {
    instanceArn: 'arn:aws:sso:::instance/ssoins-1',
    identityStoreId: 'd-1',
    users: [{ id: 'u-1', name: 'eve' }],
    groups: [{ id: 'g-1', name: 'ops', members: ['u-1'] }],
    permissionSets: [{ arn: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1', name: 'Admin' }],
    assignments: [
      {
        account: id,
        permissionSet: 'arn:aws:sso:::permissionSet/ssoins-1/ps-1',
        principalType: 'GROUP',
        principalId: 'g-1',
      },
    ],
  },
  gaps: [],
}

export const modelOf = (one: Account): Model => ({
  snapshot: { id: 'test', capturedAt: '2026-01-15T00:00:00Z', partition: 'aws' },
  organization: undefined,
  accounts: new Map([[one.id, one]]),
  gaps: [],
})
