import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import type { Account, Model } from '#src/model/model.ts'

const acme = new URL('../../examples/acme/', import.meta.url).pathname
const expected = JSON.parse(readFileSync(`${acme}expected.json`, 'utf8'))

let model: Model
const accounts = () => [...model.accounts.values()]
const sum = (count: (account: Account) => number) => accounts().reduce((total, account) => total + count(account), 0)

beforeAll(async () => {
  model = await loadModel(acme)
})

describe('counts', () => {
  test.each([
    ['accounts', () => model.accounts.size],
    ['users', () => sum(({ users }) => users.length)],
    ['groups', () => sum(({ groups }) => groups.length)],
    ['roles', () => sum(({ roles }) => roles.length)],
    ['accessKeys', () => sum(({ users }) => users.reduce((keys, user) => keys + user.accessKeys.length, 0))],
    ['buckets', () => sum(({ resources }) => resources.filter(({ type }) => type === 's3:bucket').length)],
  ] as const)('%s', (name, count) => {
    expect(count()).toBe(expected.counts[name])
  })

  test('policies, those of AWS once for each account that holds them', () => {
    const held = accounts().map((account) => {
      const identities = [...account.users, ...account.groups, ...account.roles]
      const attached = identities.flatMap(({ policies }) => policies.flatMap(({ managed }) => managed ?? []))
      return new Set([...account.policies, ...attached].map(({ arn }) => arn)).size
    })
    expect(held.reduce((total, count) => total + count, 0)).toBe(expected.counts.policies)
  })
})

test('coverage: exactly what could not be collected', () => {
  const lines = model.gaps.map(({ account, region, service, operation, code }) => {
    const wholeAccount = !model.accounts.get(account!)!.isCollected
    return { account, region: region ?? null, service, operation, code, wholeAccount }
  })
  expect(lines).toEqual(expected.coverage)
})

test('Identity Center: the roles that each person is assigned', () => {
  const [center] = accounts().flatMap(({ identityCenter }) => identityCenter ?? [])
  for (const person of expected.identityCenter) {
    const groups = center!.groups.filter(({ members }) => members.includes(person.userId))
    expect(groups.map(({ name }) => name).sort()).toEqual(person.groups)
    const principals = new Set([person.userId, ...groups.map(({ id }) => id)])
    const roles = center!.assignments
      .filter(({ principalId }) => principals.has(principalId))
      .flatMap(({ account, permissionSet }) => {
        const { name } = center!.permissionSets.find(({ arn }) => arn === permissionSet)!
        const reserved = model.accounts.get(account)?.roles ?? []
        return reserved.filter((role) => role.name.startsWith(`AWSReservedSSO_${name}_`)).map(({ arn }) => arn)
      })
    expect([...new Set(roles)].sort(), person.userName).toEqual(person.roles)
  }
})

test('workload identities: those that a provider or an association binds', () => {
  const found = accounts()
    .flatMap(({ workloadIdentities }) => workloadIdentities)
    .map(({ cluster, namespace, serviceAccount, mechanism, role }) => ({
      cluster,
      namespace,
      serviceAccount,
      mechanism,
      role,
    }))
  for (const { allowed, cluster, namespace, serviceAccount, mechanism, role } of expected.workloadIdentity) {
    const identity = { cluster, namespace, serviceAccount, mechanism, role }
    if (allowed) expect(found).toContainEqual(identity)
    else expect(found).not.toContainEqual(identity)
  }
})

describe('what binds a role to compute', () => {
  const isCompute = (path: { kind: string }) => path.kind === 'existing-compute'
  const hops = (paths: readonly { kind: string; hops: readonly { to: string; resource?: string }[] }[]) =>
    paths.filter(isCompute).flatMap((path) => path.hops.filter(({ resource }) => resource !== undefined))

  test.each(hops(expected.paths))('$resource runs as $to', ({ to, resource }) => {
    const [compute] = accounts().flatMap((account) => account.compute.filter(({ arn }) => arn === resource))
    expect(compute?.role).toBe(to)
  })
})

test('the organization: units, levels, and policies attached to them', () => {
  expect(model.organization).toMatchObject({
    id: expected.organizationId,
    managementAccountId: expected.managementAccountId,
  })
  for (const { id, membership } of accounts()) {
    expect(membership?.levels.at(0)).toMatchObject({ type: 'ROOT' })
    expect(membership?.levels.at(-1)).toMatchObject({ type: 'ACCOUNT', id })
    expect(membership?.path.split('/').length).toBe(membership!.levels.length + 1)
    expect(membership?.hasScps).toBe(true)
    expect(membership?.levels.every(({ scps }) => scps.length > 0)).toBe(true)
  }
})

test('a model of some accounts has the others as not loaded', async () => {
  const [first, ...others] = accounts().filter(({ isCollected }) => isCollected)
  const part = await loadModel(acme, { accounts: new Set([first!.id]) })
  expect(part.accounts.get(first!.id)).toEqual(first)
  for (const { id, membership } of others) {
    expect(part.accounts.get(id)).toMatchObject({ isLoaded: false, roles: [], membership })
  }
})

test('every policy can be read', () => {
  const problems = accounts().flatMap(({ roles, users }) =>
    [...roles, ...users].flatMap(({ policies }) => policies.filter(({ policy }) => policy.problems.length > 0)),
  )
  expect(problems).toEqual([])
})

test('statements that cannot concern an action of interest are left out, boundaries stay', async () => {
  const interest = (pattern: string) => /^(\*|sts:)/i.test(pattern)
  const reduced = await loadModel(acme, { interest })
  for (const full of accounts()) {
    const kept = reduced.accounts.get(full.id)!
    expect(kept.roles.map(({ arn, trust }) => ({ arn, trust }))).toEqual(
      full.roles.map(({ arn, trust }) => ({ arn, trust })),
    )
    full.roles.forEach((role, index) => {
      const own = kept.roles[index]!
      expect(own.boundary?.name).toBe(role.boundary?.name)
      const wanted = role.policies.flatMap(({ policy }) =>
        policy.statements
          .filter(({ action }) => action === undefined || action.some(interest))
          .map((statement) =>
            statement.action === undefined
              ? statement
              : withoutSid({ ...statement, action: statement.action.filter(interest) }),
          ),
      )
      expect(own.policies.flatMap(({ policy }) => policy.statements)).toEqual(wanted)
    })
  }
})

/** Who left out a part of a statement does not quote it. */
function withoutSid<Value extends { readonly sid?: string }>({ sid: _, ...statement }: Value) {
  return statement
}
