import type { Account, Compute, Group, Model, Resource, Role, User } from './model.ts'

/** Things of a model by their ARN. Built once per model, when first asked for. */
export interface Lookup {
  readonly identities: ReadonlyMap<string, User | Group | Role>
  readonly resources: ReadonlyMap<string, Resource>
  /** Buckets by name: their ARNs carry no account. */
  readonly buckets: ReadonlyMap<string, Resource>
  readonly compute: ReadonlyMap<string, Compute>
}

const lookups = new WeakMap<Model, Lookup>()

export function lookupOf(model: Model): Lookup {
  let lookup = lookups.get(model)
  if (lookup === undefined) {
    lookup = buildLookup(model.accounts.values())
    lookups.set(model, lookup)
  }
  return lookup
}

/** Account id in an ARN, or undefined: ARNs of buckets and of AWS itself carry none. */
export function accountOfArn(arn: string): string | undefined {
  const account = arn.split(':', 5)[4]
  return account !== undefined && /^\d{12}$/.test(account) ? account : undefined
}

/** `arn:aws:s3:::name/key` → `name`; undefined for what is no bucket and no object. */
export function bucketNameOf(arn: string): string | undefined {
  const match = /^arn:[^:]+:s3:::([^/*?]+)(\/|$)/.exec(arn)
  return match?.[1]
}

function buildLookup(accounts: Iterable<Account>): Lookup {
  const identities = new Map<string, User | Group | Role>()
  const resources = new Map<string, Resource>()
  const buckets = new Map<string, Resource>()
  const compute = new Map<string, Compute>()
  for (const account of accounts) {
    for (const list of [account.users, account.groups, account.roles]) {
      for (const identity of list) identities.set(identity.arn, identity)
    }
    for (const resource of account.resources) {
      resources.set(resource.arn, resource)
      if (resource.type === 's3:bucket') buckets.set(resource.name, resource)
    }
    for (const machine of account.compute) compute.set(machine.arn, machine)
  }
  return { identities, resources, buckets, compute }
}
