import type { Account } from '#src/model/model.ts'
import { all, always, any, type Formula, never } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { binderOf } from '#src/techniques/index.ts'
import type { Change, Lift, MayDo, Opening, Technique } from '#src/techniques/technique.ts'
import type { AccessKind } from './access-formula.ts'
import { administratorFormula } from './administrators.ts'
import { adminNode, type Build, type IdentityCaller } from './build.ts'
import type { Changed } from './changes-to-open.ts'
import { type Caller, callerOf } from './decider.ts'
import type { HopsByPair } from './hops-by-pair.ts'
import { isGained, isUseful, keyOf, type Lifted, lifted, looksAt, mentionsKey } from './lift.ts'
import { live } from './live-techniques.ts'
import type { Place } from './place.ts'
import { accessGained, assumes } from './rights.ts'
import { type ResourceTarget, type RoleTarget, resourceTarget, worldOf } from './targets-by-name.ts'

/** Techniques that change an identity instead of reaching another. */
export const changing: readonly Technique[] = live.filter((technique) => binderOf(technique).changes !== undefined)

/** What an identity reaches only once it is changed. */
interface Gain extends Way {
  readonly before: Formula
  readonly formula: Formula
}

/** What an identity reaches by a change, and what is to be decided with that of others. */
interface Effect {
  readonly gains: readonly Gain[]
  readonly onOpen: Omit<Changed, 'technique' | 'holder' | 'control' | 'made' | 'administers'> | undefined
}

interface Way {
  readonly to: number
  /** For resources: what can be done with them. */
  readonly access?: readonly AccessKind[]
}

/**
 * Hops by techniques that lift a cap, add a group or a tag: whoever may make the change and has the identity in his hands
 * reaches what the identity reaches afterwards. Only identities that somebody may change are decided again, and only what is
 * gained becomes a hop. Returns the changes, for what is open to everybody: that is decided for all accounts together.
 */
export function addChanges(build: Build, place: Place, hops: HopsByPair): readonly Changed[] {
  const able = new Map<Technique, readonly IdentityCaller[]>()
  for (const technique of changing) {
    const callers = place.ableTo(technique)
    if (callers.length > 0) able.set(technique, callers)
  }
  if (able.size === 0) return []
  const changes = new Changes(build, place, hops)
  for (const identity of build.callers.get(place.account.id) ?? []) {
    for (const [technique, callers] of able) changes.add(technique, identity, callers)
  }
  return changes.finish()
}

class Changes {
  readonly #build: Build
  readonly #place: Place
  readonly #account: Account
  readonly #hops: HopsByPair
  readonly #hub: number
  readonly #found: (() => void)[] = []
  readonly #control = new Map<IdentityCaller, Map<IdentityCaller, Formula>>()
  readonly #effects = new Map<string, Effect>()
  readonly #changes: Changed[] = []
  readonly #openings = new Map<Technique, readonly Opening[]>()
  readonly #anyway = new Map<IdentityCaller, Formula>()
  readonly #formulas = new WeakMap<Opening, Map<string, Formula>>()
  readonly #administrators = new Map<IdentityCaller, boolean>()

  constructor(build: Build, place: Place, hops: HopsByPair) {
    this.#build = build
    this.#place = place
    this.#account = place.account
    this.#hops = hops
    this.#hub = build.writer.find(adminNode(place.account.id))!
  }

