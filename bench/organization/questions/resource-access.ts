import { type Expected, type ExpectedAccess, entryId, type Requires, verdictOf } from '../expected.ts'
import * as names from '../names.ts'
import { organizationOnly, type Plan, type PlannedAccount, type Principal, publicAccessBlock } from '../plan.ts'
import { allow, deny, rootOf, type StatementJson } from '../policies.ts'
import { hexadecimal } from '../random.ts'
import {
  admit,
  keyOfAccount,
  type PolicyOf,
  recordFunction,
  recordKey,
  recordQueue,
  recordSecret,
  recordTopic,
  resourceName,
  runtimeRole,
} from '../resources.ts'
import type { World } from './assume-role.ts'

interface Service {
  readonly action: string
  /** Wildcards that cover the action. */
  readonly wide: string
  /** Records a resource with this policy; returns what a request names and what a policy may name. */
  record(plan: Plan, account: PlannedAccount, policy: PolicyOf): { readonly arn: string; readonly pattern: string }
  /** A key refuses whom its policy does not name; the layer of that is the key policy's. */
  readonly notAdmitted: string
}

const same = (arn: string) => ({ arn, pattern: arn })

const services: readonly Service[] = [
  {
    action: 's3:GetObject',
    wide: 's3:Get*',
    notAdmitted: 'no-resource-policy',
    record(plan, account, policyOf) {
      const name = resourceName(plan)
      const pattern = `arn:aws:s3:::${name}/*`
      const policy = policyOf(pattern)
      plan.bucket(account, name, policy && { policy })
      return { arn: `arn:aws:s3:::${name}/data/report.csv`, pattern }
    },
  },
  {
    action: 'kms:Decrypt',
    wide: 'kms:*',
    notAdmitted: 'kms-key-policy',
    record: (plan, account, policyOf) =>
      same(recordKey(plan, account, { policy: [keyOfAccount(account.id), ...(policyOf('*') ?? [])] })),
  },
  {
    action: 'sqs:ReceiveMessage',
    wide: 'sqs:Receive*',
    notAdmitted: 'no-resource-policy',
    record: (plan, account, policyOf) => same(recordQueue(plan, account, policyOf)),
  },
  {
    action: 'sns:Publish',
    wide: 'sns:*',
    notAdmitted: 'no-resource-policy',
    record: (plan, account, policyOf) => same(recordTopic(plan, account, policyOf)),
  },
  {
    action: 'secretsmanager:GetSecretValue',
    wide: 'secretsmanager:Get*',
    notAdmitted: 'no-resource-policy',
    record: (plan, account, policyOf) => same(recordSecret(plan, account, policyOf)),
  },
  {
    action: 'lambda:InvokeFunction',
    wide: 'lambda:Invoke*',
    notAdmitted: 'no-resource-policy',
    record: (plan, account, policyOf) => same(recordFunction(plan, account, runtimeRole(plan, account), policyOf)),
  },
]
const serviceOf = (action: string) => services.find((service) => service.action === action)!

/** Who gets at data, and what stops the others. */
export function plantResourceAccess(world: World, expected: Expected): void {
  for (const service of services) {
    crossAccount(world, expected, service)
    sameAccount(world, expected, service)
  }
  organizationLayers(world, expected)
  boundaries(world, expected)
  policyDetails(world, expected)
  encryptedBuckets(world, expected)
  keys(world, expected)
  publicBuckets(world, expected)
}

interface Answer {
  readonly kind: string
  readonly principal: string
  readonly service: Service
  readonly resource: string
  readonly detail: string
  readonly blockedBy?: string
  readonly requires?: Requires
  readonly key?: string
  readonly crossAccount: boolean
}

function add(expected: Expected, answer: Answer): void {
  const { kind, principal, service, resource, detail, blockedBy, key, crossAccount } = answer
  const requires = answer.requires ?? {}
  const entry: ExpectedAccess = {
    id: entryId('R', expected.resourceAccess),
    kind,
    principal,
    action: service.action,
    resource,
    allowed: blockedBy === undefined,
    verdict: blockedBy === undefined ? verdictOf(requires) : 'no',
    blockedBy: blockedBy ?? null,
    detail,
    requires,
    crossAccount,
    ...(key !== undefined && { key }),
  }
  expected.resourceAccess.push(entry)
}

