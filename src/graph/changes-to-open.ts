import { all, any, type Formula, implies, never } from '#src/policy/formula.ts'
import type { Technique } from '#src/techniques/technique.ts'
import { accessActionsOf, literalOf } from './access.ts'
import type { AccessKind } from './access-formula.ts'
import type { Administrators } from './administrators.ts'
import type { AccountCaller, Build, IdentityCaller } from './build.ts'
import { type CallerGroup, push } from './caller-group.ts'
import { CallerGroups } from './caller-groups.ts'
import { callerOf } from './decider.ts'
import { type Discernment, discernment } from './gathering.ts'
import type { Label } from './graph.ts'
import { isGained, type Lifted, looksAt } from './lift.ts'
import { accessGained, assumes } from './rights.ts'
import { type ResourceTarget, type RoleTarget, worldOf } from './targets-by-name.ts'

/** A change that somebody can make to an identity in his hands. */
export interface Changed {
  readonly technique: Technique
  readonly holder: IdentityCaller
  /** The identity as it is. */
  readonly before: IdentityCaller
  /** And as it is afterwards. */
  readonly after: IdentityCaller
  readonly lifted: Lifted
  /** The condition under which the holder has the identity in his hands, */
  readonly control: Formula
  /** and under which he makes the change besides. */
  readonly made: Formula
  /** The identity gets another tag: conditions on who asks come out otherwise. */
  readonly isByTag: boolean
  /** The context key that policies must look at for the change to matter to them; undefined where the identity's own do. */
  readonly key: string | undefined
  /** Under which condition the holder is administrator of the account without the change. */
  readonly administers: Formula
  /** The change makes the identity administrator: whatever lies in the account the hub leads to. */
  readonly endsInside: boolean
  /** What techniques of the account open of the roles that are open to everybody there, by node: before and after the change. */
  readonly inside: ReadonlyMap<number, { readonly before: Formula; readonly formula: Formula }>
}

/** A target whose policy lets everybody in who is allowed by his own side. */
interface Open {
  readonly node: number
  readonly account: string
  readonly named: Discernment
  /** What the target is named by in a policy. */
  readonly literal: string
  readonly arn: string
  labels(change: Changed): readonly Label[]
}

/**
 * Where changed identities come to what is open to the whole organization: decided once for all whose rights before and after are the same, or a
 * thousand accounts with a few identities and a few open roles each made a hop for every pair.
 */
export function addChangesToOpen(
  build: Build,
  changes: readonly Changed[],
  administrators: ReadonlyMap<string, Administrators>,
): void {
  if (changes.length === 0) return
  const { decider } = build
  const { roles, resources } = worldOf(build)
  const assume = decider.index.numberOf('sts:AssumeRole')
  const toRoles = new ChangedGroups(build, changes, [assume])
  for (const target of roles.open) toRoles.add(openRole(build, target, assume, administrators))
  const byType = new Map<string, ChangedGroups>()
  for (const target of resources.open) {
    const { type } = target.resource
    const actions = accessActionsOf(build, type)
    let groups = byType.get(type)
    if (groups === undefined) byType.set(type, (groups = new ChangedGroups(build, changes, actions, literalOf)))
    groups.add(openResource(build, target, actions))
  }
  build.collector.flush()
}

function openRole(
  build: Build,
  target: RoleTarget,
  action: number,
  administrators: ReadonlyMap<string, Administrators>,
): Open {
  const { decider } = build
  const { account, node, role } = target
  const rcps = account.membership && decider.reducer.membership(account.membership, action).rcps
  return {
    node,
    account: account.id,
    named: discernment([decider.policyFacts(role.trust, action)], rcps ? [rcps] : []),
    literal: role.arn,
    arn: role.arn,
    labels: (change) => {
      if (change.key !== undefined && !looksAt(role.trust.policy, change.key)) return []
      const inside = change.inside.get(node)
      const formula = any(change.lifted.turn(assumes(build, change.after, target)), inside?.formula ?? never)
      if (formula.kind === 'never') return []
      const before = any(assumes(build, change.before, target), inside?.before ?? never)
      const found = labelsFor(build, change, target, before, formula)
      // Whoever is administrator of the account comes to its roles by that.
      const { holder } = change
      if (account !== holder.account) return found
      return found.filter((label) => !implies(label.formula, administrators.get(account.id)?.get(holder.node)))
    },
  }
}

function openResource(build: Build, target: ResourceTarget, actions: readonly number[]): Open {
  const { decider } = build
  const { account, node, resource } = target
  const facts = resource.policy ? actions.map((action) => decider.policyFacts(resource.policy!, action)) : []
  const { membership } = account
  const rcps = membership ? actions.map((action) => decider.reducer.membership(membership, action).rcps) : []
  return {
    node,
    account: account.id,
    named: discernment(facts, rcps),
    literal: literalOf(resource.arn),
    arn: resource.arn,
    labels: (change) => {
      if (change.key !== undefined && !(resource.policy && looksAt(resource.policy.policy, change.key))) return []
      return [...accessGained(build, target, change.before, change.after, change.lifted)].flatMap(
        ({ kind, before, formula }) => labelsFor(build, change, target, before, formula, kind),
      )
    },
  }
}

