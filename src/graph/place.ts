import type { RequestResource } from '#src/evaluate/request.ts'
import { identityResource, resourceRequest } from '#src/evaluate/subjects.ts'
import type { Account } from '#src/model/model.ts'
import { all, type Formula, implies } from '#src/policy/formula.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import type { IsWanted, Opening, Requirement, Technique, TrustNeed } from '#src/techniques/technique.ts'
import type { Administrators } from './administrators.ts'
import { allowedPatterns } from './allowed-patterns.ts'
import { adminNode, type Build, type IdentityCaller } from './build.ts'
import { push } from './caller-group.ts'
import { conditionValues } from './condition-values.ts'
import { type Caller, callerOf } from './decider.ts'
import type { HopsByPair } from './hops-by-pair.ts'
import { endsInAdmin } from './live-techniques.ts'
import { contexts, givenFormula, needsFormula, type Oracle, openingFormula } from './opening-formula.ts'
import { regionsOf } from './regions.ts'
import { trustFormula } from './trust-formula.ts'

const isServiceLinked = (identity: IdentityCaller['identity']): boolean =>
  identity.kind === 'role' && identity.isServiceLinked

const nobody: ReadonlySet<IdentityCaller> = new Set()

/** Keys of the identity that an IAM action is done to, or parameters of the call. */
const isAboutTarget = (key: string): boolean => key.includes('resourcetag/') || key.startsWith('iam:')

const targets: ReadonlySet<string> = new Set(['target-role', 'target-user'])

/** What a technique requires: of each list one. */
function alternativesOf({ requires }: Pick<Technique, 'requires'>): Iterable<readonly Requirement[]> {
  const groups = new Map<string, Requirement[]>()
  for (const [index, requirement] of requires.entries()) push(groups, requirement.oneOf ?? `#${index}`, requirement)
  return groups.values()
}

/** A slot, or a text of the caller's choice. */
const isOpenValue = (value: string): boolean => value.startsWith('{') || value.includes('*')

/** One account, as openings ask about it. */
export class Place {
  readonly account: Account
  readonly #build: Build
  readonly #existing = new Map<string, RequestResource>()
  readonly #things = new Map<string, RequestResource>()
  readonly #trusts = new WeakMap<TrustNeed, Formula>()
  readonly #mentioning = new Map<number, Set<IdentityCaller>>()
  /** The same of administrators, who are asked only about what their account does not lead to. */
  readonly #mentioningAnyway = new Map<number, Set<IdentityCaller>>()
  readonly #groups = new Map<Caller, string>()
  readonly #trusting: Pick<Oracle, 'trusts'> = { trusts: (trust) => this.#trust(trust) }
  readonly #oracles = new Map<Caller, Oracle>()
  readonly #memories = new Map<string, Map<string, Formula>>()
  readonly #regions: readonly string[]
  readonly #administrators: Administrators

  constructor(build: Build, account: Account, administrators: Administrators) {
    this.#build = build
    this.account = account
    this.#regions = regionsOf(account)
    this.#administrators = administrators
    for (const list of [account.users, account.groups, account.roles]) {
      for (const identity of list) this.#existing.set(identity.arn, identityResource(identity, account))
    }
    for (const resource of account.resources) this.#existing.set(resource.arn, resourceRequest(resource, account))
    for (const caller of build.callers.get(account.id) ?? []) {
      if (isServiceLinked(caller.identity)) continue
      this.#note(caller, this.isAdministrator(caller) ? this.#mentioningAnyway : this.#mentioning)
    }
    for (const { trust, isServiceLinked: isClosed } of account.roles) if (!isClosed) this.#noteNamed(trust)
    for (const { policy } of account.resources) if (policy !== undefined) this.#noteNamed(policy)
  }