/** Somebody, and another account that holds the resource. */
function pair({ plan }: World): [principal: Principal, owner: PlannedAccount] {
  const home = plan.random.pick(plan.ordinary)
  return [plan.start(home), plan.random.pick(plan.ordinary.filter((account) => account !== home))]
}

const use = ({ plan }: World, service: Service) => (plan.random.chance(0.7) ? service.action : service.wide)

function crossAccount(world: World, expected: Expected, service: Service): void {
  const { plan } = world
  const base = { kind: 'cross-account', service, crossAccount: true }
  const [guest, host] = pair(world)
  const admitted = plan.random.pick([
    'principal',
    'account',
    'number',
    ...(service.action === 's3:GetObject' ? [] : ['organization']),
  ])
  const open = service.record(plan, host, (pattern) => {
    const element = {
      principal: { AWS: guest.arn },
      account: { AWS: rootOf(guest.account.id) },
      number: { AWS: guest.account.id },
    }
    if (admitted !== 'organization')
      return [admit(element[admitted as keyof typeof element], service.action, pattern), ...onlyTls(service, pattern)]
    return [{ ...admit('*', service.action, pattern), Condition: organizationOnly(plan) }]
  })
  plan.grant(guest, allow(use(world, service), open.pattern))
  add(expected, {
    ...base,
    principal: guest.arn,
    resource: open.arn,
    detail: `the resource policy lets the ${admitted} in`,
  })

  const [unable, owner] = pair(world)
  const named = service.record(plan, owner, (pattern) => [admit({ AWS: unable.arn }, service.action, pattern)])
  add(expected, {
    ...base,
    principal: unable.arn,
    resource: named.arn,
    blockedBy: 'no-identity',
    detail: 'the resource policy names the principal, but its own account does not allow it',
  })

  const [stranger, keeper] = pair(world)
  const closed = service.record(plan, keeper, (pattern) =>
    plan.random.chance(0.5) ? [admit({ AWS: plan.start(stranger.account).arn }, service.action, pattern)] : undefined,
  )
  plan.grant(stranger, allow(use(world, service), closed.pattern))
  add(expected, {
    ...base,
    principal: stranger.arn,
    resource: closed.arn,
    blockedBy: service.notAdmitted,
    detail: 'the identity policy allows it, but the resource policy does not let the principal in',
  })
}

/** Everyday care: no access without TLS, which a caller is free to use. */
function onlyTls(service: Service, pattern: string): StatementJson[] {
  if (service.action !== 's3:GetObject') return []
  return [{ ...deny('s3:*', pattern, { Bool: { 'aws:SecureTransport': 'false' } }), Principal: '*' }]
}

function sameAccount(world: World, expected: Expected, service: Service): void {
  const { plan } = world
  const base = { kind: 'same-account', service, crossAccount: false }
  const account = plan.random.pick(plan.ordinary)
  const user = plan.start(account)
  const plain = service.record(plan, account, () => undefined)
  plan.grant(user, allow(use(world, service), plain.pattern))
  add(expected, {
    ...base,
    principal: user.arn,
    resource: plain.arn,
    detail: 'the identity policy is enough within one account',
  })

  const named = plan.start(account)
  const byName = plan.random.chance(0.5)
  const opened = service.record(plan, account, (pattern) => [
    byName
      ? admit({ AWS: named.arn }, service.action, pattern)
      : { ...admit('*', service.action, pattern), Condition: { ArnEquals: { 'aws:PrincipalArn': named.arn } } },
  ])
  add(expected, {
    ...base,
    principal: named.arn,
    resource: opened.arn,
    detail: byName
      ? 'a resource policy that names the principal is enough'
      : 'a resource policy for everybody with that ARN is enough',
  })
}

