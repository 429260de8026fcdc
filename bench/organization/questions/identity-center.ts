import { managedArn } from '../aws-managed.ts'
import { type Expected, entryId } from '../expected.ts'
import * as names from '../names.ts'
import type { AccountKind, PlannedAccount, PlannedRole } from '../plan.ts'
import { allow, rootOf, type StatementJson, trust } from '../policies.ts'
import { hexadecimal } from '../random.ts'
import { newTarget, type World } from './assume-role.ts'
import { addNonPath } from './non-paths.ts'
import { addPath } from './paths.ts'

interface PermissionSet {
  readonly name: string
  readonly arn: string
  readonly attached: readonly string[]
  readonly inline: readonly StatementJson[]
  readonly hasBoundary?: boolean
}

interface Group {
  readonly name: string
  readonly id: string
  readonly members: string[]
}

interface Person {
  readonly id: string
  readonly name: string
}

interface Assignment {
  readonly account: PlannedAccount
  readonly set: PermissionSet
  readonly kind: 'GROUP' | 'USER'
  readonly id: string
}

/** Which group gets which permission set in which kinds of account. */
const plans: readonly [group: string, set: string, kinds: readonly AccountKind[]][] = [
  [
    'platform-admins',
    'AdministratorAccess',
    ['management', 'prod', 'nonprod', 'cicd', 'audit', 'sandbox', 'exceptions'],
  ],
  ['developers', 'PowerUserAccess', ['nonprod', 'exceptions', 'sandbox']],
  ['auditors', 'ReadOnly', ['management', 'prod', 'nonprod', 'cicd', 'audit', 'sandbox', 'exceptions']],
  ['support', 'SupportUser', ['prod', 'nonprod']],
  ['data-engineers', 'DataEngineer', ['prod', 'nonprod']],
  ['sandbox-builders', 'SandboxBuilder', ['sandbox']],
  ['contractors', '', []],
]

/** People whose roles are asked for: an administrator of thousands of accounts makes a long list. */
const mostListed = 30

/** Identity Center in the management account: people, groups, assignments, and the roles that they give. */
export function plantIdentityCenter(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const region = plan.regions[0]!
  const instance = `arn:aws:sso:::instance/ssoins-${random.text(hexadecimal, 16)}`
  const store = `d-${random.text(hexadecimal, 10)}`
  const sets = permissionSets(world, instance)
  const groups: Group[] = plans.map(([name]) => ({ name, id: names.uuid(random), members: [] }))
  const people = Array.from({ length: Math.max(12, Math.min(400, plan.accounts.length)) }, (_, index): Person => {
    const person = { id: names.uuid(random), name: `${names.person(random)}${index}` }
    // The first of each group are only in that one, so that paths from them are known; others may be in two.
    const own = index < groups.length ? [groups[index]!] : random.sample(groups.slice(0, -1), 1 + random.below(2))
    for (const group of own) group.members.push(person.id)
    return person
  })

  const roles = new Map<string, PlannedRole>()
  const assignments: Assignment[] = []
  const assign = (account: PlannedAccount, set: PermissionSet, kind: Assignment['kind'], id: string) => {
    assignments.push({ account, set, kind, id })
    const key = `${account.id} ${set.arn}`
    if (!roles.has(key)) roles.set(key, reservedRole(world, account, set, region))
  }
  for (const [index, [, setName, kinds]] of plans.entries()) {
    const set = sets.find(({ name }) => name === setName)
    if (set === undefined) continue
    for (const account of plan.accountsOf(...kinds)) {
      // Few of the accounts of a large organization are every group's.
      if (set.name === 'AdministratorAccess' || plan.accounts.length < 12 || random.chance(0.4)) {
        assign(account, set, 'GROUP', groups[index]!.id)
      }
    }
  }
  for (const person of random.sample(people.slice(groups.length), 2)) {
    assign(random.pick(plan.ordinary), sets.find(({ name }) => name === 'ReadOnly')!, 'USER', person.id)
  }

  recordInstance(world, region, instance, store, sets, assignments)
  recordStore(world, region, store, people, groups)
  for (const person of people.slice(0, mostListed)) {
    const own = groups.filter(({ members }) => members.includes(person.id))
    const given = assignments.filter(({ id }) => id === person.id || own.some((group) => group.id === id))
    const arns = new Set(given.map(({ account, set }) => roles.get(`${account.id} ${set.arn}`)!.arn))
    expected.identityCenter.push({
      id: entryId('I', expected.identityCenter),
      userId: person.id,
      userName: person.name,
      groups: own.map(({ name }) => name).sort(),
      roleCount: arns.size,
      roles: [...arns].sort(),
    })
  }
  const engineer = people[plans.findIndex(([name]) => name === 'data-engineers')]!
  const contractor = people[plans.findIndex(([name]) => name === 'contractors')]!
  const lakes = assignments.filter(({ set }) => set.name === 'DataEngineer')
  if (lakes.length > 0) {
    const { account, set } = random.pick(lakes)
    plantLake(world, expected, roles.get(`${account.id} ${set.arn}`)!, engineer, contractor)
  }
}

