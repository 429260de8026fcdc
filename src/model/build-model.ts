import type { Interest } from '#src/policy/library.ts'
import { buildAccount, detailsOperation } from './build-account.ts'
import { buildOrganization } from './build-organization.ts'
import type { FactBins } from './fact-bins.ts'
import type { OrganizationFacts } from './facts.ts'
import type { Membership } from './membership.ts'
import type { Account, Gap, Model, Organization, SnapshotInfo } from './model.ts'
import { SharedParts } from './shared-parts.ts'
import { tagRecord } from './tags.ts'
import { type Issuer, workloadIdentitiesOf } from './workload-identities.ts'

export type { Interest }

/**
 * Builds a model account by account, so that no account's facts outlive it. The organization comes first, if there is one;
 * accounts in any order. With an interest, statements that can match no action of interest are left out.
 */
export class ModelBuilder {
  private readonly parts: SharedParts
  private readonly snapshot: SnapshotInfo
  private readonly accounts = new Map<string, Account>()
  private readonly gaps: Gap[] = []
  private readonly issuers: Issuer[] = []
  private organization: Organization | undefined
  private memberships: ReadonlyMap<string, Membership> = new Map()
  private listed: ReadonlyMap<string, OrganizationFacts['accounts'][number]> = new Map()

  constructor(snapshot: SnapshotInfo, interest?: Interest) {
    this.snapshot = snapshot
    this.parts = new SharedParts(interest)
  }

  addOrganization(facts: OrganizationFacts, id: string, managementAccountId: string, path: string): void {
    const built = buildOrganization(facts, id, managementAccountId, this.parts, (policy, message) => {
      const place = { account: undefined, region: undefined, service: 'organizations', operation: 'DescribePolicy' }
      this.gaps.push({ ...place, resource: policy, code: 'Unreadable', message: `${path}: ${policy}: ${message}` })
    })
    this.organization = built.organization
    this.memberships = built.memberships
    this.listed = new Map(facts.accounts.map((account) => [account.id, account]))
  }

  addGaps(gaps: readonly Gap[]): void {
    this.gaps.push(...gaps)
  }

  /** `isCollected`: its authorization details could be read; `detailsPath`: where they lie, for messages. */
  addAccount(id: string, facts: FactBins, isCollected: boolean, detailsPath: string): void {
    const account = buildAccount({ ...this.frameOf(id), isCollected, detailsPath }, facts, this.parts)
    this.accounts.set(id, account)
    for (const { cluster, issuer } of facts.of('cluster-issuer')) this.issuers.push({ cluster, issuer })
  }

  /** An account that is in the snapshot, but was not asked for. */
  addUnread(id: string): void {
    this.accounts.set(id, { ...emptyAccount(this.frameOf(id)), isCollected: true, isLoaded: false })
  }

  build(): Model {
    for (const id of this.listed.keys()) {
      if (this.accounts.has(id)) continue
      const gap = { account: id, region: undefined, service: 'iam', operation: detailsOperation, code: 'NotCollected' }
      this.accounts.set(id, { ...emptyAccount(this.frameOf(id)), isCollected: false, gaps: [gap] })
    }
    const accounts = new Map(
      [...this.accounts]
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([id, account]) => [id, this.complete(account)]),
    )
    return {
      snapshot: this.snapshot,
      organization: this.organization,
      accounts,
      gaps: [...this.gaps, ...[...accounts.values()].flatMap(({ gaps }) => gaps)],
    }
  }

  /** Clusters and the roles that trust them may lie in different accounts. */
  private complete(account: Account): Account {
    if (this.issuers.length === 0) return account
    const derived = workloadIdentitiesOf(account, this.issuers)
    return derived.length === 0
      ? account
      : { ...account, workloadIdentities: [...account.workloadIdentities, ...derived] }
  }

  private frameOf(id: string) {
    const listed = this.listed.get(id)
    return {
      id,
      partition: this.snapshot.partition,
      name: listed?.name,
      tags: listed?.tags ?? tagRecord([]),
      membership: this.memberships.get(id),
    }
  }
}

function emptyAccount({
  id,
  partition,
  name,
  tags,
  membership,
}: ReturnType<ModelBuilder['frameOf']>): Omit<Account, 'isCollected'> {
  return {
    id,
    arn: `arn:${partition}:iam::${id}:root`,
    name: name ?? id,
    tags,
    membership,
    users: [],
    groups: [],
    roles: [],
    policies: [],
    instanceProfiles: [],
    identityProviders: [],
    resources: [],
    compute: [],
    workloadIdentities: [],
    rolesAnywhere: { trustAnchors: [], profiles: [] },
    identityCenter: undefined,
    gaps: [],
  }
}
