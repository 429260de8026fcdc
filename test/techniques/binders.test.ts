import { describe, expect, test } from 'vitest'
import type { Account, Compute, Role, User } from '#src/model/model.ts'
import { atomsOf, gapKey } from '#src/policy/formula.ts'
import { doubtKey } from '#src/techniques/binding/doubt.ts'
import { binderOf, techniqueById, techniques } from '#src/techniques/index.ts'
import type { Change, Opening } from '#src/techniques/technique.ts'
import * as small from './small-model.ts'
import { account, modelOf } from './small-model.ts'

function openingsOf(id: string, one: Account = account): readonly Opening[] {
  const technique = techniqueById(id)!
  const binder = binderOf(technique)
  const model = modelOf(one)
  const own = [...one.users, ...one.roles].flatMap((identity) => [
    ...(binder.ownOpenings?.(technique, identity, one, model) ?? []),
  ])
  return [...(binder.openings?.(technique, one, model) ?? []), ...own]
}

function changesOf(id: string, one: Account = account): readonly Change[] {
  const technique = techniqueById(id)!
  const model = modelOf(one)
  return [...one.users, ...one.roles].flatMap((identity) => [
    ...(binderOf(technique).changes?.(technique, identity, one, model) ?? []),
  ])
}

function closedOf(id: string, from: string, to: string, one: Account = account): readonly Opening[] {
  const technique = techniqueById(id)!
  return [...(binderOf(technique).closedOpenings?.(technique, { from, to }, one, modelOf(one)) ?? [])]
}

const targets = (openings: readonly Opening[]) => new Set(openings.map(({ to }) => to))
const admin = `admin:${small.id}`

const without = (...roles: readonly Role[]) => ({
  ...account,
  roles: account.roles.filter((one) => !roles.includes(one)),
})
const withUser = (user: User, change: Partial<User>) => ({
  ...account,
  users: account.users.map((one) => (one === user ? { ...one, ...change } : one)),
})
const withCompute = (kind: Compute['kind'], change: object) => ({
  ...account,
  compute: account.compute.map((one) => (one.kind === kind ? ({ ...one, ...change } as Compute) : one)),
})
const bare: Account = { ...account, compute: [], resources: [], instanceProfiles: [] }