const personArn = ({ id }: Person) => `arn:aws:identitystore:::user/${id}`

/** From a person through a reserved role to a role of another account; and somebody without an assignment. */
function plantLake(
  { plan }: World,
  expected: Expected,
  reserved: PlannedRole,
  engineer: Person,
  contractor: Person,
): void {
  const account = plan.random.pick(plan.ordinary.filter((each) => each !== reserved.account))
  const target = newTarget(plan, account, { path: '/data-lake/' })
  const pattern = `arn:aws:iam::${reserved.account.id}:role/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_DataEngineer_*`
  target.trust.unshift(trust({ AWS: rootOf(reserved.account.id) }, { ArnLike: { 'aws:PrincipalArn': pattern } }))
  plan.crownJewel(target)
  const assignment = { to: reserved.arn, via: 'sso:assignment', style: 'sso:assignment', requires: {} }
  addPath(expected, 'identity-center', [
    { from: personArn(engineer), ...assignment },
    { from: reserved.arn, to: target.arn, via: 'sts:AssumeRole', style: 'principal-arn', requires: {} },
  ])
  addNonPath(expected, {
    kind: 'identity-center',
    start: personArn(contractor),
    end: target.arn,
    blockedHop: { from: personArn(contractor), to: reserved.arn, via: 'sso:assignment' },
    blockedBy: 'no-assignment',
    detail: "the user's groups have no assignment to the account",
    reachablePrefix: [],
  })
}

function permissionSets({ plan }: World, instance: string): PermissionSet[] {
  const arn = () => `arn:aws:sso:::permissionSet/${instance.split('/')[1]}/ps-${plan.random.text(hexadecimal, 16)}`
  const lake = [
    allow(['athena:StartQueryExecution', 'athena:GetQueryResults', 'glue:GetTable', 'glue:GetPartitions'], '*'),
    allow('sts:AssumeRole', 'arn:aws:iam::*:role/data-lake/*'),
  ]
  return [
    { name: 'AdministratorAccess', arn: arn(), attached: [managedArn('AdministratorAccess')], inline: [] },
    { name: 'PowerUserAccess', arn: arn(), attached: [managedArn('PowerUserAccess')], inline: [] },
    { name: 'ReadOnly', arn: arn(), attached: [managedArn('ReadOnlyAccess')], inline: [] },
    { name: 'SupportUser', arn: arn(), attached: [managedArn('AWSSupportAccess')], inline: [] },
    { name: 'DataEngineer', arn: arn(), attached: [], inline: lake },
    { name: 'SandboxBuilder', arn: arn(), attached: [managedArn('PowerUserAccess')], inline: [], hasBoundary: true },
  ]
}

function reservedRole({ plan }: World, account: PlannedAccount, set: PermissionSet, region: string): PlannedRole {
  const role = plan.role(account, {
    path: `/aws-reserved/sso.amazonaws.com/${region}/`,
    name: `AWSReservedSSO_${set.name}_${plan.random.text(hexadecimal, 16)}`,
  })
  account.samlProvider ??= `AWSSSO_${plan.random.text(hexadecimal, 16)}_DO_NOT_DELETE`
  role.trust.push(trustSaml(account))
  role.attached.push(...set.attached)
  if (set.inline.length > 0) role.inline.push({ name: 'AwsSSOInlinePolicy', statements: [...set.inline] })
  if (set.hasBoundary) role.boundary = `arn:aws:iam::${account.id}:policy/boundaries/WorkloadBoundary`
  return role
}