function organizationLayers(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const [sandbox] = random.sample(plan.accountsOf('sandbox'), 1)
  if (sandbox) {
    const service = random.pick(services)
    const principal = plan.start(sandbox)
    const { arn, pattern } = service.record(plan, random.pick(plan.ordinary), (each) => [
      admit({ AWS: principal.arn }, service.action, each),
    ])
    plan.grant(principal, allow(service.action, pattern))
    const detail = 'SandboxDataStaysHome denies it to the principal'
    add(expected, {
      kind: 'cross-account',
      principal: principal.arn,
      service,
      resource: arn,
      blockedBy: 'scp',
      detail,
      crossAccount: true,
    })
  }
  const [exceptions] = random.sample(plan.accountsOf('exceptions'), 1)
  if (exceptions) {
    const service = serviceOf('secretsmanager:GetSecretValue')
    const principal = plan.start(exceptions)
    const { arn, pattern } = service.record(plan, exceptions, () => undefined)
    plan.grant(principal, allow(service.action, pattern))
    const detail = 'AllowListExceptions has no secretsmanager actions'
    add(expected, {
      kind: 'same-account',
      principal: principal.arn,
      service,
      resource: arn,
      blockedBy: 'scp',
      detail,
      crossAccount: false,
    })
  }
  for (const clearance of ['vault', random.pick(['none', 'VAULT', undefined])]) {
    const [principal, owner] = pair(world)
    const name = `${plan.company}-${plan.guarded.vault}-${principal.name}`
    if (clearance !== undefined) principal.tags.clearance = clearance
    const pattern = `arn:aws:s3:::${name}/*`
    plan.bucket(owner, name, { policy: [admit({ AWS: principal.arn }, 's3:GetObject', pattern)] })
    plan.grant(principal, allow('s3:GetObject', pattern))
    add(expected, {
      kind: 'cross-account',
      principal: principal.arn,
      service: serviceOf('s3:GetObject'),
      resource: `arn:aws:s3:::${name}/data/report.csv`,
      // A negated IfExists holds when the key is absent, so that the Deny meets those without the tag as well.
      detail:
        clearance === 'vault'
          ? 'VaultNeedsClearance lets the tag pass'
          : 'VaultNeedsClearance denies it without the tag',
      ...(clearance !== 'vault' && { blockedBy: 'rcp' }),
      crossAccount: true,
    })
  }
}

function boundaries(world: World, expected: Expected): void {
  const { plan } = world
  const bound = (principal: Principal) =>
    plan.boundary(principal, allow(['logs:*', 'cloudwatch:*', 'ec2:Describe*'], '*'))
  const [guest, host] = pair(world)
  const queues = serviceOf('sqs:ReceiveMessage')
  const queue = queues.record(plan, host, (pattern) => [
    admit({ AWS: rootOf(guest.account.id) }, queues.action, pattern),
  ])
  plan.grant(guest, allow(queues.action, queue.pattern))
  bound(guest)
  add(expected, {
    kind: 'cross-account',
    principal: guest.arn,
    service: queues,
    resource: queue.arn,
    blockedBy: 'boundary',
    detail: "the principal's permissions boundary leaves the service out",
    crossAccount: true,
  })
  const buckets = serviceOf('s3:GetObject')
  for (const kind of ['role', 'user'] as const) {
    const account = plan.random.pick(plan.ordinary)
    const principal = plan.start(account, kind)
    const { arn } = buckets.record(plan, account, (pattern) => [admit({ AWS: principal.arn }, buckets.action, pattern)])
    bound(principal)
    add(expected, {
      kind: 'same-account',
      principal: principal.arn,
      service: buckets,
      resource: arn,
      detail:
        kind === 'role'
          ? 'the resource policy names the role, whose boundary limits its sessions'
          : 'the resource policy names the user: no boundary limits that',
      ...(kind === 'role' && { blockedBy: 'boundary' }),
      crossAccount: false,
    })
  }
}