/** Each technique leads to its target, and does not any more after one change. */
const pairs: readonly (readonly [id: string, to: string, change: string, after: Account])[] = [
  ['lambda-001', small.functionRole.arn, 'the role trusts another service', without(small.functionRole)],
  ['lambda-904', small.functionRole.arn, 'there is no function', withCompute('function', { kind: 'task', arn: 'x' })],
  [
    'lambda-003',
    small.functionRole.arn,
    'the function has another role',
    withCompute('function', { role: small.plainRole.arn }),
  ],
  ['lambda-004', small.functionRole.arn, 'there is no function', bare],
  [
    'ec2-002',
    small.instanceRole.arn,
    'the instance has no profile',
    withCompute('instance', { role: undefined, instanceProfile: undefined }),
  ],
  ['ec2-905', small.instanceRole.arn, 'the instance is gone', withCompute('instance', { state: 'terminated' })],
  ['ec2instanceconnect-003', small.instanceRole.arn, 'there is no instance', bare],
  ['ssm-001', small.instanceRole.arn, 'Systems Manager does not see it', withCompute('instance', { isManaged: false })],
  ['ssm-002', small.instanceRole.arn, 'Systems Manager does not see it', withCompute('instance', { isManaged: false })],
  ['ssm-903', small.instanceRole.arn, 'Systems Manager does not see it', withCompute('instance', { isManaged: false })],
  [
    'ec2-904',
    small.idleRole.arn,
    'no profile holds the role',
    { ...account, instanceProfiles: account.instanceProfiles.slice(0, 1) },
  ],
  ['iam-907', small.idleRole.arn, 'no instance has a profile', withCompute('instance', { instanceProfile: undefined })],
  ['ecs-006', small.taskRole.arn, 'the task was started without ECS Exec', withCompute('task', { execEnabled: false })],
  ['ecs-901', small.taskRole.arn, 'there is no task', bare],
  ['ecs-004', small.taskRole.arn, 'the role trusts another service', without(small.taskRole)],
  ['ecs-004', small.taskRole.arn, 'there is no cluster', bare],
  ['ecs-902', small.instanceRole.arn, 'there is no instance', bare],
  ['ecs-903', small.taskRole.arn, 'there is no host', bare],
  [
    'eks-901',
    small.cluster.arn,
    'the cluster reads no access entries',
    { ...account, resources: [{ ...small.cluster, cluster: { authenticationMode: 'CONFIG_MAP' } }] },
  ],
  ['eks-903', small.podRole.arn, 'there is no cluster', bare],
  ['eks-904', small.podRole.arn, 'there is no association', { ...account, workloadIdentities: [] }],
  ['eks-905', small.podRole.arn, 'no instance is a node', withCompute('instance', { tags: {} })],
  ['eks-906', small.irsaRole.arn, 'the issuer has no provider', { ...account, identityProviders: [] }],
  [
    'rolesanywhere-901',
    small.certificateRole.arn,
    'no profile',
    { ...account, rolesAnywhere: { ...account.rolesAnywhere, profiles: [] } },
  ],
  ['rolesanywhere-902', small.certificateRole.arn, 'the role trusts another service', without(small.certificateRole)],
  [
    'rolesanywhere-903',
    small.certificateRole.arn,
    'no anchor',
    { ...account, rolesAnywhere: { ...account.rolesAnywhere, trustAnchors: [] } },
  ],
  [
    'rolesanywhere-904',
    small.certificateRole.arn,
    'the anchor is disabled',
    { ...account, rolesAnywhere: { ...account.rolesAnywhere, trustAnchors: [{ arn: small.anchor, enabled: false }] } },
  ],
  ['iam-001', admin, 'no identity has a customer managed policy', { ...account, roles: [], users: [small.bob] }],
  ['iam-005', admin, 'no role', { ...account, roles: [] }],
  ['iam-007', admin, 'no user', { ...account, users: [] }],
  ['iam-008', admin, 'no user', { ...account, users: [] }],
  ['iam-009', admin, 'only a role with a boundary', { ...account, roles: [small.fencedRole] }],
  ['iam-010', admin, 'nobody is in a group', withUser(small.alice, { groups: [] })],
  ['iam-011', admin, 'nobody is in a group', withUser(small.alice, { groups: [] })],
  ['iam-901', admin, 'no version is broader', { ...account, users: [], roles: [small.functionRole] }],
  [
    'iam-917',
    admin,
    'only identities of AWS',
    { ...account, users: [], roles: [small.linkedRole, small.reservedRole] },
  ],
  ['iam-002', small.alice.arn, 'two keys', withUser(small.alice, { accessKeys: small.bob.accessKeys })],
  ['iam-003', small.bob.arn, 'one key', withUser(small.bob, { accessKeys: [] })],
  ['iam-004', small.alice.arn, 'a password', withUser(small.alice, { hasLoginProfile: true })],
  ['iam-006', small.bob.arn, 'no password', withUser(small.bob, { hasLoginProfile: false })],
  ['iam-911', small.bob.arn, 'no inactive key', withUser(small.bob, { accessKeys: [] })],
  ['iam-012', small.plainRole.arn, 'no role', without(small.plainRole)],
  ['iam-904', small.plainRole.arn, 'no role', without(small.plainRole)],
  ['iam-014', admin, 'only a role with a boundary', { ...account, roles: [small.fencedRole] }],
  ['iam-015', admin, 'only a user with a boundary', { ...account, users: [small.carol] }],
  ['iam-016', admin, 'no role has a customer managed policy', without(small.plainRole)],
  ['iam-017', admin, 'only roles of AWS', { ...account, roles: [small.linkedRole, small.reservedRole] }],
  ['iam-018', admin, 'no user', { ...account, users: [] }],
  ['iam-019', admin, 'no role', { ...account, roles: [] }],
  ['iam-020', admin, 'no role has a customer managed policy', without(small.plainRole)],
  ['iam-021', admin, 'no role', { ...account, roles: [] }],
  ['iam-905', admin, 'no role that runs anything', { ...bare, roles: [small.plainRole] }],
  ['iam-919', small.samlRole.arn, 'no provider', { ...account, identityProviders: [] }],
  ['iam-920', small.irsaRole.arn, 'no provider', { ...account, identityProviders: [] }],
  ['iam-921', small.plainRole.arn, 'no role', without(small.plainRole)],
  [
    'iam-922',
    small.lostRole.arn,
    'the provider is there',
    { ...account, identityProviders: [{ arn: small.arn('saml-provider/gone'), kind: 'saml' }] },
  ],
  ['sso-901', small.reservedRole.arn, 'no instance of Identity Center', { ...account, identityCenter: undefined }],
  [
    'sso-902',
    small.reservedRole.arn,
    'no assignment',
    { ...account, identityCenter: { ...account.identityCenter!, assignments: [] } },
  ],
  [
    'sso-903',
    'arn:aws:identitystore:::user/u-1',
    'nobody',
    { ...account, identityCenter: { ...account.identityCenter!, users: [] } },
  ],
]