/** People of Identity Center sign in by the account's provider. */
export function trustSaml(account: PlannedAccount): StatementJson {
  return {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::${account.id}:saml-provider/${account.samlProvider}` },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
  }
}

function recordInstance(
  { plan }: World,
  region: string,
  instance: string,
  store: string,
  sets: readonly PermissionSet[],
  assignments: readonly Assignment[],
): void {
  const record = (operation: string, change: (response: Record<string, unknown>) => void) =>
    plan.record(plan.management, region, 'sso-admin', operation, change)
  const bySet = (operation: string, answer: (set: PermissionSet) => unknown) =>
    record(operation, (response) => {
      response[instance] = Object.fromEntries(sets.map((set) => [set.arn, answer(set)]))
    })
  record('ListInstances', (response) => {
    const owner = { OwnerAccountId: plan.management.id, Status: 'ACTIVE' }
    response.Instances = [{ InstanceArn: instance, IdentityStoreId: store, ...owner }]
  })
  record('ListPermissionSets', (response) => {
    response[instance] = { PermissionSets: sets.map(({ arn }) => arn) }
  })
  bySet('DescribePermissionSet', ({ name, arn }) => ({
    PermissionSet: { Name: name, PermissionSetArn: arn, SessionDuration: 'PT4H' },
  }))
  bySet('GetInlinePolicyForPermissionSet', ({ inline }) => ({
    InlinePolicy: inline.length === 0 ? '' : JSON.stringify({ Version: '2012-10-17', Statement: inline }),
  }))
  bySet('ListManagedPoliciesInPermissionSet', ({ attached }) => ({
    AttachedManagedPolicies: attached.map((Arn) => ({ Name: Arn.split('/').at(-1), Arn })),
  }))
  bySet('ListCustomerManagedPolicyReferencesInPermissionSet', () => ({ CustomerManagedPolicyReferences: [] }))
  record('GetPermissionsBoundaryForPermissionSet', (response) => {
    const reference = { CustomerManagedPolicyReference: { Name: 'WorkloadBoundary', Path: '/boundaries/' } }
    const bounded = sets.filter(({ hasBoundary }) => hasBoundary)
    response[instance] = Object.fromEntries(bounded.map(({ arn }) => [arn, { PermissionsBoundary: reference }]))
  })
  record('ListAccountAssignments', (response) => {
    const byAccount: Record<string, Record<string, { AccountAssignments: unknown[] }>> = {}
    for (const { account, set, kind, id } of assignments) {
      byAccount[account.id] ??= {}
      byAccount[account.id]![set.arn] ??= { AccountAssignments: [] }
      const entry = { AccountId: account.id, PermissionSetArn: set.arn, PrincipalType: kind, PrincipalId: id }
      byAccount[account.id]![set.arn]!.AccountAssignments.push(entry)
    }
    response[instance] = byAccount
  })
}

function recordStore(
  { plan }: World,
  region: string,
  store: string,
  people: readonly Person[],
  groups: readonly Group[],
): void {
  const record = (operation: string, answer: unknown) =>
    plan.record(plan.management, region, 'identitystore', operation, (response) => {
      response[store] = answer
    })
  record('ListUsers', {
    Users: people.map(({ id, name }) => ({ UserName: name, UserId: id, DisplayName: name, IdentityStoreId: store })),
  })
  record('ListGroups', {
    Groups: groups.map(({ id, name }) => ({ GroupId: id, DisplayName: name, IdentityStoreId: store })),
  })
  record(
    'ListGroupMemberships',
    Object.fromEntries(
      groups.map(({ id, members }) => [
        id,
        {
          GroupMemberships: members.map((UserId) => ({
            IdentityStoreId: store,
            MembershipId: names.uuid(plan.random),
            GroupId: id,
            MemberId: { UserId },
          })),
        },
      ]),
    ),
  )
}
