import { bucketNameOf } from '#src/model/lookup.ts'
import type { Account } from '#src/model/model.ts'
import { administratorsOf } from './administrators.ts'
import type { AccountCaller, Build } from './build.ts'
import { CallerGroup, groupBy, merge, push } from './caller-group.ts'
import type { NodeSet } from './hop-collector.ts'
import { getterOf } from './key-values.ts'
import { OddCallers } from './odd-callers.ts'
import { truthFor } from './profile.ts'
import { isAboutCaller, type PersonalTest } from './references.ts'

export interface Choices {
  /** What a pattern names a resource by; a text with wildcards left in it names no single one. The pattern itself if absent. */
  readonly literalOf?: (pattern: string) => string
  /** Others than all identities of the organization, by account. */
  readonly callers?: ReadonlyMap<string, readonly AccountCaller[]>
  /** Tells apart callers by more than their rights. */
  readonly besides?: (caller: AccountCaller) => string
}

/**
 * Who may do some actions, by groups: per account, in all accounts together, and by the resource that they name. Whoever names
 * whole resources only is found by these alone.
 */
export class CallerGroups {
  readonly #build: Build
  readonly #actions: readonly number[]
  readonly #choices: Choices
  readonly #wideCallers = new Set<AccountCaller>()
  readonly #exact = new Map<string, AccountCaller[]>()
  readonly #wide = new Map<string, GroupsByHead>()
  readonly #all = new Map<string, readonly CallerGroup[]>()
  readonly #sets = new Map<string, NodeSet>()
  readonly #keys = new Map<AccountCaller, string>()
  readonly #refined = new Map<string, WeakMap<CallerGroup, readonly CallerGroup[]>>()
  #everywhere: GroupsByHead | undefined
  #controllers: readonly CallerGroup[] | undefined
  #odd: OddCallers | undefined

  constructor(build: Build, actions: readonly number[], options: Choices = {}) {
    this.#build = build
    this.#actions = actions
    this.#choices = options
    for (const [account, callers] of options.callers ?? build.callers) {
      const wide: AccountCaller[] = []
      for (const caller of callers) this.#sort(caller, wide)
      if (wide.length > 0) this.#wide.set(account, new GroupsByHead(this.#group(wide), this.#headsOf))
      for (const caller of wide) this.#wideCallers.add(caller)
    }
  }

  /** Those who name the resource, in any account. */
  naming(literal: string): readonly AccountCaller[] {
    return this.#exact.get(literal) ?? []
  }

  /** Whether it may do one of the actions by a pattern. */
  isWide(caller: AccountCaller): boolean {
    return this.#wideCallers.has(caller)
  }

  get named(): ReadonlyMap<string, readonly AccountCaller[]> {
    return this.#exact
  }

  /** Those of an account who may do one of the actions by a pattern that may fit the resource. */
  wideIn(account: string, arn: string): readonly CallerGroup[] {
    return this.#wide.get(account)?.fitting(arn) ?? []
  }

  /** The same of all accounts, groups of the same key together. */
  everywhere(arn: string): readonly CallerGroup[] {
    this.#everywhere ??= new GroupsByHead(
      merge([...this.#wide.values()].flatMap(({ groups }) => groups)),
      this.#headsOf,
    )
    return this.#everywhere.fitting(arn)
  }

  /** Whoever controls an account, of all accounts: its root user, and an administrator made for the purpose. */
  get controllers(): readonly CallerGroup[] {
    this.#controllers ??= this.#group([...this.#build.controllers.values(), ...administratorsOf(this.#build).values()])
    return this.#controllers
  }

  /** Everybody in an account, whatever his policies say. */
  allIn(account: Account): readonly CallerGroup[] {
    let groups = this.#all.get(account.id)
    if (groups === undefined) {
      groups = this.#group(this.#build.callers.get(account.id) ?? [])
      this.#all.set(account.id, groups)
    }
    return groups
  }

  /** The nodes of some groups as one set; `scope` tells sets of the same groups in different places apart. */
  setOf(groups: readonly CallerGroup[], scope: string, without: ReadonlySet<number> = nobody): NodeSet {
    const key = `${scope}|${groups.map((group) => group.key).join()}|${[...without].join()}`
    let set = this.#sets.get(key)
    if (set === undefined) {
      const nodes = groups
        .flatMap(({ callers }) => callers.map(({ node }) => node))
        .filter((node) => !without.has(node))
      set = { key, nodes }
      this.#sets.set(key, set)
    }
    return set
  }

  #sort(caller: AccountCaller, wide: AccountCaller[]): void {
    const literals = new Set<string>()
    let isWide = false
    for (const action of this.#actions) {
      if (!this.#build.decider.mentions(caller, action)) continue
      const grants = this.#build.decider.grantsOf(caller, action)
      if (!grants.mayAllow) continue
      for (const { policy } of grants.identityPolicies) {
        for (const { effect, resource, unreadable } of policy.statements) {
          if (effect === 'Deny' && !unreadable) continue
          if (resource === undefined || unreadable) isWide = true
          else {
            for (const pattern of resource) {
              const literal = this.#choices.literalOf?.(pattern) ?? pattern
              if (/[*?$]/.test(literal)) isWide = true
              else literals.add(literal)
            }
          }
        }
      }
      if (isWide) break
    }
    if (isWide) wide.push(caller)
    else for (const literal of literals) push(this.#exact, literal, caller)
  }

  /** What the patterns of a group begin with, up to their first wildcard; an empty text where anything may fit. */
  readonly #headsOf = ({ first }: CallerGroup): ReadonlySet<string> => {
    const heads = new Set<string>()
    for (const action of this.#actions) {
      for (const { policy } of this.#build.decider.grantsOf(first, action).identityPolicies) {
        for (const { effect, resource, unreadable } of policy.statements) {
          if (effect === 'Deny' && !unreadable) continue
          if (resource === undefined || unreadable) return new Set([''])
          for (const pattern of resource) heads.add(headOf(pattern))
        }
      }
    }
    return heads
  }

  #group(callers: readonly AccountCaller[]): readonly CallerGroup[] {
    return groupBy(callers, (caller) => this.keyOf(caller))
  }

