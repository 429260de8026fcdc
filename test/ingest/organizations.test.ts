import { expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { account, details, detailsPath, role, temporaryDirectory, writeFiles } from '../support/snapshots.ts'

const management = '999988887777'
const entry = (id: string, name = id) => ({
  Id: id,
  Name: name,
  Arn: `arn:aws:organizations::${management}:account/o-abc/${id}`,
})
const root = {
  Id: 'r-1',
  Name: 'Root',
  Arn: `arn:aws:organizations::${management}:root/o-abc/r-1`,
  PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
}
const asked = [
  'DescribeOrganization',
  'ListRoots',
  'ListAccounts',
  'ListAccountsForParent',
  'ListPolicies',
  'DescribePolicy',
  'ListTargetsForPolicy',
]

const load = (organization: object, errors: readonly object[] = []) =>
  loadModel(
    writeFiles(temporaryDirectory(), {
      'metadata.json': {
        schemaVersion: '1',
        capturedAt: '2026-01-15T00:00:00Z',
        collected: { organization: { organizations: asked } },
      },
      'organization.json': organization,
      'errors.json': { Errors: errors.map((error) => ({ service: 'organizations', code: 'AccessDenied', ...error })) },
      [detailsPath()]: details({ roles: [role('one')] }),
    }),
  )

const whole = {
  DescribeOrganization: { Organization: { Id: 'o-abc', MasterAccountId: management } },
  ListRoots: { Roots: [root] },
  ListAccounts: { Accounts: [entry(account, 'first'), entry(management)] },
  ListAccountsForParent: { 'r-1': { Accounts: [entry(account), entry(management)] } },
}

test('accounts that are listed and have no folder were not collected', async () => {
  const model = await load(whole)
  expect(model.accounts.get(management)).toMatchObject({ isCollected: false, membership: { isManagement: true } })
  expect(model.gaps).toContainEqual(expect.objectContaining({ account: management, code: 'NotCollected' }))
})

test('an account that is listed twice is one account, under its first name', async () => {
  const twice = [entry(account, 'first'), entry(account, 'second'), entry('12', 'short')]
  const model = await load({ ...whole, ListAccounts: { Accounts: twice } })
  expect([...model.accounts.keys()]).toEqual([account, management])
  expect(model.accounts.get(account)!.name).toBe('first')
  expect(model.gaps).toContainEqual(
    expect.objectContaining({
      message: 'organization.json: ListAccounts.Accounts[2].Id: expected an account id, got `12`',
    }),
  )
})

test('an account with a folder that is not listed is outside', async () => {
  const model = await load({ ...whole, ListAccounts: { Accounts: [entry(management)] }, ListAccountsForParent: {} })
  expect(model.accounts.get(account)!.membership).toBeUndefined()
})

test('unless the accounts could not be listed: then it is a member, under policies that are not known', async () => {
  const { ListRoots, DescribeOrganization } = whole
  const model = await load({ ListRoots, DescribeOrganization }, [{ operation: 'ListAccounts' }])
  const { membership } = model.accounts.get(account)!
  expect(membership).toMatchObject({ organizationId: 'o-abc', hasScps: true })
  expect(membership!.levels.some(({ scps }) => scps.some(({ policy }) => policy.statements[0]?.unreadable))).toBe(true)
  expect(model.gaps).toContainEqual(expect.objectContaining({ operation: 'ListAccounts', code: 'AccessDenied' }))
})

test('the organization is named by any ARN in it, where the call that says so was refused', async () => {
  const { DescribeOrganization: _, ...rest } = whole
  const model = await load(rest, [{ operation: 'DescribeOrganization' }])
  expect(model.organization).toMatchObject({ id: 'o-abc', managementAccountId: management })
  expect(model.snapshot).toMatchObject({ organizationId: 'o-abc', managementAccountId: management })
})

test('policies of which the text or the targets were refused', async () => {
  const ListPolicies = { SERVICE_CONTROL_POLICY: { Policies: [{ Id: 'p-1', Name: 'one' }] } }
  const targets = { ListTargetsForPolicy: { 'p-1': { Targets: [{ TargetId: 'r-1' }] } } }
  const unknownAt = async (organization: object, operation: string) => {
    const { membership } = (await load({ ...whole, ListPolicies, ...organization }, [{ operation }])).accounts.get(
      account,
    )!
    return membership!.levels.map(({ scps }) => scps.some(({ policy }) => policy.statements[0]?.unreadable === true))
  }
  expect(await unknownAt(targets, 'DescribePolicy')).toEqual([true, false])
  expect(await unknownAt({}, 'ListTargetsForPolicy')).toEqual([true, true])
  expect(await unknownAt({ ListPolicies: {} }, 'ListPolicies')).toEqual([true, true])
})
