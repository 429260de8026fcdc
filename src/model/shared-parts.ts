import type { Interest } from '#src/policy/library.ts'
import { PolicyLibrary } from '#src/policy/library.ts'
import type { PolicyKind } from '#src/policy/parse.ts'
import type { Policy } from '#src/policy/policy.ts'
import type { AttachedPolicy, ManagedPolicy } from './model.ts'
import { type Tags, tagRecord } from './tags.ts'

/** What the accounts of a model have in common, held once: policies by text, policies of AWS by version, sets of tags. */
export class SharedParts {
  private readonly library: PolicyLibrary
  private readonly hasInterest: boolean
  private readonly tagSets = new Map<string, Tags>()
  private readonly ofAws = new Map<string, AttachedManagedPolicy>()
  private readonly roots = new Map<string, AttachedManagedPolicy | undefined>()

  constructor(interest: Interest | undefined) {
    this.library = new PolicyLibrary(interest)
    this.hasInterest = interest !== undefined
  }

  intern(document: unknown, kind: PolicyKind): Policy {
    return this.library.intern(document, kind)
  }

  /** Whether a policy may be left out: none of its statements is of interest, and all could be read. */
  isDull({ statements, problems }: Policy): boolean {
    return this.hasInterest && statements.length === 0 && problems.length === 0
  }

  tags(list: unknown): Tags {
    if (!Array.isArray(list) || list.length === 0) return tagRecord(list)
    const key = JSON.stringify(list)
    let tags = this.tagSets.get(key)
    if (tags === undefined) {
      tags = tagRecord(list)
      this.tagSets.set(key, tags)
    }
    return tags
  }

  /** A policy of AWS, looked at once for each of its versions. */
  awsManaged(arn: string, version: string, build: () => AttachedManagedPolicy): AttachedManagedPolicy {
    const key = `${arn} ${version}`
    let policy = this.ofAws.get(key)
    if (policy === undefined) {
      policy = build()
      this.ofAws.set(key, policy)
    }
    return policy
  }

  /** A policy of AWS whose text is part of its definition, for snapshots that hold only its name. */
  wellKnown(arn: string): AttachedManagedPolicy | undefined {
    if (this.roots.has(arn)) return this.roots.get(arn)
    const name = arn.slice(arn.lastIndexOf('/') + 1)
    const effect = /^arn:[^:]+:iam::aws:policy\/(AdministratorAccess|AWSDenyAll)$/.test(arn)
      ? name === 'AWSDenyAll'
        ? 'Deny'
        : 'Allow'
      : undefined
    let found: AttachedManagedPolicy | undefined
    if (effect !== undefined) {
      const statement = { Effect: effect, Action: '*', Resource: '*' }
      const policy = this.intern({ Version: '2012-10-17', Statement: [statement] }, 'identity')
      found = attachManaged(
        {
          arn,
          name,
          isAwsManaged: true,
          defaultVersion: 'v1',
          versions: [{ id: 'v1', policy: { name, arn, policy } }],
        },
        policy,
      )
    }
    this.roots.set(arn, found)
    return found
  }
}

export type AttachedManagedPolicy = AttachedPolicy & { readonly managed?: ManagedPolicy }

export const attachManaged = (managed: ManagedPolicy, policy: Policy): AttachedManagedPolicy => ({
  kind: 'managed',
  name: managed.name,
  arn: managed.arn,
  policy,
  managed,
})
