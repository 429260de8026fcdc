import { unknownPolicy } from '#src/policy/library.ts'
import type { Policy } from '#src/policy/policy.ts'
import type { FactBins } from './fact-bins.ts'
import type { GroupFact, ManagedPolicyFact, RoleFact, UserFact } from './facts.ts'
import type { AccessKey, AttachedPolicy, Gap, Group, ManagedPolicy, Role, User } from './model.ts'
import { policyGap, type Source } from './problems.ts'
import { type AttachedManagedPolicy, attachManaged, type SharedParts } from './shared-parts.ts'
import type { Tags } from './tags.ts'

export interface Identities {
  readonly users: readonly User[]
  readonly groups: readonly Group[]
  readonly roles: readonly Role[]
  /** Customer managed ones. */
  readonly policies: readonly ManagedPolicy[]
}

/** Users, groups and roles with the policies that apply to them. What cannot be told of a policy is a gap, and a policy of which nothing is known. */
export function buildIdentities(
  facts: FactBins,
  account: string,
  path: string,
  parts: SharedParts,
  gaps: Gap[],
): Identities {
  const source = { account, region: undefined, service: 'iam', operation: 'GetAccountAuthorizationDetails', path }
  const once = <Entry extends IdentityFact>(list: readonly Entry[]) => withoutDuplicates(list, source, gaps)
  const policies = new AccountPolicies(facts.of('managed-policy'), parts, source, gaps)
  const accessKeys = accessKeysByUser(facts)
  const logins = new Map(facts.of('login').map((login) => [login.user, login]))
  const groups = once(facts.of('group')).map((fact) => buildGroup(fact, account, policies))
  const groupsByName = new Map(groups.map((group) => [group.name, group]))
  return {
    groups,
    roles: once(facts.of('role')).map((fact) => buildRole(fact, account, policies)),
    users: once(facts.of('user')).map((fact): User => {
      const login = logins.get(fact.name) ?? logins.get(undefined)
      const own = policies.of(fact)
      const missing = fact.groups.filter((name) => !groupsByName.has(name))
      const user: User = {
        kind: 'user',
        arn: fact.arn,
        name: fact.name,
        path: fact.path,
        uniqueId: fact.uniqueId,
        account,
        policies: missing.length === 0 ? own : [...own, ...missing.map(policies.ofMissingGroup, policies)],
        tags: policies.tags(fact.tags),
        groups: fact.groups.flatMap((name) => groupsByName.get(name) ?? []),
        accessKeys: accessKeys.get(fact.name) ?? noKeys,
        hasLoginProfile: login?.hasLoginProfile,
        mfaDevices: login?.mfaDevices,
      }
      return fact.boundary === undefined ? user : { ...user, boundary: policies.attached(fact.boundary) }
    }),
    policies: policies.customerManaged,
  }
}

const noKeys: readonly AccessKey[] = []

// Literals, not spreads: there are hundreds of thousands of roles.
function buildRole(fact: RoleFact, account: string, policies: AccountPolicies): Role {
  const role: Role = {
    kind: 'role',
    arn: fact.arn,
    name: fact.name,
    path: fact.path,
    uniqueId: fact.uniqueId,
    account,
    policies: policies.of(fact),
    tags: policies.tags(fact.tags),
    trust: { name: fact.name, policy: policies.read(fact.trust, 'trust', fact.arn, 'trust policy') },
    isServiceLinked: fact.path.startsWith('/aws-service-role/'),
  }
  return fact.boundary === undefined ? role : { ...role, boundary: policies.attached(fact.boundary) }
}

const buildGroup = (fact: GroupFact, account: string, policies: AccountPolicies): Group => ({
  kind: 'group',
  arn: fact.arn,
  name: fact.name,
  path: fact.path,
  uniqueId: fact.uniqueId,
  account,
  policies: policies.of(fact),
})

type IdentityFact = GroupFact | RoleFact | UserFact

/** Two different entries of one ARN: which of them holds is not known, so nothing that they say is. */
function withoutDuplicates<Entry extends IdentityFact>(
  list: readonly Entry[],
  source: Source,
  gaps: Gap[],
): readonly Entry[] {
  const entries = new Map<string, Entry>()
  for (const entry of list) {
    const first = entries.get(entry.arn)
    if (first === undefined) entries.set(entry.arn, entry)
    else if (JSON.stringify(first) !== JSON.stringify(entry)) {
      const reason = 'two different entries of this ARN'
      entries.set(entry.arn, { ...first, unreadable: reason, ...(first.kind === 'role' && { trust: reason }) })
      const { account, region, service, operation, path } = source
      const message = `${path}: ${entry.arn}: ${reason}`
      gaps.push({ account, region, service, operation, resource: entry.arn, code: 'Unreadable', message })
    }
  }
  return entries.size === list.length ? list : [...entries.values()]
}