function labelsFor(
  { labels }: Build,
  { technique, holder, before: identity, control, made, administers, endsInside }: Changed,
  { node, account }: RoleTarget | ResourceTarget,
  before: Formula,
  formula: Formula,
  kind?: AccessKind,
): readonly Label[] {
  const isOwn = account === holder.account
  if (node === holder.node || node === identity.node || (isOwn && endsInside)) return []
  const condition = all(made, formula)
  if (!isGained(before, formula)) return []
  if (!isGained(any(all(control, before), isOwn ? administers : never), condition)) return []
  const label = labels.label(
    { technique: technique.id, via: technique.via, ...(kind && { access: [kind] }) },
    condition,
  )
  return label === undefined ? [] : [label]
}

/** Changes by the rights of the identity before and after. */
class ChangedGroups {
  readonly #build: Build
  readonly #groups: CallerGroups
  readonly #changes = new Map<AccountCaller, Changed>()
  /** Changes that must be asked one by one: by ARN that a policy may name, by account, and those that a rule on tags decides. */
  readonly #byArn = new Map<string, AccountCaller[]>()
  readonly #byAccount = new Map<string, AccountCaller[]>()
  readonly #byLiteral = new Map<string, AccountCaller[]>()
  readonly #single: AccountCaller[] = []
  /** Nodes of those who make the changes, in the order of the changes. */
  readonly #holders: readonly number[]

  constructor(
    build: Build,
    changes: readonly Changed[],
    actions: readonly number[],
    literalOf?: (pattern: string) => string,
  ) {
    this.#build = build
    this.#holders = changes.map(({ holder }) => holder.node)
    const literal = literalOf && { literalOf }
    const standing = new CallerGroups(build, actions, {
      ...literal,
      callers: byAccount(changes.map(({ before }) => before)),
    })
    const afterwards: AccountCaller[] = []
    for (const [index, change] of changes.entries()) {
      // A number of its own: one holder may change many identities. Classes are found anew: those of its account were forgotten with it.
      const caller: AccountCaller = { ...change.after, ...callerOf(-1 - index, change.after.principal) }
      this.#changes.set(caller, change)
      if (change.isByTag || change.key !== undefined) {
        this.#single.push(caller)
        continue
      }
      afterwards.push(caller)
      push(this.#byArn, change.before.identity.arn, caller)
      push(this.#byAccount, caller.account.id, caller)
    }
    const keyOf = (caller: AccountCaller): string => {
      const { technique, made, control, before, lifted } = this.#changes.get(caller)!
      const rights = standing.isWide(before) ? standing.keyOf(before) : 'narrow'
      return [technique.id, made.id, control.id, lifted.isSecondFactor, rights].join('|')
    }
    for (const [text, callers] of standing.named) {
      const own = new Set<AccountCaller>(callers)
      for (const caller of afterwards)
        if (own.has(this.#changes.get(caller)!.before)) push(this.#byLiteral, text, caller)
    }
    this.#groups = new CallerGroups(build, actions, { ...literal, callers: byAccount(afterwards), besides: keyOf })
  }

  add(target: Open): void {
    const { arns, accounts, hasVariables } = target.named
    const apart = new Set<AccountCaller>([
      ...this.#single,
      ...this.#groups.naming(target.literal),
      ...(this.#byLiteral.get(target.literal) ?? []),
      ...[target.account, ...accounts].flatMap((id) => this.#byAccount.get(id) ?? []),
      ...[...arns].flatMap((name) => this.#byArn.get(this.#roleOf(name)) ?? []),
    ])
    const groups = this.#groups.refine(this.#groups.everywhere(target.arn), target.named)
    if (hasVariables) for (const { callers } of groups) for (const caller of callers) apart.add(caller)
    const alone = new Map([...apart].map((caller) => [caller, target.labels(this.#changes.get(caller)!)]))
    for (const group of groups) this.#addGroup(group, target, alone)
    for (const [caller, labels] of alone) {
      const { node } = this.#changes.get(caller)!.holder
      for (const label of labels) this.#build.collector.add({ key: String(node), nodes: [node] }, target.node, label)
    }
  }

  /** All of a group but those who have another answer; who has the same is asked for no more. */
  #addGroup(group: CallerGroup, target: Open, alone: Map<AccountCaller, readonly Label[]>): void {
    const speaker = alone.has(group.first) ? group.callers.find((caller) => !alone.has(caller)) : group.first
    const labels = speaker && target.labels(this.#changes.get(speaker)!)
    if (labels === undefined || labels.length === 0) return
    const without = new Set<number>()
    for (const [caller, own] of alone) {
      if (!group.has(caller.node)) continue
      if (own.length === labels.length && own.every((label, at) => label === labels[at])) alone.delete(caller)
      else without.add(caller.node)
    }
    const set = this.#groups.setOf([group], 'changes', without)
    const nodes = [...new Set(set.nodes.map((node) => this.#holders[-1 - node]!))]
    for (const label of labels) this.#build.collector.add({ key: `changes ${set.key}`, nodes }, target.node, label)
  }

  #roleOf(name: string): string {
    const match = /^arn:([^:]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name)
    if (match === null) return name
    return this.#build.model.accounts.get(match[2]!)?.roles.find((role) => role.name === match[3])?.arn ?? name
  }
}

function byAccount<T extends AccountCaller>(callers: readonly T[]): ReadonlyMap<string, T[]> {
  const found = new Map<string, T[]>()
  for (const caller of callers) push(found, caller.account.id, caller)
  return found
}