function policyDetails(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const [denied, owner] = pair(world)
  const secrets = serviceOf('secretsmanager:GetSecretValue')
  const secret = secrets.record(plan, owner, (pattern) => [
    admit({ AWS: rootOf(denied.account.id) }, secrets.action, pattern),
    {
      ...admit('*', secrets.action, pattern),
      Effect: 'Deny',
      Condition: { ArnLike: { 'aws:PrincipalArn': denied.arn } },
    },
  ])
  plan.grant(denied, allow(secrets.action, secret.pattern))
  const base = { kind: 'cross-account', crossAccount: true }
  add(expected, {
    ...base,
    principal: denied.arn,
    service: secrets,
    resource: secret.arn,
    blockedBy: 'resource-policy-deny',
    detail: 'the resource policy denies the principal',
  })

  const [deleted, holder] = pair(world)
  const service = random.pick(services.filter(({ action }) => action !== 'kms:Decrypt'))
  const stale = names.uniqueId(deleted.kind === 'user' ? 'AIDA' : 'AROA', random)
  const old = service.record(plan, holder, (pattern) => [admit({ AWS: stale }, service.action, pattern)])
  plan.grant(deleted, allow(service.action, old.pattern))
  add(expected, {
    ...base,
    principal: deleted.arn,
    service,
    resource: old.arn,
    blockedBy: 'stale-principal',
    detail: 'the resource policy names the unique ID of a principal that was deleted',
  })

  const [remote, host] = pair(world)
  const endpoint = `vpce-${random.text(hexadecimal, 17)}`
  const buckets = serviceOf('s3:GetObject')
  const behind = buckets.record(plan, host, (pattern) => [
    admit({ AWS: remote.arn }, buckets.action, pattern),
    { ...deny('s3:*', pattern, { StringNotEquals: { 'aws:SourceVpce': endpoint } }), Principal: '*' },
  ])
  plan.grant(remote, allow(buckets.action, behind.pattern))
  add(expected, {
    ...base,
    principal: remote.arn,
    service: buckets,
    resource: behind.arn,
    requires: { 'aws:SourceVpce': endpoint },
    detail: 'only through one VPC endpoint',
  })
}

function encryptedBuckets(world: World, expected: Expected): void {
  const { plan } = world
  const service = serviceOf('s3:GetObject')
  const bucketFor = (principal: Principal, owner: PlannedAccount, kmsKey: string, ownDecrypt = true) => {
    const name = resourceName(plan)
    const pattern = `arn:aws:s3:::${name}/*`
    const region = kmsKey.split(':')[3]!
    plan.bucket(owner, name, { policy: [admit({ AWS: principal.arn }, service.action, pattern)], kmsKey, region })
    plan.grant(principal, allow(service.action, [pattern.slice(0, -2), pattern]))
    if (ownDecrypt) plan.grantInline(principal, allow(['kms:Decrypt', 'kms:DescribeKey'], kmsKey))
    return `arn:aws:s3:::${name}/data/report.csv`
  }
  const admitted = (principal: Principal, owner: PlannedAccount) => [
    keyOfAccount(owner.id),
    admit({ AWS: principal.arn }, 'kms:Decrypt', '*'),
  ]
  const ask = (
    detail: string,
    blockedBy: string | undefined,
    keyFor: (principal: Principal, owner: PlannedAccount) => string,
    ownDecrypt = true,
  ) => {
    const [principal, owner] = pair(world)
    const key = keyFor(principal, owner)
    const resource = bucketFor(principal, owner, key, ownDecrypt)
    add(expected, {
      kind: 'encrypted-bucket',
      principal: principal.arn,
      service,
      resource,
      key,
      detail,
      ...(blockedBy !== undefined && { blockedBy }),
      crossAccount: true,
    })
  }
  ask('bucket, key and identity policy all let the principal in', undefined, (principal, owner) =>
    recordKey(plan, owner, { policy: admitted(principal, owner) }),
  )
  ask('the bucket is readable, but the key policy does not let the account in', 'kms-key-policy', (_, owner) =>
    recordKey(plan, owner),
  )
  ask(
    'the key policy names the principal, which has no kms:Decrypt of its own',
    'kms-no-identity',
    (principal, owner) => recordKey(plan, owner, { policy: admitted(principal, owner) }),
    false,
  )
  ask('an AWS managed key serves only its own account', 'kms-key-policy', (_, owner) => {
    const region = plan.region()
    const condition = {
      StringEquals: { 'kms:CallerAccount': owner.id, 'kms:ViaService': `s3.${region}.amazonaws.com` },
    }
    const policy = [{ ...admit({ AWS: '*' }, 'kms:Decrypt', '*'), Condition: condition }]
    return recordKey(plan, owner, { region, policy, isAwsManaged: true })
  })
  ask('the key is disabled', 'kms-key-disabled', (principal, owner) =>
    recordKey(plan, owner, { policy: admitted(principal, owner), isDisabled: true }),
  )
}

