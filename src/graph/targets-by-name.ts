import type { RequestResource } from '#src/evaluate/request.ts'
import { identityResource } from '#src/evaluate/subjects.ts'
import type { Account, Resource, Role } from '#src/model/model.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { accessTables } from '#src/techniques/access.ts'
import type { Build } from './build.ts'
import { push } from './caller-group.ts'

export interface RoleTarget {
  readonly kind: 'role'
  readonly node: number
  readonly resource: RequestResource
  readonly role: Role
  readonly account: Account
}

export interface ResourceTarget {
  readonly kind: 'resource'
  readonly node: number
  readonly resource: Resource
  readonly account: Account
}

/**
 * Everything in the organization with a policy of its own, by whom that policy lets in: what one identity may reach is then
 * found without a look at all the rest.
 */
export class TargetsByName<T extends { readonly node: number; readonly account: Account }> {
  readonly #byArn = new Map<string, T[]>()
  readonly #byAccount = new Map<string, T[]>()
  /** Those whose policy lets everybody in. */
  readonly open: T[] = []
  readonly openNodes = new Set<number>()

  add({ decider }: Build, target: T, policy: NamedPolicy, actions: readonly number[]): void {
    const facts = actions.map((action) => decider.policyFacts(policy, action)).filter(({ mayAllow }) => mayAllow)
    if (facts.some(({ isOpen }) => isOpen)) {
      this.open.push(target)
      this.openNodes.add(target.node)
    }
    for (const arn of new Set(facts.flatMap(({ arns }) => [...arns]))) push(this.#byArn, roleOfSession(arn), target)
    for (const id of new Set(facts.flatMap(({ accounts }) => [...accounts]))) push(this.#byAccount, id, target)
  }

  /** Those whose policy could let in the identity, one of `account`, by naming it or its account. */
  naming(arn: string, account: string): ReadonlySet<T> {
    const session = arn.includes(':role/') ? `arn of session ${account} ${arn.slice(arn.lastIndexOf('/') + 1)}` : arn
    return new Set([
      ...(this.#byArn.get(arn) ?? []),
      ...(this.#byArn.get(session) ?? []),
      ...(this.#byAccount.get(account) ?? []),
    ])
  }
}

/** Session ARNs stand for the role that has them. */
function roleOfSession(name: string): string {
  const match = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name)
  return match === null ? name : `arn of session ${match[1]} ${match[2]}`
}

export interface World {
  readonly roles: TargetsByName<RoleTarget>
  readonly resources: TargetsByName<ResourceTarget>
}

const worlds = new WeakMap<Build, World>()

/** Built when somebody first asks: most organizations have nobody who could change an identity. */
export function worldOf(build: Build): World {
  let world = worlds.get(build)
  if (world === undefined) {
    world = makeWorld(build)
    worlds.set(build, world)
  }
  return world
}

function makeWorld(build: Build): World {
  const { decider, model, writer } = build
  const world: World = { roles: new TargetsByName(), resources: new TargetsByName() }
  const assume = [decider.index.numberOf('sts:AssumeRole')]
  for (const account of model.accounts.values()) {
    for (const role of account.roles) {
      if (role.isServiceLinked) continue
      const node = writer.find(role.arn)!
      const target: RoleTarget = { kind: 'role', node, resource: identityResource(role, account), role, account }
      world.roles.add(build, target, role.trust, assume)
    }
    for (const resource of account.resources) {
      if (resource.policy === undefined) continue
      const actions = accessTables[resource.type].actions.map(({ action }) => decider.index.numberOf(action))
      world.resources.add(build, resourceTarget(build, resource, account), resource.policy, actions)
    }
  }
  return world
}

export const resourceTarget = ({ writer }: Build, resource: Resource, account: Account): ResourceTarget => ({
  kind: 'resource',
  node: writer.node(resource.arn, 'resource', account.id),
  resource,
  account,
})