  add(technique: Technique, identity: IdentityCaller, callers: readonly IdentityCaller[]): void {
    if (this.#isAdministrator(identity)) return
    const holders = callers.filter((caller) => {
      const control = this.#controls(caller, identity)
      return control.kind !== 'never' && isGained(this.#administersAnyway(caller), control)
    })
    if (holders.length === 0) return
    const { model } = this.#build
    const mayDo: MayDo = (action) => this.#mayDoTo(identity, action, holders)
    for (const change of binderOf(technique).changes!(technique, identity.identity, this.#account, model, mayDo)) {
      if (change.given.kind === 'never') continue
      for (const holder of holders) {
        if (isUseful(change, holder === identity) && !this.#isAdministrator(holder))
          this.#addFor(change, identity, holder)
      }
    }
  }

  /** Adds the hops found: while they are searched for, what is there already must stay as it is. */
  finish(): readonly Changed[] {
    for (const add of this.#found) add()
    return this.#changes
  }

  #addFor({ technique, lift, needs, given }: Change, identity: IdentityCaller, holder: IdentityCaller): void {
    const control = this.#controls(holder, identity)
    const made = all(given, control, this.#place.mayDo(needs, holder))
    if (made.kind === 'never') return
    const { labels, writer } = this.#build
    // Whoever is administrator on the way to the change needs it no more.
    const administers = this.#administersAnyway(holder)
    if (!isGained(administers, made)) return
    const resource = holder === identity ? undefined : identity.identity.arn
    const step = { technique, ...(resource !== undefined && { resource }) }
    const { gains, onOpen } = this.#effectOf(identity, lift)
    if (onOpen !== undefined) this.#changes.push({ technique, holder, control, made, administers, ...onOpen })
    for (const { to, access, before, formula } of gains) {
      if (to === holder.node || to === identity.node) continue
      const condition = all(made, formula)
      const isOwn = writer.accountOf(to) === this.#account.id
      if (!isGained(any(all(control, before), isOwn ? administers : never), condition)) continue
      if (access === undefined) this.#found.push(() => this.#hops.add(holder.node, to, step, condition))
      else {
        const { id, via } = technique
        const label = labels.label({ ...step, technique: id, via, access }, condition)
        if (label !== undefined) this.#found.push(() => writer.hop(holder.node, to, label))
      }
    }
  }

  /** Whether one of the callers may do the action to the identity, whatever values the call is made with. */
  #mayDoTo(identity: IdentityCaller, action: string, callers: readonly IdentityCaller[]): boolean {
    const { decider } = this.#build
    const resource = this.#place.existing(identity.identity.arn)
    return callers.some((caller) => decider.decide(caller, decider.index.numberOf(action), resource).kind !== 'never')
  }

  /** The condition under which the caller has the identity in hand: it is its own, or a session or credential of it can be had. */
  #controls(caller: IdentityCaller, identity: IdentityCaller): Formula {
    if (caller === identity) return always
    let byCaller = this.#control.get(identity)
    if (byCaller === undefined) this.#control.set(identity, (byCaller = new Map()))
    let formula = byCaller.get(caller)
    if (formula === undefined) {
      const target = this.#roleTarget(identity)
      const assumed =
        target === undefined || !this.#mayLetIn(target, caller) ? never : assumes(this.#build, caller, target)
      formula = any(this.#hops.formula(caller.node, identity.node), assumed)
      byCaller.set(caller, formula)
    }
    return formula
  }

  #roleTarget({ identity, node }: IdentityCaller): RoleTarget | undefined {
    if (identity.kind !== 'role' || identity.isServiceLinked) return undefined
    return { kind: 'role', node, resource: this.#place.existing(identity.arn), role: identity, account: this.#account }
  }

  /** A quick look, never wrong about whom the role does not trust: by name, or by his account if he may assume anything. */
  #mayLetIn({ role }: RoleTarget, caller: Caller): boolean {
    const { decider } = this.#build
    const action = decider.index.numberOf('sts:AssumeRole')
    const { arns, accounts, isOpen, mayAllow } = decider.policyFacts(role.trust, action)
    if (!mayAllow) return false
    if (isOpen || arns.has(caller.principal.roleArn ?? caller.principal.arn)) return true
    if (accounts.has(this.#account.id) && decider.mentions(caller, action)) return true
    for (const arn of arns) if (arn.includes(':assumed-role/')) return true
    return false
  }

  #isAdministrator(caller: IdentityCaller): boolean {
    let known = this.#administrators.get(caller)
    if (known === undefined) {
      known = this.#place.isAdministrator(caller) || isCertain(this.#hops.formula(caller.node, this.#hub))
      this.#administrators.set(caller, known)
    }
    return known
  }

  #effectOf(identity: IdentityCaller, lift: Lift): Effect {
    const key = `${identity.node} ${JSON.stringify(lift)}`
    let effect = this.#effects.get(key)
    if (effect === undefined) {
      effect = this.#findEffect(identity, lift)
      this.#effects.set(key, effect)
    }
    return effect
  }

  #findEffect(before: IdentityCaller, lift: Lift): Effect {
    const joined: readonly Gain[] =
      lift.kind === 'join' ? [{ to: this.#build.writer.find(lift.group)!, before: never, formula: always }] : []
    const changed = lifted(before.identity, lift, this.#account)
    if (changed === undefined) return { gains: joined, onOpen: undefined }
    const principal = callerOf(before.node, changed.principal)
    const after: IdentityCaller = { ...before, ...principal, identity: changed.identity }
    const inside = new Map<number, { before: Formula; formula: Formula }>()
    const gains = [...joined, ...this.#findGains(before, after, changed, lift, inside)]
    const endsInside = gains.some(({ to, formula }) => to === this.#hub && isCertain(formula))
    const key = keyOf(lift)
    const isOwn = key === undefined || mentionsKey(changed.principal, key)
    const common = { before, after, lifted: changed, endsInside, inside, key: isOwn ? undefined : key }
    return { gains, onOpen: { ...common, isByTag: lift.kind === 'tag' } }
  }

  *#findGains(
    caller: IdentityCaller,
    after: IdentityCaller,
    changed: Lifted,
    lift: Lift,
    inside: Map<number, { before: Formula; formula: Formula }>,
  ): Generator<Gain> {
    const before = new Map([...this.#hops.from(caller.node)].map(({ to, formula }) => [to, formula]))
    const key = keyOf(lift)
    // A tag or a second factor matters only to policies that ask for it.
    const isOwn = key === undefined || mentionsKey(changed.principal, key)
    const opened = isOwn && lift.kind !== 'mfa' ? this.#opened(after) : before
    const gain = function* (to: number, standing: (asker: IdentityCaller) => Formula): Generator<Gain> {
      const formula = changed.turn(any(opened.get(to) ?? never, standing(after)))
      if (formula.kind === 'never') return
      const old = any(before.get(to) ?? never, standing(caller))
      if (isGained(old, formula)) yield { to, before: old, formula }
    }
    const administers = isOwn ? [...gain(this.#hub, (asker) => this.#administers(asker))] : []
    yield* administers
    // Whatever an administrator reaches in the account, the hub leads to.
    const isInside = !administers.some(({ formula }) => isCertain(formula))
    const seen = new Set([this.#hub])
    const openRoles = worldOf(this.#build).roles.openNodes
    for (const target of this.#rolesFor(after)) {
      if (!isInside && target.account === this.#account) continue
      if (!isOwn && !looksAt(target.role.trust.policy, key)) continue
      seen.add(target.node)
      yield* gain(target.node, (asker) => assumes(this.#build, asker, target))
    }
    if (isOwn && isInside) {
      for (const [to, formula] of opened) {
        if (seen.has(to)) continue
        // Decided together with how else the identity comes there.
        if (openRoles.has(to)) inside.set(to, { before: before.get(to) ?? never, formula: changed.turn(formula) })
        else yield* gain(to, () => never)
      }
    }
    for (const target of this.#resourcesFor(after, isOwn && isInside)) {
      if (!isOwn && (target.resource.policy === undefined || !looksAt(target.resource.policy.policy, key))) continue
      if (!isInside && target.account === this.#account) continue
      for (const { kind, ...way } of accessGained(this.#build, target, caller, after, changed)) {
        yield { to: target.node, access: [kind], ...way }
      }
    }
  }

  /** Without any change: by standing rights, or by another technique. */
  #administersAnyway(caller: IdentityCaller): Formula {
    let formula = this.#anyway.get(caller)
    if (formula === undefined) {
      formula = any(this.#hops.formula(caller.node, this.#hub), this.#administers(caller))
      this.#anyway.set(caller, formula)
    }
    return formula
  }

  #administers(caller: Caller): Formula {
    const { decider, model } = this.#build
    return administratorFormula(this.#account, model.snapshot.partition, (action, resource, given) =>
      decider.decide(caller, decider.index.numberOf(action), resource, given),
    )
  }

  /** Where the techniques of the account lead the caller. */
  #opened(caller: IdentityCaller): ReadonlyMap<number, Formula> {
    const found = new Map<number, Formula>()
    const { groups, model, writer } = this.#build
    const group = groups.keyOf(caller.principal)
    for (const technique of live) {
      if (!this.#mentionsAll(caller, technique)) continue
      const own = binderOf(technique).ownOpenings?.(technique, caller.identity, this.#account, model) ?? []
      for (const opening of [...this.#openingsOf(technique), ...own]) {
        const to = writer.find(opening.to)
        if (to === undefined || opening.closedBy !== undefined) continue
        if (opening.from !== undefined && opening.from !== caller.identity.arn) continue
        const known = found.get(to) ?? never
        if (known.kind === 'always') continue
        const formula = this.#openingFormula(opening, caller, group)
        if (formula.kind !== 'never') found.set(to, any(known, formula))
      }
    }
    return found
  }

  /** Identities that come to the same grants are asked once, where nothing that exists names one of them. */
  #openingFormula(opening: Opening, caller: IdentityCaller, group: string): Formula {
    if (!this.#place.isImpersonal(opening)) return this.#place.formula(opening, caller)
    let byGroup = this.#formulas.get(opening)
    if (byGroup === undefined) {
      byGroup = new Map()
      this.#formulas.set(opening, byGroup)
    }
    let formula = byGroup.get(group)
    if (formula === undefined) {
      formula = this.#place.formula(opening, caller)
      byGroup.set(group, formula)
    }
    return formula
  }

  #openingsOf(technique: Technique): readonly Opening[] {
    let openings = this.#openings.get(technique)
    if (openings === undefined) {
      openings = [...(binderOf(technique).openings?.(technique, this.#account, this.#build.model) ?? [])]
      this.#openings.set(technique, openings)
    }
    return openings
  }

  #mentionsAll(caller: Caller, { requires }: Technique): boolean {
    const { decider } = this.#build
    const { boundary } = caller.principal
    const groups = new Map<string, boolean>()
    for (const [index, { action, oneOf = `#${index}` }] of requires.entries()) {
      const number = decider.index.numberOf(action)
      // A boundary that says nothing of the action leaves nothing of it.
      const isCapped = boundary !== undefined && decider.index.statements(boundary.policy, number).length === 0
      const isMentioned = !isCapped && this.#place.mentions(caller, number)
      groups.set(oneOf, isMentioned || groups.get(oneOf) === true)
    }
    return [...groups.values()].every(Boolean)
  }

  /** Roles that name the identity or its account: those open to everybody are decided for all identities together. */
  *#rolesFor({ identity, principal }: IdentityCaller): Generator<RoleTarget> {
    const { roles } = worldOf(this.#build)
    for (const target of roles.naming(identity.arn, principal.account!))
      if (!roles.openNodes.has(target.node)) yield target
  }

  *#resourcesFor({ identity, principal }: IdentityCaller, isInside: boolean): Generator<ResourceTarget> {
    const { resources } = worldOf(this.#build)
    const own = isInside ? this.#account.resources : []
    for (const resource of own) {
      const target = resourceTarget(this.#build, resource, this.#account)
      if (!resources.openNodes.has(target.node)) yield target
    }
    for (const target of resources.naming(identity.arn, principal.account!)) {
      if (resources.openNodes.has(target.node) || (isInside && target.account === this.#account)) continue
      yield target
    }
  }
}

const isCertain = (formula: Formula): boolean => settle(formula).verdict === 'certain'