test.each(pairs)('%s leads to %s, and not if %s', (id, to, _change, after) => {
  expect(targets(openingsOf(id))).toContain(to)
  expect(targets(openingsOf(id, after))).not.toContain(to)
})

test.each(['iam-902', 'iam-903'])('%s leads to the administrator, with and without a boundary', (id) => {
  const boundaries = openingsOf(id).map(({ needs }) => needs.flat()[0]!.context!['iam:PermissionsBoundary'])
  expect(boundaries).toEqual([[], expect.arrayContaining(['arn:aws:iam::aws:policy/AdministratorAccess'])])
})

/** Every technique that passes a role: to roles that trust its service, and to no others. */
test.each(techniques.filter(({ category, status }) => category === 'new-passrole' && status !== 'dead'))(
  '$id needs a role that trusts its service',
  ({ id, targetTrust }) => {
    const trusting = targetTrust.map((service) =>
      small.role(service, service === 'cognito-identity.amazonaws.com' ? { Federated: service } : { Service: service }),
    )
    const roles = [...trusting, small.role('ecs', { Service: 'ecs.amazonaws.com' })]
    const profile = { arn: small.arn('instance-profile/all'), name: 'all', roles: roles.map(({ arn }) => arn) }
    const openings = openingsOf(id, { ...account, roles, instanceProfiles: [profile] })
    expect(targets(openings)).toEqual(new Set(trusting.map(({ arn }) => arn)))
    for (const { trust, to } of openings) expect(trust).toMatchObject({ role: to })
    expect(openingsOf(id, { ...account, roles: [small.linkedRole] })).toEqual([])
  },
)

