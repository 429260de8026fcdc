import { describe, expect, test } from 'vitest'
import { buildOrganization } from '#src/model/build-organization.ts'
import type { OrganizationFacts } from '#src/model/facts.ts'
import { PolicyLibrary } from '#src/policy/library.ts'

const allowAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
const management = '111111111111'
const member = '222222222222'

const base: OrganizationFacts = {
  id: 'o-1',
  managementAccountId: management,
  units: [
    { id: 'r-1', name: 'Root', parent: undefined },
    { id: 'ou-b', name: 'Prod', parent: 'ou-a' },
    { id: 'ou-a', name: 'Workloads', parent: 'r-1' },
  ],
  accounts: [
    { id: management, name: 'management', parent: 'r-1', tags: {} },
    { id: member, name: 'member', parent: 'ou-b', tags: {} },
  ],
  areAccountsListed: true,
  policies: [
    {
      id: 'p-full',
      name: 'FullAWSAccess',
      type: 'scp',
      document: allowAll,
      targets: ['r-1', 'ou-a', 'ou-b', management, member],
    },
    { id: 'p-rcp', name: 'RCPFullAWSAccess', type: 'rcp', document: allowAll, targets: ['r-1'] },
  ],
  hasScps: true,
  hasRcps: true,
  unlisted: [],
}

function build(change: Partial<OrganizationFacts> = {}) {
  const problems: string[] = []
  const built = buildOrganization({ ...base, ...change }, 'o-1', management, new PolicyLibrary(), (policy, message) =>
    problems.push(`${policy}: ${message}`),
  )
  const levels = (id = member) => built.memberships.get(id)!.levels
  const scps = (id = member) => levels(id).map((level) => level.scps.map(({ name }) => name))
  const isUnknown = (id = member) =>
    levels(id).map((level) => level.scps.some(({ policy }) => policy.statements[0]?.unreadable === true))
  return { ...built, problems, levels, scps, isUnknown }
}

test('the levels go from the root to the account, whatever the order of the units', () => {
  const { memberships, levels, organization } = build()
  expect(levels().map(({ id, type, name }) => [id, type, name])).toEqual([
    ['r-1', 'ROOT', 'Root'],
    ['ou-a', 'OU', 'Workloads'],
    ['ou-b', 'OU', 'Prod'],
    [member, 'ACCOUNT', 'member'],
  ])
  expect(memberships.get(member)).toMatchObject({ path: 'o-1/r-1/ou-a/ou-b/', isManagement: false, hasScps: true })
  expect(memberships.get(management)).toMatchObject({ path: 'o-1/r-1/', isManagement: true })
  expect(organization.units.map(({ path }) => path)).toEqual(['o-1/r-1/', 'o-1/r-1/ou-a/', 'o-1/r-1/ou-a/ou-b/'])
})

test('accounts share the levels above them, and levels the lists of the same policies', () => {
  const { levels } = build()
  expect(levels(management)[0]).toBe(levels()[0])
  expect(levels()[1]!.scps).toBe(levels()[2]!.scps)
})

test('policies stand at the levels that they are attached to', () => {
  const deny = { id: 'p-2', name: 'Deny', type: 'scp', document: allowAll, targets: ['ou-b', 'ou-b'] } as const
  const { scps, levels } = build({ policies: [...base.policies, deny] })
  expect(scps()).toEqual([['FullAWSAccess'], ['FullAWSAccess'], ['FullAWSAccess', 'Deny'], ['FullAWSAccess']])
  expect(levels().map(({ rcps }) => rcps.length)).toEqual([1, 0, 0, 0])
})

describe('a type of policy', () => {
  test.each([
    [false, base.policies, false],
    [true, base.policies, true],
    [true, [], true],
    [undefined, base.policies, true],
    [undefined, [], false],
  ] as const)('enabled: %s, with policies %j: SCPs apply: %s', (hasScps, policies, expected) => {
    const { memberships, scps } = build({ hasScps, policies })
    expect(memberships.get(member)!.hasScps).toBe(expected)
    if (!expected) expect(scps().flat()).toEqual([])
  })
})

describe('what was not collected makes policies unknown, where it may matter', () => {
  test('the text of a policy', () => {
    const unknown = { id: 'p-2', name: 'Secret', type: 'scp', document: undefined, targets: ['ou-a'] } as const
    expect(build({ policies: [...base.policies, unknown] }).isUnknown()).toEqual([false, true, false, false])
  })

  test('the list of policies', () => {
    expect(build({ policies: [], unlisted: ['scp'] }).isUnknown()).toEqual([true, true, true, true])
    expect(build({ policies: [], unlisted: ['scp'], hasScps: undefined }).memberships.get(member)!.hasScps).toBe(true)
  })

  test('the targets of a policy', () => {
    const policies = [{ ...base.policies[0]!, targets: undefined }]
    expect(build({ policies }).isUnknown()).toEqual([true, true, true, true])
  })

  test('the place of an account', () => {
    const accounts = [{ id: member, name: 'member', parent: undefined, tags: {} }]
    const { isUnknown, levels } = build({ accounts })
    expect(levels().map(({ id }) => id)).toEqual(['r-1', 'unknown', member])
    expect(isUnknown()).toEqual([false, true, false])
  })

  test('the roots', () => {
    const { memberships, isUnknown } = build({ units: [] })
    expect(memberships.get(member)!.path).toBe('o-1/')
    expect(isUnknown()).toEqual([true, false])
  })
})

test('a policy that cannot be read is reported with its place', () => {
  const broken = { id: 'p-2', name: 'Broken', type: 'scp', document: '{"Statement":[{}]}', targets: ['r-1'] } as const
  const text = { ...broken, id: 'p-3', document: 'x' }
  const { problems, isUnknown } = build({ policies: [broken, text] })
  expect(problems).toEqual([expect.stringMatching(/^p-2: Statement\[0\].+/), 'p-3: not JSON'])
  expect(isUnknown()[0]).toBe(true)
})

test('units in a circle, or below none of the roots, do not hang', () => {
  const units = [
    ...base.units,
    { id: 'ou-x', name: 'X', parent: 'ou-y' },
    { id: 'ou-y', name: 'Y', parent: 'ou-x' },
    { id: 'ou-a', name: 'again', parent: 'ou-b' },
  ]
  expect(build({ units }).organization.units.map(({ id }) => id)).toEqual(['r-1', 'ou-a', 'ou-b'])
})
