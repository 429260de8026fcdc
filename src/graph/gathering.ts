import type { Account } from '#src/model/model.ts'
import { implies } from '#src/policy/formula.ts'
import type { AccountCaller } from './build.ts'
import type { CallerGroup } from './caller-group.ts'
import type { CallerGroups, Discerning } from './caller-groups.ts'
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
  /** By node: those asked by themselves. */
  readonly #alone = new Map<number, { caller: AccountCaller; labels: readonly Label[] }>()
  readonly #leftOut = new Set<number>()
  /** Of named accounts, what groups of the same key got there. */
  readonly #inside = new Map<string, Map<string, Opened>>()
  readonly #everywhere: Opened[] = []

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

  /** Asked by itself, and no member of a group that is asked from now on, unless that gets the same answer. */
  addAlone(caller: AccountCaller): void {
    if (caller.node === this.#target) this.#leftOut.add(caller.node)
    else if (!this.#alone.has(caller.node)) this.#alone.set(caller.node, { caller, labels: this.#decide(caller) })
  }

  /** Not asked at all: what it may do stands elsewhere. */
  leaveOut(caller: AccountCaller): void {
    this.#leftOut.add(caller.node)
  }

  /** Groups within one account. */
  addIn(account: Account, groups: readonly CallerGroup[]): void {
    let inside = this.#inside.get(account.id)
    if (inside === undefined) this.#inside.set(account.id, (inside = new Map()))
    for (const opened of this.#open(groups, (caller) => !this.#isApart(caller))) inside.set(opened.group.key, opened)
  }

  /** Groups over all accounts: whoever is of an account that was asked for itself has the answer that it got there. */
  addEverywhere(groups: readonly CallerGroup[]): void {
    // Of another account than the target's: what is open to it is open to those of the target's account as well, who need less.
    const isSpeaker = (caller: AccountCaller) =>
      !this.#isApart(caller) && caller.account.id !== this.#account && !this.#inside.has(caller.account.id)
    this.#everywhere.push(...this.#open(groups, isSpeaker))
  }

  *#open(groups: readonly CallerGroup[], isSpeaker: (caller: AccountCaller) => boolean): Generator<Opened> {
    for (const group of this.#groups.refine(groups, this.#discernment)) {
      if (this.#discernment.hasVariables) {
        for (const caller of group.callers) this.addAlone(caller)
        continue
      }
      const speaker = isSpeaker(group.first) ? group.first : group.callers.find(isSpeaker)
      if (speaker !== undefined) yield { group, labels: this.#decide(speaker) }
    }
  }

  #isApart({ node }: AccountCaller): boolean {
    return this.#alone.has(node) || this.#leftOut.has(node)
  }

  /** Hands everything that was found to the collector. */
  finish(): void {
    const covered = new Set<number>()
    this.#collect('everywhere', this.#everywhere, covered)
    for (const [account, inside] of this.#inside) this.#collect(account, [...inside.values()], covered)
    for (const [node, { labels }] of this.#alone) {
      if (covered.has(node)) continue
      for (const label of labels) this.#collector.add({ key: String(node), nodes: [node] }, this.#target, label)
    }
  }

  #collect(scope: string, opened: readonly Opened[], covered: Set<number>): void {
    const byLabels = new Map<string, { labels: readonly Label[]; groups: CallerGroup[] }>()
    for (const { group, labels } of opened) {
      if (labels.length === 0) continue
      const key = labels.map((label) => this.#collector.numberOf(label)).join()
      const same = byLabels.get(key)
      if (same === undefined) byLabels.set(key, { labels, groups: [group] })
      else same.groups.push(group)
    }
    for (const { labels, groups } of byLabels.values()) {
      const without = new Set<number>()
      for (const node of this.#leftOut) if (groups.some((group) => group.has(node))) without.add(node)
      for (const [node, alone] of this.#alone) {
        if (!groups.some((group) => group.has(node))) continue
        if (isSame(alone.labels, labels)) covered.add(node)
        else if (!includes(alone.labels, labels)) without.add(node)
      }
      if (scope === 'everywhere') this.#leaveInside(groups, labels, without, covered)
      const set = this.#groups.setOf(groups, scope, without)
      if (set.nodes.length > 0) for (const label of labels) this.#collector.add(set, this.#target, label)
    }
  }

  /** Members of accounts asked for themselves: where these got the same answer, this one serves; else they have theirs. */
  #leaveInside(
    groups: readonly CallerGroup[],
    labels: readonly Label[],
    without: Set<number>,
    covered: ReadonlySet<number>,
  ): void {
    for (const [account, inside] of this.#inside) {
      for (const group of groups) {
        const own = inside.get(group.key)
        if (own !== undefined && isSame(own.labels, labels)) inside.delete(group.key)
        else if (own !== undefined && includes(own.labels, labels)) continue
        else for (const { node } of group.of(account)) if (!covered.has(node)) without.add(node)
      }
    }
  }
}

interface Opened {
  readonly group: CallerGroup
  readonly labels: readonly Label[]
}

const isSame = (labels: readonly Label[], others: readonly Label[]): boolean =>
  labels.length === others.length && labels.every((label, at) => label === others[at])

/**
 * Whether the hops of the first say all that those of the second say. Then who has the first may be counted among those who have the second:
 * nothing is said that is not so, and a set that is the same for all accounts is stored once.
 */
const includes = (labels: readonly Label[], others: readonly Label[]): boolean =>
  others.every(({ access = whole, formula }) =>
    access.every((kind) =>
      labels.some((label) => (label.access ?? whole).includes(kind) && implies(formula, label.formula)),
    ),
  )

const whole: readonly (NonNullable<Label['access']>[number] | undefined)[] = [undefined]