  /** The same text for callers that no decision on these actions tells apart, but for how a resource policy names them. */
  keyOf(caller: AccountCaller): string {
    const known = this.#keys.get(caller)
    if (known !== undefined) return known
    const key = this.#makeKey(caller) + (this.#choices.besides?.(caller) ?? '')
    this.#keys.set(caller, key)
    return key
  }

  #makeKey(caller: AccountCaller): string {
    let key = ''
    const references = new Set<string>()
    const tests = new Set<PersonalTest>()
    for (const action of this.#actions) {
      const grants = this.#build.decider.grantsOf(caller, action)
      if (grants.hasVariables) return caller.principal.arn
      key += `${grants.number}.`
      for (const reference of grants.references) references.add(reference)
      for (const test of grants.tests) tests.add(test)
    }
    return key + personalKey(caller, tests, references)
  }

  /** Groups split by conditions on who asks, so that these hold for all of a group or for none. */
  refine(groups: readonly CallerGroup[], { tests, references }: Discerning): readonly CallerGroup[] {
    const isByValue = hasPersonal(references)
    if (tests.size === 0 && !isByValue) return groups
    const key = `${[...tests].map(({ number }) => number).join()}|${isByValue ? [...references].join() : ''}`
    let byGroup = this.#refined.get(key)
    if (byGroup === undefined) {
      byGroup = new WeakMap()
      this.#refined.set(key, byGroup)
    }
    const all: CallerGroup[] = []
    for (const group of groups) {
      let parts = byGroup.get(group)
      if (parts === undefined) {
        parts = isByValue
          ? groupBy(group.callers, (caller) => `${group.key};${personalKey(caller, tests, references)}`)
          : this.#split(group, [...tests])
        byGroup.set(group, parts)
      }
      for (const part of parts) all.push(part)
    }
    return all
  }

  #everybody(): readonly AccountCaller[] {
    const { callers } = this.#choices
    if (callers !== undefined) return [...callers.values()].flat()
    const { callers: all, controllers } = this.#build
    return [...[...all.values()].flat(), ...controllers.values(), ...administratorsOf(this.#build).values()]
  }

  /** The odd ones by themselves, and all others as one group. */
  #split(group: CallerGroup, tests: readonly PersonalTest[]): readonly CallerGroup[] {
    this.#odd ??= new OddCallers(this.#everybody())
    const keyOf = (truths: string) => `${group.key};${truths}`
    const partOf = (caller: AccountCaller) => keyOf(tests.map((test) => truthFor(caller, test)).join(''))
    const found = tests.map((test) => this.#odd!.of(test))
    const most = found.reduce((sum, { callers }) => sum + callers.length, 0)
    if (group.callers.length <= most) return groupBy(group.callers, partOf)
    const odd = new Set(found.flatMap(({ callers }) => callers).filter(({ node }) => group.has(node)))
    const parts = groupBy(odd, partOf)
    const others = () => group.callers.filter((caller) => !odd.has(caller))
    const first = group.callers.find((caller) => !odd.has(caller))
    if (first === undefined) return parts
    return [...parts, new CallerGroup(keyOf(found.map(({ usual }) => usual).join('')), first, others)]
  }
}

/** Groups by what their patterns begin with: a resource is looked up by every beginning of its ARN. */
class GroupsByHead {
  readonly groups: readonly CallerGroup[]
  readonly #byHead = new Map<string, CallerGroup[]>()
  readonly #lengths: readonly number[]

  constructor(groups: readonly CallerGroup[], headsOf: (group: CallerGroup) => ReadonlySet<string>) {
    this.groups = groups
    for (const group of groups) for (const head of headsOf(group)) push(this.#byHead, head, group)
    this.#lengths = [...new Set([...this.#byHead.keys()].map(({ length }) => length))]
  }

  fitting(arn: string): readonly CallerGroup[] {
    const found = new Set<CallerGroup>()
    for (const length of this.#lengths) {
      if (length > arn.length) continue
      for (const group of this.#byHead.get(arn.slice(0, length)) ?? []) found.add(group)
    }
    return [...found]
  }
}

/** Of patterns for objects, what names the bucket: the object may be any. */
function headOf(pattern: string): string {
  const bucket = bucketNameOf(pattern)
  const text = bucket === undefined ? pattern : pattern.slice(0, pattern.indexOf(bucket) + bucket.length)
  const wildcard = text.search(/[*?$]/)
  return wildcard < 0 ? text : text.slice(0, wildcard)
}

export interface Discerning {
  readonly tests: ReadonlySet<PersonalTest>
  readonly references: ReadonlySet<string>
}

function personalKey(caller: AccountCaller, tests: Iterable<PersonalTest>, references: Iterable<string>): string {
  let key = ''
  for (const test of tests) key += truthFor(caller, test)
  for (const reference of references) {
    if (isAboutCaller(reference)) key += `;${getterOf(reference)(caller.principal, nothing)}`
  }
  return key
}

const nothing = { arn: '*', account: undefined }

/** Whether some key is about who asks. */
function hasPersonal(references: ReadonlySet<string>): boolean {
  for (const key of references) if (isAboutCaller(key)) return true
  return false
}

const nobody: ReadonlySet<number> = new Set()