const changePairs: readonly (readonly [id: string, identity: string, change: string, after: Account])[] = [
  ['iam-013', small.bob.arn, 'no group', { ...account, groups: [] }],
  ['iam-022', small.carol.arn, 'no boundary', { ...account, users: [small.bob] }],
  ['iam-023', small.fencedRole.arn, 'no boundary', without(small.fencedRole)],
  ['iam-024', small.carol.arn, 'no boundary', { ...account, users: [small.bob] }],
  ['iam-908', small.fencedRole.arn, 'no boundary', without(small.fencedRole)],
  [
    'iam-909',
    small.carol.arn,
    'a boundary of AWS',
    withUser(small.carol, {
      boundary: { ...small.attached(small.fence), arn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' },
    }),
  ],
  ['iam-026', small.bob.arn, 'no Deny', withUser(small.bob, { policies: [] })],
  ['iam-906', small.bob.arn, 'no user', { ...account, users: [] }],
  ['iam-913', small.bob.arn, 'no user', { ...account, users: [] }],
  ['iam-914', small.bob.arn, 'no policy asks for a tag', without(small.taggedRole)],
  ['iam-915', small.dave.arn, 'no policy looks at names', withUser(small.dave, { policies: [] })],
]

test.each(changePairs)('%s changes %s, and not if %s', (id, identity, _change, after) => {
  expect(changesOf(id).map((change) => change.identity)).toContain(identity)
  expect(changesOf(id, after).map((change) => change.identity)).not.toContain(identity)
})

describe('Deny statements', () => {
  const deny = small.managed('deny', { Effect: 'Deny', Action: '*', Resource: '*' })
  const denying = small.group('denying', small.attached(deny))
  const fred = small.user('fred', { policies: [small.attached(deny)], groups: [denying] })
  const one = { ...account, users: [fred], roles: [small.role('r', '*', { policies: [small.attached(deny)] })] }

  test('a managed policy is detached from a user', () => {
    expect(changesOf('iam-025', one).map(({ lift }) => lift)).toEqual([
      { kind: 'policy', name: 'deny', arn: deny.arn, from: fred.arn },
    ])
  })

  test('from roles and groups, or rewritten, or the group is left', () => {
    const changes = changesOf('iam-910', one)
    expect(changes.map(({ lift }) => lift)).toEqual(
      expect.arrayContaining([
        { kind: 'leave', group: denying.arn },
        { kind: 'policy', name: 'deny', arn: deny.arn, from: denying.arn },
      ]),
    )
    const actions = changes.map(({ needs }) => needs.flat().map(({ action }) => action))
    expect(actions).toContainEqual(['iam:DetachRolePolicy', 'iam:CreatePolicyVersion'])
    expect(actions).toContainEqual(['iam:DetachGroupPolicy', 'iam:CreatePolicyVersion'])
    expect(actions).toContainEqual(['iam:RemoveUserFromGroup'])
  })
})

test('a machine outside EC2 runs with the role that it was registered with', () => {
  const hybrid = small.role('hybrid', { Service: 'ssm.amazonaws.com' })
  const arn = `arn:aws:ssm:eu-west-1:${small.id}:managed-instance/mi-1`
  const node = { kind: 'node', arn, account: small.id, region: 'eu-west-1', tags: undefined, role: hybrid.arn } as const
  const one = { ...account, roles: [hybrid], compute: [node] }
  for (const id of ['ssm-001', 'ssm-002', 'ssm-903']) {
    const [opening] = openingsOf(id, one)
    expect(opening).toMatchObject({ to: hybrid.arn, resource: arn, trust: { service: 'ssm.amazonaws.com' } })
    expect(opening!.needs.flat()).toContainEqual(
      expect.objectContaining({ resource: expect.objectContaining({ kind: 'existing', arn }) }),
    )
  }
  expect(openingsOf('ec2-002', one)).toEqual([])
})

test('each service that moves data is passed roles in its own call', () => {
  const roles = ['firehose', 'batchoperations.s3', 'lambda', 'transfer'].map((name) =>
    small.role(name.replace('.', '-'), { Service: `${name}.amazonaws.com` }),
  )
  const found = openingsOf('passrole-901', { ...account, roles })
  const calls = found.map(({ needs, trust }) => [
    trust?.service,
    ...needs.flat().map(({ action, context }) => [action, context?.['iam:PassedToService'] ?? []].flat().join(' for ')),
  ])
  expect(calls).toEqual([
    ['firehose.amazonaws.com', 'iam:PassRole for firehose.amazonaws.com', 'firehose:CreateDeliveryStream'],
    ['transfer.amazonaws.com', 'iam:PassRole for transfer.amazonaws.com', 'transfer:CreateUser'],
    ['batchoperations.s3.amazonaws.com', 'iam:PassRole for batchoperations.s3.amazonaws.com', 's3:CreateJob'],
  ])
  const unlisted = found.filter(({ given }) => atomsOf(given).some(({ key }) => key === gapKey))
  expect(unlisted.map(({ trust }) => trust?.service)).toEqual(['transfer.amazonaws.com'])
  for (const { given } of found) expect(atomsOf(given)).toContainEqual(expect.objectContaining({ key: doubtKey }))
})

test('a cluster without tasks is a cluster', () => {
  const listed = 'arn:aws:ecs:eu-west-1:111122223333:cluster/idle'
  const [opening] = openingsOf('ecs-008', { ...bare, ecsClusters: [listed] })
  expect(opening).toMatchObject({ to: small.taskRole.arn, given: { kind: 'always' } })
  expect(opening!.needs.flat()).toContainEqual(expect.objectContaining({ context: { 'ecs:cluster': [listed] } }))
  const gap = {
    account: small.id,
    region: 'eu-west-1',
    service: 'ecs',
    operation: 'ListClusters',
    code: 'AccessDenied',
  }
  const some = { ...bare, ecsClusters: [listed], gaps: [gap] }
  expect(openingsOf('ecs-008', some).map(({ given }) => given.kind)).toEqual(['always', 'atom'])
  expect(closedOf('ecs-008', small.bob.arn, small.taskRole.arn, { ...bare, gaps: [gap] })).toEqual([])
})

describe('what is not collected is a gap, what is uncertain a doubt', () => {
  const gapped = (service: string, operation: string): Account => ({
    ...account,
    compute: [],
    gaps: [{ account: small.id, region: 'eu-west-1', service, operation, code: 'AccessDenied' }],
  })
  test.each([
    ['lambda-003', small.functionRole.arn, gapped('lambda', 'ListFunctions')],
    ['ssm-002', small.instanceRole.arn, gapped('ec2', 'DescribeInstances')],
    ['ecs-006', small.taskRole.arn, gapped('ecs', 'ListTasks')],
    ['ecs-008', small.taskRole.arn, gapped('ecs', 'ListClusters')],
    ['ssm-001', small.instanceRole.arn, withCompute('instance', { isManaged: undefined })],
    ['iam-004', small.alice.arn, withUser(small.alice, { hasLoginProfile: undefined })],
    ['iam-002', small.alice.arn, gapped('iam', 'ListAccessKeys')],
    ['iam-922', small.lostRole.arn, gapped('iam', 'ListSAMLProviders')],
    [
      'codebuild-901',
      small.arn('role/b'),
      { ...account, roles: [small.role('b', { Service: 'codebuild.amazonaws.com' })] },
    ],
    [
      'eks-901',
      small.cluster.arn,
      { ...account, resources: [{ ...small.cluster, cluster: { authenticationMode: undefined } }] },
    ],
    [
      'rolesanywhere-904',
      small.certificateRole.arn,
      { ...gapped('rolesanywhere', 'ListProfiles'), rolesAnywhere: { ...account.rolesAnywhere, profiles: [] } },
    ],
  ] as const)('%s to %s is unknown', (id, to, one) => {
    const found = openingsOf(id, one).filter((opening) => opening.to === to)
    expect(found.length).toBeGreaterThan(0)
    for (const { given } of found) expect(atomsOf(given).map(({ key }) => key)).toContain(gapKey)
  })

  test.each(techniques.filter(({ status }) => status === 'uncertain'))('$id is conditional', ({ id }) => {
    for (const { given } of openingsOf(id))
      expect(atomsOf(given)).toContainEqual(expect.objectContaining({ key: doubtKey, values: [id] }))
  })
})

describe('what nobody asked for is a gap everywhere', () => {
  const alone: Account = { ...account, compute: [], resources: [], identityProviders: [] }
  const without = (service: string, operation = '*') => ({
    ...modelOf(alone),
    gaps: [{ account: undefined, region: undefined, service, operation, code: 'NotCollected' }],
  })
  const found = (id: string, to: string, model: ReturnType<typeof modelOf>) => {
    const technique = techniqueById(id)!
    return [...binderOf(technique).openings!(technique, alone, model)].filter((opening) => opening.to === to)
  }
  test.each([
    ['lambda-003', small.functionRole.arn, 'lambda', '*', 'lambda:ListFunctions'],
    ['lambda-904', small.functionRole.arn, 'lambda', 'ListFunctions', 'lambda:ListFunctions'],
    ['ec2-002', small.instanceRole.arn, 'ec2', '*', 'ec2:DescribeInstances'],
    ['iam-907', small.idleRole.arn, 'ec2', '*', 'ec2:DescribeInstances'],
    ['eks-903', small.podRole.arn, 'eks', '*', 'eks:ListClusters'],
    ['eks-907', small.instanceRole.arn, 'eks', 'ListClusters', 'eks:ListClusters'],
    ['ecs-006', small.taskRole.arn, 'ecs', '*', 'ecs:ListClusters'],
    ['ecs-008', small.taskRole.arn, 'ecs', 'ListClusters', 'ecs:ListClusters'],
    ['iam-922', small.samlRole.arn, 'iam', '*', 'iam:ListSAMLProviders'],
  ])('%s to %s, without %s:%s', (id, to, service, operation, gap) => {
    const values = found(id, to, without(service, operation)).flatMap(({ given }) =>
      atomsOf(given).flatMap((atom) => (atom.key === gapKey ? atom.values : [])),
    )
    expect(new Set(values)).toEqual(new Set([`${small.id}: ${gap}`]))
  })

  test('but for the room for another key', () => {
    expect(found('iam-002', small.alice.arn, without('iam')).map(({ given }) => given.kind)).toEqual(['always'])
    expect(found('iam-002', small.alice.arn, without('iam', 'ListAccessKeys'))[0]?.given.kind).toBe('atom')
    expect(found('iam-002', small.alice.arn, without('s3')).map(({ given }) => given.kind)).toEqual(['always'])
  })

  test('and so is a file that cannot be read', () => {
    const gaps = [{ account: small.id, region: 'eu-west-1', service: 'lambda', operation: '*', code: 'Unreadable' }]
    const [opening] = openingsOf('lambda-003', { ...alone, gaps })
    expect(atomsOf(opening!.given)).toContainEqual(
      expect.objectContaining({ values: [`${small.id}/eu-west-1: lambda:ListFunctions`] }),
    )
  })
})

describe('what looks open says why it is not', () => {
  test.each([
    [
      'lambda-003',
      small.bob.arn,
      small.functionRole.arn,
      withCompute('function', { role: small.plainRole.arn }),
      /the function runs with/,
    ],
    [
      'ssm-002',
      small.bob.arn,
      small.idleRole.arn,
      withCompute('instance', { role: undefined, instanceProfile: undefined }),
      /without an instance profile/,
    ],
    [
      'ssm-001',
      small.bob.arn,
      small.instanceRole.arn,
      withCompute('instance', { isManaged: false }),
      /does not see the instance/,
    ],
    ['ssm-002', small.bob.arn, small.idleRole.arn, account, /the instance runs with/],
    ['ecs-006', small.bob.arn, small.taskRole.arn, withCompute('task', { execEnabled: false }), /without ECS Exec/],
    ['ecs-008', small.bob.arn, small.taskRole.arn, bare, /no ECS cluster/],
    [
      'ec2-001',
      small.bob.arn,
      small.instanceRole.arn,
      { ...account, instanceProfiles: [] },
      /no instance profile holds the role/,
    ],
    ['eks-906', small.cluster.arn, small.irsaRole.arn, { ...account, identityProviders: [] }, /no identity provider/],
    [
      'rolesanywhere-904',
      small.anchor,
      small.certificateRole.arn,
      { ...account, rolesAnywhere: { ...account.rolesAnywhere, profiles: [] } },
      /no enabled profile/,
    ],
    ['iam-009', small.fencedRole.arn, admin, account, /the permissions boundary fence stays/],
    ['iam-021', small.bob.arn, admin, account, /keeps the permissions boundary fence/],
  ] as const)('%s from %s to %s', (id, from, to, one, reason) => {
    const found = closedOf(id, from, to, one)
    expect(found.map(({ closedBy }) => closedBy?.reason)).toContainEqual(expect.stringMatching(reason))
  })

  test.each(pairs)('%s to %s is not closed while it is open', (id, to) => {
    if (to === admin) return
    const froms = [small.bob.arn, small.cluster.arn, small.anchor]
    const closed = froms.flatMap((from) => closedOf(id, from, to)).filter(({ resource }) => resource === undefined)
    expect(closed).toEqual([])
  })
})

describe('boundaries', () => {
  const cases = [
    ['lets everything through', { Action: '*', Resource: '*' }, true],
    ['lets roles be made and written', { Action: ['iam:CreateRole', 'iam:PutRolePolicy'], Resource: '*' }, true],
    ['lets itself be dropped', { Action: 'iam:Delete*PermissionsBoundary', Resource: '*' }, true],
    ['names one role', { Action: 'iam:*', Resource: small.arn('role/x') }, false],
    [
      'asks for a boundary',
      { Action: 'iam:*', Resource: '*', Condition: { StringEquals: { 'iam:PermissionsBoundary': 'x' } } },
      false,
    ],
    ['has no IAM', { Action: 's3:*', Resource: '*' }, false],
  ] as const
  test.each(cases)('one that %s (%j) leaves an administrator: %s', (_name, statement, expected) => {
    const boundary = small.inline('b', statement)
    const one = { ...account, users: [small.user('greta', { boundary })], roles: [] }
    expect(openingsOf('iam-007', one).length > 0).toBe(expected)
  })

  test('a Deny in it counts', () => {
    const boundary = small.inline('b', small.everything, { Effect: 'Deny', Action: 'iam:*', Resource: '*' })
    expect(openingsOf('iam-007', { ...account, users: [small.user('greta', { boundary })], roles: [] })).toEqual([])
  })
})

test('every action that an opening or a change needs is one that some technique names', () => {
  const named = new Set(techniques.flatMap(({ requires }) => requires.map(({ action }) => action)))
  const needed = techniques.flatMap(({ id }) =>
    [...openingsOf(id), ...changesOf(id)].flatMap(({ needs }) => needs.flat()),
  )
  expect([...new Set(needed.map(({ action }) => action))].filter((action) => !named.has(action))).toEqual([])
})

test('the provider of Identity Center is never taken for a missing one', () => {
  expect(targets(openingsOf('iam-922'))).toEqual(new Set([small.lostRole.arn]))
})

test('reading secrets leads to no role of Roles Anywhere by itself', () => {
  const actions = openingsOf('rolesanywhere-901').flatMap(({ needs }) => needs.flat().map(({ action }) => action))
  expect(new Set(actions)).toEqual(new Set(['acm-pca:IssueCertificate']))
})
