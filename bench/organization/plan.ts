import { planAccounts } from './accounts.ts'
import { managedArn } from './aws-managed.ts'
import * as names from './names.ts'
import type { ConditionJson, StatementJson } from './policies.ts'
import { allow, trustService } from './policies.ts'
import { createRandom, type Random, readable } from './random.ts'

export interface Settings {
  readonly accounts: number
  /** Roles per account; an account gets more only if its planted ones are more. */
  readonly roles: number
  readonly seed: string
  /** Roles per account that the whole organization may assume (a stress test). */
  readonly openRoles: number
  readonly openBy: 'plain' | 'shared-tag' | 'unique-tag'
  /** Some files compressed, some policies as encoded text, some statements not in a list: all that a reader must take. */
  readonly isMixed?: boolean
}

export type AccountKind = 'management' | 'prod' | 'nonprod' | 'cicd' | 'audit' | 'sandbox' | 'exceptions' | 'suspended'

interface PlannedIdentity {
  readonly name: string
  readonly path: string
  readonly arn: string
  readonly uniqueId: string
  readonly account: PlannedAccount
  readonly inline: { readonly name: string; readonly statements: StatementJson[] }[]
  /** ARNs of managed policies. */
  readonly attached: string[]
  readonly tags: Record<string, string>
  /** ARN of a managed policy. */
  boundary?: string
}

export interface PlannedRole extends PlannedIdentity {
  readonly kind: 'role'
  readonly trust: StatementJson[]
  instanceProfile?: string
}

export interface PlannedUser extends PlannedIdentity {
  readonly kind: 'user'
  readonly groups: string[]
  readonly key: { readonly id: string; readonly status: 'Active' | 'Inactive' }
}

export interface PlannedGroup {
  readonly name: string
  readonly inline: { readonly name: string; readonly statements: StatementJson[] }[]
  readonly attached: string[]
}

export interface PlannedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  /** The first is the default version, whatever its number. */
  readonly versions: readonly (readonly StatementJson[])[]
}

/** Region → service → operation → response, merged into one file per region and service; '' is no region. */
export type Recordings = Map<string, Record<string, unknown>>

export interface PlannedAccount {
  readonly id: string
  readonly name: string
  readonly kind: AccountKind
  readonly index: number
  /** Id of the root or OU above. */
  parent: string
  readonly isCollected: boolean
  readonly roles: PlannedRole[]
  readonly users: PlannedUser[]
  readonly groups: PlannedGroup[]
  readonly policies: PlannedPolicy[]
  readonly oidcProviders: string[]
  /** Name of the provider by which people of Identity Center sign in. */
  samlProvider?: string
  readonly recordings: Recordings
  readonly errors: Record<string, unknown>[]
}

export type Principal = PlannedRole | PlannedUser

/** Everything about an organization that spans accounts: small, and kept until the last account is written. */
export class Plan {
  readonly settings: Settings
  readonly random: Random
  readonly company: string
  readonly organizationId: string
  readonly rootId: string
  readonly regions: readonly string[]
  readonly accounts: readonly PlannedAccount[]
  /** Names that policies of the organization single out; each seed has its own. */
  readonly guarded: {
    readonly breakGlass: string
    readonly restricted: string
    readonly release: string
    readonly vault: string
  }
  #counter = 0
  #outsiders = new Set<string>()

  constructor(settings: Settings) {
    this.settings = settings
    this.random = createRandom(`plan ${settings.seed} ${settings.accounts} ${settings.roles}`)
    const { random } = this
    this.company = random.pick(names.companies)
    this.organizationId = `o-${random.text('0123456789abcdef', 10)}`
    this.rootId = `r-${random.text('0123456789abcdef', 4)}`
    const regions = ['us-east-1', 'eu-west-1', 'us-west-2', 'eu-central-1', 'ap-southeast-2', 'eu-north-1']
    this.regions = random.sample(regions, 3 + random.below(3))
    this.guarded = {
      breakGlass: random.pick(['break-glass', 'emergency', 'firefighter']),
      restricted: random.pick(['restricted', 'sensitive', 'tier0']),
      release: random.pick(['release', 'promote', 'ship']),
      vault: random.pick(['vault', 'escrow', 'archive']),
    }
    this.accounts = planAccounts(settings.accounts, this.company, this.random)
  }

  get management(): PlannedAccount {
    return this.accounts[0]!
  }

  /** Accounts of these kinds that were collected. */
  accountsOf(...kinds: readonly AccountKind[]): PlannedAccount[] {
    return this.accounts.filter((account) => kinds.includes(account.kind) && account.isCollected)
  }

  /** Accounts in which nothing but the planted cause stops a planted principal. */
  get ordinary(): PlannedAccount[] {
    return this.accountsOf('prod', 'nonprod', 'cicd', 'audit')
  }

  number(): number {
    return ++this.#counter
  }

