import type { Account } from '#src/model/model.ts'
import type { AccountCaller } from './build.ts'
import type { CallerGroup, CallerGroups, Discerning } from './caller-groups.ts'
import type { Label } from './graph.ts'
import type { HopCollector } from './hop-collector.ts'
import type { PolicyFacts } from './policy-facts.ts'
import type { Facts } from './reduce.ts'

/** Whom a target's policies tell apart, over all actions that are asked. */
export interface Discernment extends Discerning {
  /** Principals and accounts named: each is asked by itself. */
  readonly arns: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
  /** Who asks changes what a resource pattern matches: nobody speaks for others. */
  readonly hasVariables: boolean
}

export function discernment(facts: readonly PolicyFacts[], rcps: readonly Facts[]): Discernment {
  const all = [...facts, ...rcps]
  return {
    arns: new Set(facts.flatMap((each) => [...each.arns])),
    accounts: new Set(facts.flatMap((each) => [...each.accounts])),
    tests: new Set(all.flatMap((each) => [...each.tests])),
    references: new Set(all.flatMap((each) => [...each.references])),
    hasVariables: all.some((each) => each.hasVariables),
  }
}

/** Decides for groups of callers at once, where nothing tells their members apart, and gathers the hops. */
export class Gathering {
  readonly #groups: CallerGroups
  readonly #collector: HopCollector
  readonly #target: number
  readonly #account: string
  readonly #discernment: Discernment
  readonly #decide: (caller: AccountCaller) => readonly Label[]
  readonly #alone = new Set<number>()

  constructor(
    groups: CallerGroups,
    collector: HopCollector,
    target: { readonly node: number; readonly account: string },
    discernment: Discernment,
    decide: (caller: AccountCaller) => readonly Label[],
  ) {
    this.#groups = groups
    this.#collector = collector
    this.#target = target.node
    this.#account = target.account
    this.#discernment = discernment
    this.#decide = decide
  }

  /** Asked by itself, and left out of every group from now on. */
  addAlone(caller: AccountCaller): void {
    if (this.#alone.has(caller.node)) return
    this.#alone.add(caller.node)
    if (caller.node === this.#target) return
    for (const label of this.#decide(caller)) {
      this.#collector.add({ key: String(caller.node), nodes: [caller.node] }, this.#target, label)
    }
  }

  /** Not asked at all: what it may do stands elsewhere. */
  leaveOut(caller: AccountCaller): void {
    this.#alone.add(caller.node)
  }

  /** Groups within one account. */
  addIn(account: Account, groups: readonly CallerGroup[]): void {
    this.#add(groups, account.id)
  }

  /** Groups over all accounts: whoever is of an account that the policy names is asked with its own. */
  addEverywhere(groups: readonly CallerGroup[]): void {
    this.#add(groups, 'everywhere')
  }

  #add(groups: readonly CallerGroup[], scope: string): void {
    const byLabel = new Map<Label, CallerGroup[]>()
    for (const group of this.#groups.refine(groups, this.#discernment)) {
      if (this.#discernment.hasVariables) {
        for (const caller of group.callers) this.addAlone(caller)
        continue
      }
      const speaker = this.#speaker(group, scope)
      if (speaker === undefined) continue
      for (const label of this.#decide(speaker)) {
        const same = byLabel.get(label)
        if (same === undefined) byLabel.set(label, [group])
        else same.push(group)
      }
    }
    for (const [label, same] of byLabel) {
      const without = this.#without(same, scope)
      const set = this.#groups.setOf(same, scope, without)
      if (set.nodes.length > 0) this.#collector.add(set, this.#target, label)
    }
  }

  /**
   * Some member of the group that is not asked by itself. Across accounts it is one of another account than the target's: what is
   * open to it is open to those of the target's account as well, who need less.
   */
  #speaker(group: CallerGroup, scope: string): AccountCaller | undefined {
    return group.callers.find(
      (caller) => !this.#isApart(caller, scope) && (scope !== 'everywhere' || caller.account.id !== this.#account),
    )
  }

  #without(groups: readonly CallerGroup[], scope: string): ReadonlySet<number> {
    const { accounts } = this.#discernment
    if (this.#alone.size === 0 && (scope !== 'everywhere' || accounts.size === 0)) return nobody
    const without = new Set<number>()
    for (const { callers } of groups) {
      for (const caller of callers) if (this.#isApart(caller, scope)) without.add(caller.node)
    }
    return without
  }

  #isApart(caller: AccountCaller, scope: string): boolean {
    if (this.#alone.has(caller.node)) return true
    return scope === 'everywhere' && this.#discernment.accounts.has(caller.account.id)
  }
}

const nobody: ReadonlySet<number> = new Set()
