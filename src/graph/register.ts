import type { AccessKey, Gap, Model, SnapshotInfo } from '#src/model/model.ts'
import { personArn } from './entries.ts'
import type { Graph } from './graph.ts'

/**
 * What questions need of a snapshot besides its graph: names, places in the organization, access keys, tags, gaps. Plain data,
 * stored beside the graph, so that a question about a stored graph need not read the snapshot again.
 */
export interface Register {
  readonly snapshot: SnapshotInfo
  readonly hasOrganization: boolean
  readonly accounts: readonly RegisteredAccount[]
  readonly units: readonly { readonly id: string; readonly name: string; readonly path: string }[]
  readonly keys: readonly RegisteredKey[]
  /** Users of Identity Center. */
  readonly people: readonly { readonly arn: string; readonly name: string }[]
  /** Accounts that hold an instance of Identity Center: its assignments stand there. */
  readonly identityCenterAccounts: readonly string[]
  /** Issuers of the organization's own Kubernetes clusters, without scheme: their tokens are no outsider's. */
  readonly clusterIssuers: readonly string[]
  /** Customer managed keys of encrypted resources: `[resource, key]`. */
  readonly encryption: readonly (readonly [resource: string, key: string])[]
  readonly gaps: readonly Gap[]
  /** `TagRegister` as JSON text: large, and seldom asked for. */
  readonly tags: string
}

export interface RegisteredAccount {
  readonly id: string
  readonly name: string
  /** As in `aws:PrincipalOrgPaths`; absent for an account outside the organization. */
  readonly path?: string
  readonly isCollected: boolean
}

export interface RegisteredKey {
  readonly id: string
  /** ARN of the user. */
  readonly user: string
  readonly status: AccessKey['status']
  readonly createdAt?: string
  readonly lastUsed?: AccessKey['lastUsed']
}

/** Numbers of the nodes that carry a tag. */
export type TagRegister = readonly (readonly [key: string, value: string, nodes: readonly number[]])[]

export function registerOf(model: Model, graph: Graph): Register {
  const { snapshot, organization } = model
  const accounts = [...model.accounts.values()]
  const centers = accounts.filter(({ identityCenter }) => identityCenter !== undefined)
  return {
    snapshot,
    hasOrganization: organization !== undefined,
    accounts: accounts.map(({ id, name, membership, isCollected }) => ({
      id,
      name,
      ...(membership && { path: membership.path }),
      isCollected,
    })),
    units: (organization?.units ?? []).map(({ id, name, path }) => ({ id, name, path })),
    keys: accounts.flatMap(({ users }) =>
      users.flatMap(({ arn, accessKeys }) => accessKeys.map((key) => ({ ...key, user: arn }))),
    ),
    people: centers.flatMap(({ identityCenter }) =>
      identityCenter!.users.map(({ id, name }) => ({ arn: personArn(id), name })),
    ),
    identityCenterAccounts: centers.map(({ id }) => id),
    clusterIssuers: [
      ...new Set(
        accounts.flatMap(({ workloadIdentities }) =>
          workloadIdentities.flatMap(({ issuer }) => (issuer ? [issuer] : [])),
        ),
      ),
    ],
    encryption: accounts.flatMap(({ resources }) =>
      resources.flatMap(({ arn, kmsKey }) => (kmsKey === undefined ? [] : [[arn, kmsKey] as const])),
    ),
    gaps: model.gaps,
    tags: JSON.stringify(tagsOf(model, graph)),
  }
}

function tagsOf(model: Model, graph: Graph): TagRegister {
  const byTag = new Map<string, Map<string, number[]>>()
  const add = (arn: string, tags: Readonly<Record<string, string>> | undefined): void => {
    const node = graph.find(arn)
    if (node === undefined || tags === undefined) return
    for (const [key, value] of Object.entries(tags)) {
      const values = byTag.get(key) ?? new Map<string, number[]>()
      byTag.set(key, values)
      const nodes = values.get(value)
      if (nodes === undefined) values.set(value, [node])
      else nodes.push(node)
    }
  }
  for (const account of model.accounts.values()) {
    add(account.arn, account.tags)
    for (const list of [account.users, account.roles, account.resources])
      for (const { arn, tags } of list) add(arn, tags)
  }
  return [...byTag].flatMap(([key, values]) => [...values].map(([value, nodes]) => [key, value, nodes] as const))
}