function accessKeysByUser(facts: FactBins): ReadonlyMap<string, readonly AccessKey[]> {
  const uses = new Map(facts.of('access-key-use').map(({ id, use }) => [id, use]))
  const keys = new Map<string, AccessKey[]>()
  for (const { user, key } of facts.of('access-key')) {
    const lastUsed = uses.get(key.id)
    keys.set(user, [...(keys.get(user) ?? []), { ...key, ...(lastUsed && { lastUsed }) }])
  }
  return keys
}

/** The policies of one account, as they are attached to its identities. */
class AccountPolicies {
  readonly customerManaged: ManagedPolicy[] = []
  private readonly managed = new Map<string, AttachedManagedPolicy>()
  private readonly parts: SharedParts
  private readonly source: Source
  private readonly gaps: Gap[]

  constructor(facts: readonly ManagedPolicyFact[], parts: SharedParts, source: Source, gaps: Gap[]) {
    this.parts = parts
    this.source = source
    this.gaps = gaps
    for (const fact of facts) {
      // Every page may list it.
      if (this.managed.has(fact.arn)) continue
      const isAwsManaged = /^arn:[^:]+:iam::aws:/.test(fact.arn)
      const build = () => this.manage(fact, isAwsManaged)
      const policy = isAwsManaged ? parts.awsManaged(fact.arn, fact.defaultVersion, build) : build()
      this.managed.set(fact.arn, policy)
      if (!isAwsManaged) this.customerManaged.push(policy.managed!)
    }
  }

  tags(list: unknown): Tags {
    return this.parts.tags(list)
  }

  read(document: unknown, kind: 'identity' | 'trust', owner: string, name: string): Policy {
    const policy = this.parts.intern(document, kind)
    if (policy.problems.length > 0) this.gaps.push(policyGap(this.source, owner, name, policy))
    return policy
  }

  /** Inline policies, then attached ones, in the order of the document. */
  of({ arn: owner, inline, attached, unreadable }: IdentityFact): readonly AttachedPolicy[] {
    const policies: AttachedPolicy[] = []
    for (const { name, document } of inline) {
      const policy = this.read(document, 'identity', owner, name)
      if (!this.parts.isDull(policy)) policies.push({ kind: 'inline', name, policy })
    }
    for (const arn of attached) {
      const policy = this.attached(arn)
      // Customer managed policies can be rewritten, whatever they say now.
      if (policy.managed?.isAwsManaged !== true || !this.parts.isDull(policy.policy)) policies.push(policy)
    }
    if (unreadable !== undefined) policies.push({ kind: 'inline', name: unreadable, policy: unknownPolicy })
    return policies.length === 0 ? noPolicies : policies
  }

  /** A managed policy by its ARN. One whose text is not in the snapshot is there, but nothing is known of what it says. */
  attached(arn: string): AttachedPolicy {
    let policy = this.managed.get(arn) ?? this.parts.wellKnown(arn)
    if (policy === undefined) {
      const name = arn.slice(arn.lastIndexOf('/') + 1)
      policy = { kind: 'managed', name, arn, policy: unknownPolicy }
      this.managed.set(arn, policy)
      const message = `${this.source.path}: the text of an attached policy is not there`
      this.gaps.push({ ...this.place(), resource: arn, code: 'NotCollected', message })
    }
    return policy
  }

  ofMissingGroup(name: string): AttachedPolicy {
    const message = `${this.source.path}: a user is in group ${name}, which is not there`
    this.gaps.push({ ...this.place(), resource: name, code: 'NotCollected', message })
    return { kind: 'inline', name: `group ${name}`, policy: unknownPolicy }
  }

  private manage(
    { arn, name, defaultVersion, versions }: ManagedPolicyFact,
    isAwsManaged: boolean,
  ): AttachedManagedPolicy {
    const read = versions.map(({ id, document }) => {
      const policy = this.read(document, 'identity', arn, `version ${id}`)
      return { id, policy: { name, arn, policy } }
    })
    const inForce = read.find(({ id }) => id === defaultVersion)?.policy.policy
    return attachManaged({ arn, name, isAwsManaged, defaultVersion, versions: read }, inForce ?? unknownPolicy)
  }

  private place() {
    const { account, region, service, operation } = this.source
    return { account, region, service, operation }
  }
}

const noPolicies: readonly AttachedPolicy[] = []