  /** A first look that is never wrong about who cannot: some statement must speak of every action needed. */
  ableTo({ requires }: Technique, leadsElsewhere = false): readonly IdentityCaller[] {
    const able = this.#ableOf(requires, this.#mentioning)
    return leadsElsewhere ? [...able, ...this.#ableOf(requires, this.#mentioningAnyway)] : able
  }

  #ableOf(
    requires: Technique['requires'],
    mentioned: ReadonlyMap<number, ReadonlySet<IdentityCaller>>,
  ): readonly IdentityCaller[] {
    const sets: ReadonlySet<IdentityCaller>[] = []
    const alternatives = new Map<string, Set<IdentityCaller>>()
    for (const { action, oneOf } of requires) {
      const mentioning = mentioned.get(this.#build.decider.index.numberOf(action)) ?? nobody
      if (oneOf === undefined) {
        if (mentioning.size === 0) return []
        sets.push(mentioning)
        continue
      }
      const known = alternatives.get(oneOf)
      if (known === undefined) alternatives.set(oneOf, new Set(mentioning))
      else for (const caller of mentioning) known.add(caller)
    }
    const [first, ...others] = [...sets, ...alternatives.values()]
    if (first === undefined) return []
    const decisive = [...alternativesOf({ requires })].filter((needed) =>
      needed.every(({ action }) => action.startsWith('iam:')),
    )
    const isHopeful = (caller: Caller) =>
      decisive.every((needed) => needed.some(({ action }) => !this.#isHopeless(caller, action)))
    return [...first].filter((caller) => others.every((set) => set.has(caller)) && isHopeful(caller))
  }

  /**
   * IAM decides by the caller's side alone: where that does not look at the target, one answer holds for all. What is only open
   * to somebody under a condition that makes him administrator as well gives nothing beyond that.
   */
  #isHopeless(caller: Caller, action: string): boolean {
    const { decider } = this.#build
    const number = decider.index.numberOf(action)
    const grants = decider.grantsOf(caller, number)
    if (grants.patterns.length > 0 || grants.hasVariables) return false
    for (const key of grants.references) if (isAboutTarget(key)) return false
    const resource = this.#thing(
      `arn:${this.#build.model.snapshot.partition}:iam::${this.account.id}:role/any`,
      undefined,
    )
    const formula = decider.decide(caller, number, resource)
    return formula.kind === 'never' || implies(formula, this.#administrators.get(caller.node))
  }

  /** Those who are not yet administrators for certain. */
  unsettled(callers: readonly IdentityCaller[], hops: HopsByPair): readonly IdentityCaller[] {
    const hub = this.#build.writer.find(adminNode(this.account.id))
    return hub === undefined ? callers : callers.filter(({ node }) => !hops.isSettled(node, hub))
  }

  /** Whether one of the callers may do to a user or role what the technique does to it. */
  wantedBy(callers: readonly Caller[], technique: Technique, hops: HopsByPair): IsWanted {
    const isEnd = !endsInAdmin(technique)
    const needed = [...alternativesOf(technique)].filter((alternatives) =>
      alternatives.every(({ action, on }) => targets.has(on) && action.startsWith('iam:')),
    )
    const different = new Map(callers.map((caller) => [this.#groupOf(caller), caller]))
    return (arn) => {
      if (isEnd) {
        const to = this.#build.writer.find(arn)
        if (to !== undefined && callers.every(({ node }) => hops.isSettled(node, to))) return false
      }
      const resource = this.existing(arn)
      const may = (caller: Caller, requirement: Requirement) => this.#mayEver(caller, requirement, resource)
      for (const caller of different.values()) {
        if (needed.every((alternatives) => alternatives.some((requirement) => may(caller, requirement)))) return true
      }
      return false
    }
  }

  /** Whether the caller may do an IAM action to an identity in some way that serves a technique. */
  #mayEver(caller: Caller, { action, context }: Requirement, resource: RequestResource): boolean {
    const { decider } = this.#build
    const number = decider.index.numberOf(action)
    const isFilled = context !== undefined && Object.values(context).every((values) => !values.some(isOpenValue))
    const givens = isFilled ? contexts(context) : [undefined]
    return givens.some((given) => decider.decide(caller, number, resource, given).kind !== 'never')
  }

  /** Callers with the same grants are asked once, where nothing that exists names one of them. */
  add(opening: Opening, callers: readonly Caller[], hops: HopsByPair): void {
    const to = this.#build.writer.find(opening.to)
    if (to === undefined || callers.length === 0) return
    const given = givenFormula(opening, this.#trusting)
    if (given.kind === 'never') return
    const decided = this.isImpersonal(opening) ? new Map<string, Formula>() : undefined
    for (const caller of callers) {
      if (to === caller.node || hops.isSettled(caller.node, to)) continue
      const key = decided && this.#groupOf(caller)
      let formula = decided?.get(key!)
      if (formula === undefined) {
        formula = all(given, needsFormula(opening.needs, this.#oracle(caller)))
        decided?.set(key!, formula)
      }
      if (formula.kind !== 'never') hops.add(caller.node, to, opening, formula)
    }
  }

  /** Something of the account that exists, with its policy and tags as far as they are known. */
  existing(arn: string, tags?: Readonly<Record<string, string>>): RequestResource {
    return this.#existing.get(arn) ?? this.#thing(arn, tags)
  }

  isAdministrator({ node }: Caller): boolean {
    return this.#administrators.get(node)?.kind === 'always'
  }

  /** The condition under which the caller has the hop. */
  formula(opening: Opening, caller: Caller): Formula {
    return openingFormula(opening, this.#oracle(caller))
  }

  /** The condition under which the caller may do all of `needs`. */
  mayDo(needs: Opening['needs'], caller: Caller): Formula {
    return needsFormula(needs, this.#oracle(caller))
  }

  #note(caller: IdentityCaller, mentioned: Map<number, Set<IdentityCaller>>): void {
    const { index } = this.#build.decider
    for (const { policy } of caller.principal.identityPolicies) {
      for (const action of index.actionsOf(policy)) {
        const mentioning = mentioned.get(action)
        if (mentioning === undefined) mentioned.set(action, new Set([caller]))
        else mentioning.add(caller)
      }
    }
  }

  /** Within the account, whoever a resource's policy lets in himself needs no Allow of his own. */
  #noteNamed(named: NamedPolicy): void {
    const { byArn, callers, decider } = this.#build
    for (const action of decider.index.actionsOf(named.policy)) {
      const { arns, isOpen, mayAllow } = decider.policyFacts(named, action)
      if (!mayAllow) continue
      const everybody = isOpen ? (callers.get(this.account.id) ?? []) : []
      for (const caller of [...everybody, ...[...arns].map((arn) => byArn.get(arn) ?? this.#sessionHolder(arn))]) {
        if (caller?.account !== this.account || this.isAdministrator(caller) || isServiceLinked(caller.identity))
          continue
        const mentioning = this.#mentioning.get(action)
        if (mentioning === undefined) this.#mentioning.set(action, new Set([caller]))
        else mentioning.add(caller)
      }
    }
  }

  /** Whose session a policy names by its ARN. */
  #sessionHolder(name: string): IdentityCaller | undefined {
    const match = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name)
    if (match?.[1] !== this.account.id) return undefined
    const role = this.account.roles.find((candidate) => candidate.name === match[2])
    return role && this.#build.byArn.get(role.arn)
  }

  /** Whether some statement speaks of the caller and the action, the caller's own or one of a resource's policy. */
  mentions(caller: Caller, action: number): boolean {
    if (this.#build.decider.mentions(caller, action)) return true
    for (const { node } of this.#mentioning.get(action) ?? nobody) if (node === caller.node) return true
    return false
  }

  /** Nothing that the opening needs has a policy with a say on the action. */
  isImpersonal({ needs }: Opening): boolean {
    const { decider } = this.#build
    return needs.every((alternatives) =>
      alternatives.every(({ action, resource }) => {
        const policy =
          resource.kind === 'existing' && !resource.trustsCaller ? this.#existing.get(resource.arn)?.policy : undefined
        return policy === undefined || decider.policyFacts(policy, decider.index.numberOf(action)).isEmpty
      }),
    )
  }

  #groupOf(caller: Caller): string {
    let key = this.#groups.get(caller)
    if (key === undefined) {
      key = this.#build.groups.keyOf(caller.principal)
      this.#groups.set(caller, key)
    }
    return key
  }

  #oracle(caller: Caller): Oracle {
    const known = this.#oracles.get(caller)
    if (known !== undefined) return known
    const { decider } = this.#build
    const oracle: Oracle = {
      decide: (action, resource, given) => decider.decide(caller, decider.index.numberOf(action), resource, given),
      ...this.#trusting,
      allowedPatterns: (action) => allowedPatterns(this.#build, caller, action),
      conditionValues: (key) => conditionValues(caller.principal, key),
      existing: (arn, tags) => this.existing(arn, tags),
      made: (arn) => this.#thing(arn, undefined),
      regions: this.#regions,
      memory: this.#memory(caller),
    }
    this.#oracles.set(caller, oracle)
    return oracle
  }

  #memory(caller: Caller): Map<string, Formula> {
    const key = this.#groupOf(caller)
    let memory = this.#memories.get(key)
    if (memory === undefined) this.#memories.set(key, (memory = new Map()))
    return memory
  }

  /** Something without a policy: with the tags told, or with none known. */
  #thing(arn: string, tags: Readonly<Record<string, string>> | undefined): RequestResource {
    const known = this.#things.get(arn)
    if (known !== undefined && known.tags === tags) return known
    const { id, membership } = this.account
    const thing: RequestResource = { arn, account: id, ...(membership && { membership }), ...(tags && { tags }) }
    this.#things.set(arn, thing)
    return thing
  }

  #trust(trust: TrustNeed): Formula {
    let formula = this.#trusts.get(trust)
    if (formula === undefined) {
      formula = trustFormula(
        trust,
        (principal, action, resource, given) => {
          const { decider } = this.#build
          const caller = callerOf(-1, principal)
          return decider.decide(caller, decider.index.numberOf(action), resource, given)
        },
        this.#existing.get(trust.role),
      )
      this.#trusts.set(trust, formula)
    }
    return formula
  }
}