  outsider(): string {
    for (;;) {
      const id = `9${this.random.text('0123456789', 11)}`
      if (this.#outsiders.has(id)) continue
      this.#outsiders.add(id)
      return id
    }
  }

  region(): string {
    return this.random.pick(this.regions)
  }

  /** A role that nobody may assume yet but a service of its own. */
  role(
    account: PlannedAccount,
    options: { name?: string; path?: string; service?: string | undefined } = {},
  ): PlannedRole {
    const { random } = this
    const name = options.name ?? `${names.workload(random)}-${names.token(random, 4)}${this.number()}`
    const path = options.path ?? '/'
    const role: PlannedRole = {
      kind: 'role',
      name,
      path,
      arn: `arn:aws:iam::${account.id}:role${path}${name}`,
      uniqueId: names.uniqueId('AROA', random),
      account,
      inline: [],
      attached: [],
      tags: {},
      trust: options.service === undefined ? [] : [trustService(options.service)],
    }
    account.roles.push(role)
    return role
  }

  user(account: PlannedAccount): PlannedUser {
    const { random } = this
    const name = `${names.person(random)}.${this.number()}`
    const user: PlannedUser = {
      kind: 'user',
      name,
      path: '/',
      arn: `arn:aws:iam::${account.id}:user/${name}`,
      uniqueId: names.uniqueId('AIDA', random),
      account,
      inline: [],
      attached: [],
      tags: {},
      groups: [],
      key: { id: names.accessKeyId(random), status: random.chance(0.7) ? 'Active' : 'Inactive' },
    }
    account.users.push(user)
    return user
  }

  /** Somebody to start from: a user, or a role that a service runs. */
  start(account: PlannedAccount, kind?: 'user' | 'role'): Principal {
    const { random } = this
    if (kind === 'user' || (kind === undefined && random.chance(0.4))) return this.user(account)
    return this.role(account, {
      service: random.pick(['ecs-tasks.amazonaws.com', 'lambda.amazonaws.com', 'ec2.amazonaws.com']),
    })
  }

  policy(account: PlannedAccount, name: string, versions: PlannedPolicy['versions'], path = '/'): string {
    const arn = `arn:aws:iam::${account.id}:policy${path}${name}`
    account.policies.push({ arn, name, path, versions })
    return arn
  }

  boundary(principal: Principal, ...statements: readonly StatementJson[]): void {
    principal.boundary = this.policy(principal.account, `boundary-${principal.name}`, [statements], '/boundaries/')
  }

  /** Inline, in a managed policy of its own, or through a group of its own. */
  grant(principal: Principal, ...statements: readonly StatementJson[]): void {
    const { random } = this
    const draw = random.next()
    if (draw < 0.15) {
      principal.attached.push(this.policy(principal.account, `access-${names.token(random, 6)}`, [statements]))
    } else if (draw < 0.3 && principal.kind === 'user') {
      const group = `team-${names.token(random, 6)}`
      principal.account.groups.push({
        name: group,
        inline: [{ name: 'access', statements: [...statements] }],
        attached: [],
      })
      principal.groups.push(group)
    } else this.grantInline(principal, ...statements)
  }

  grantInline(principal: Principal, ...statements: readonly StatementJson[]): void {
    const suffix = principal.inline.length === 0 ? '' : `-${principal.inline.length + 1}`
    principal.inline.push({ name: `access${suffix}`, statements: [...statements] })
  }

  /** What makes the end of a path worth reaching: an administrator, or the reader of a bucket tagged as a crown jewel. */
  prize(role: Principal): { bucket?: string } {
    if (this.random.chance(0.4)) {
      role.attached.push(managedArn('AdministratorAccess'))
      return {}
    }
    return { bucket: this.crownJewel(role) }
  }

  /** A bucket tagged as a crown jewel in the principal's account, which it may read. Returns the bucket's name. */
  crownJewel(reader: Principal): string {
    const bucket = `${this.company}-crown-${this.random.text(readable, 8)}`
    this.bucket(reader.account, bucket, { tags: { classification: 'crown-jewel' } })
    this.grantInline(
      reader,
      allow(['s3:GetObject', 's3:ListBucket'], [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]),
    )
    return bucket
  }

  bucket(
    account: PlannedAccount,
    name: string,
    options: {
      tags?: Record<string, string>
      policy?: readonly StatementJson[]
      isPublicAllowed?: boolean
      kmsKey?: string
      region?: string
    } = {},
  ): void {
    const region = options.region ?? this.region()
    this.record(account, '', 's3', 'ListBuckets', (all) => {
      all.Buckets ??= []
      const list = all.Buckets as unknown[]
      list.push({ Name: name, CreationDate: names.moment(this.random), BucketRegion: region })
    })
    const block = !(options.isPublicAllowed ?? false)
    this.record(account, '', 's3', 'GetPublicAccessBlock', (all) => {
      all[name] = { PublicAccessBlockConfiguration: publicAccessBlock(block) }
    })
    this.record(account, '', 's3', 'GetBucketEncryption', (all) => {
      const rule = options.kmsKey
        ? { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: options.kmsKey }
        : { SSEAlgorithm: 'AES256' }
      all[name] = { ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: rule }] } }
    })
    if (options.policy) {
      this.record(account, '', 's3', 'GetBucketPolicy', (all) => {
        all[name] = { Policy: JSON.stringify({ Version: '2012-10-17', Statement: options.policy }) }
      })
    }
    if (options.tags) {
      const tags = options.tags
      this.record(account, '', 's3', 'GetBucketTagging', (all) => {
        all[name] = { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
      })
    }
  }

  /** Changes what one operation of one service answered. */
  record(
    account: PlannedAccount,
    region: string,
    service: string,
    operation: string,
    change: (response: Record<string, unknown>) => void,
  ): void {
    const place = region === '' ? service : `${region}/${service}`
    const file = account.recordings.get(place) ?? {}
    account.recordings.set(place, file)
    file[operation] ??= {}
    change(file[operation] as Record<string, unknown>)
  }
}

export function publicAccessBlock(block: boolean) {
  return {
    BlockPublicAcls: block,
    IgnorePublicAcls: block,
    BlockPublicPolicy: block,
    RestrictPublicBuckets: block,
  }
}

export const organizationOnly = (plan: Plan): ConditionJson => ({
  StringEquals: { 'aws:PrincipalOrgID': plan.organizationId },
})
