import { buildCompute } from './build-compute.ts'
import { buildIdentities } from './build-identities.ts'
import { buildResources } from './build-resources.ts'
import type { FactBins } from './fact-bins.ts'
import type { Membership } from './membership.ts'
import type { Account, Gap, IdentityCenter, IdentityProvider, InstanceProfile } from './model.ts'
import type { SharedParts } from './shared-parts.ts'

/** What is known of an account besides the facts in its own folder. */
export interface AccountFrame {
  readonly id: string
  readonly partition: string
  readonly name: string | undefined
  readonly tags: Account['tags']
  readonly membership: Membership | undefined
  /** Whether its authorization details could be read. */
  readonly isCollected: boolean
  /** Where they lie, for messages. */
  readonly detailsPath: string
}

/** One account from its facts. */
export function buildAccount(frame: AccountFrame, facts: FactBins, parts: SharedParts): Account {
  const { id, partition, name, tags, membership, isCollected, detailsPath } = frame
  const gaps: Gap[] = facts.of('gap').map(({ gap }) => gap)
  const profiles = instanceProfiles(facts)
  const identitiesGap = isCollected ? undefined : gaps.find(({ operation }) => operation === detailsOperation)
  return {
    id,
    arn: `arn:${partition}:iam::${id}:root`,
    name: name ?? facts.of('alias')[0]?.name ?? id,
    tags,
    membership,
    isCollected,
    ...buildIdentities(facts, id, detailsPath, parts, gaps),
    instanceProfiles: [...profiles.values()],
    identityProviders: identityProviders(facts),
    resources: buildResources(facts, id, parts, gaps),
    compute: buildCompute(facts, id, profiles, identitiesGap),
    ecsClusters: facts.of('ecs-cluster').map(({ arn }) => arn),
    workloadIdentities: facts.of('workload-identity').map(({ identity }) => identity),
    rolesAnywhere: {
      trustAnchors: facts.of('trust-anchor').map(({ arn, enabled }) => ({ arn, enabled })),
      profiles: facts.of('roles-anywhere-profile').map(({ arn, enabled, roles }) => ({ arn, enabled, roles })),
    },
    identityCenter: identityCenter(facts),
    gaps,
  }
}

export const detailsOperation = 'GetAccountAuthorizationDetails'

/** The roles name their profiles; a profile may come up once for each. */
function instanceProfiles(facts: FactBins): ReadonlyMap<string, InstanceProfile> {
  const profiles = new Map<string, InstanceProfile>()
  for (const { profile } of facts.of('instance-profile')) {
    const roles = new Set([...(profiles.get(profile.arn)?.roles ?? []), ...profile.roles])
    profiles.set(profile.arn, { ...profile, roles: [...roles] })
  }
  return profiles
}

function identityProviders(facts: FactBins): IdentityProvider[] {
  return [...new Map(facts.of('identity-provider').map(({ provider }) => [provider.arn, provider])).values()]
}

/** An account holds one instance at most; users and groups lie in the identity store that it names. */
function identityCenter(facts: FactBins): IdentityCenter | undefined {
  const [center] = facts.of('identity-center')
  if (center === undefined) return undefined
  const { kind: _, ...instance } = center
  const stores = facts.of('identity-store').filter(({ id }) => id === center.identityStoreId)
  return {
    ...instance,
    users: stores.flatMap(({ users }) => users),
    groups: stores.flatMap(({ groups }) => groups),
  }
}