function keys(world: World, expected: Expected): void {
  const { plan } = world
  const service = serviceOf('kms:Decrypt')
  const base = { kind: 'same-account', service, crossAccount: false }
  const onlyOperations = (account: PlannedAccount) => [
    admit({ AWS: `arn:aws:iam::${account.id}:role/OrganizationAccountAccessRole` }, 'kms:*', '*'),
  ]
  const account = plan.random.pick(plan.ordinary)
  const hopeful = plan.start(account)
  const closed = recordKey(plan, account, { policy: onlyOperations(account) })
  plan.grant(hopeful, allow('kms:Decrypt', closed))
  add(expected, {
    ...base,
    principal: hopeful.arn,
    resource: closed,
    blockedBy: 'kms-key-policy',
    detail: "the key policy does not leave the key to the account's identity policies",
  })
  const grantee = plan.start(account)
  const granted = recordKey(plan, account, { policy: onlyOperations(account), grantee: grantee.arn })
  add(expected, { ...base, principal: grantee.arn, resource: granted, detail: 'a grant is enough, without any policy' })
}

/** Anybody, unsigned; and accounts outside the organization. */
function publicBuckets(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const buckets = serviceOf('s3:GetObject')
  const outside = (
    source: string,
    service: Service,
    resource: string,
    target: string,
    detail: string,
    blockedBy?: string,
  ) => {
    const blocked = blockedBy === undefined ? {} : { blockedBy }
    const kind = source === '*' ? 'public' : 'outside-account'
    add(expected, { kind, principal: source, service, resource, detail, ...blocked, crossAccount: true })
    expected.external.push({
      id: entryId('X', expected.external),
      target,
      source,
      via: service.action,
      reachable: blockedBy === undefined,
      verdict: blockedBy === undefined ? 'certain' : 'no',
      blockedBy: blockedBy ?? null,
      detail,
      requires: {},
    })
  }
  const openBucket = (account: PlannedAccount, isPublicAllowed: boolean, detail: string, blockedBy?: string) => {
    const name = resourceName(plan)
    plan.bucket(account, name, { policy: [admit('*', 's3:GetObject', `arn:aws:s3:::${name}/*`)], isPublicAllowed })
    outside('*', buckets, `arn:aws:s3:::${name}/data/report.csv`, `arn:aws:s3:::${name}`, detail, blockedBy)
  }
  const [audit] = plan.accountsOf('audit')
  if (audit) {
    plan.record(audit, '', 's3control', 'GetPublicAccessBlock', (response) => {
      response[audit.id] = { PublicAccessBlockConfiguration: publicAccessBlock(true) }
    })
    openBucket(audit, true, 'public policy, but the account blocks public access', 's3-block-public-access')
  }
  const [cicd] = plan.accountsOf('cicd')
  if (cicd) {
    openBucket(cicd, true, 'anybody may read the objects')
    openBucket(cicd, false, 'public policy, but the bucket blocks public access', 's3-block-public-access')
  }
  openBucket(
    random.pick(plan.accountsOf('prod', 'nonprod')),
    true,
    'public, but OnlyOurOrganization denies outsiders',
    'rcp',
  )

  for (const service of [buckets, serviceOf('kms:Decrypt'), serviceOf('sqs:ReceiveMessage')]) {
    const host = random.pick(plan.ordinary)
    const isGuarded = host.kind === 'prod' || host.kind === 'nonprod'
    const source = rootOf(plan.outsider())
    const { arn } = service.record(plan, host, (pattern) => [admit({ AWS: source }, service.action, pattern)])
    const target = arn.replace(/\/data\/report\.csv$/, '')
    const detail = isGuarded
      ? 'OnlyOurOrganization denies principals of other organizations'
      : 'the resource policy lets an account outside the organization in'
    outside(source, service, arn, target, detail, isGuarded ? 'rcp' : undefined)
  }
}
