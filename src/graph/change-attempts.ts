import type { Evidence } from '#src/evaluate/decision.ts'
import type { Principal } from '#src/evaluate/request.ts'
import { identityResource } from '#src/evaluate/subjects.ts'
import { lookupOf } from '#src/model/lookup.ts'
import type { Account, Model, Role, User } from '#src/model/model.ts'
import { coversAction } from '#src/policy/action.ts'
import { all, always, any, type Formula, never } from '#src/policy/formula.ts'
import type { Statement } from '#src/policy/policy.ts'
import { settle } from '#src/policy/settle.ts'
import { binderOf } from '#src/techniques/index.ts'
import type { Change, Technique } from '#src/techniques/technique.ts'
import { accessAttempts } from './access-attempts.ts'
import type { AccessKind } from './access-formula.ts'
import { administrator, administratorFormula } from './administrators.ts'
import type { Attempt } from './attempts.ts'
import { changing } from './changes.ts'
import { isGained, isUseful, type Lifted, lifted, principalOf } from './lift.ts'
import { live } from './live-techniques.ts'
import { needsFormula, openingFormula } from './opening-formula.ts'
import { openingsTo } from './openings-to.ts'
import { ask, Recorder } from './recorder.ts'

/**
 * The same hops as `addChanges` draws, by asking again about everything that leads from each identity in hand to `to`, before and
 * after each change.
 */
export function* changeAttempts(
  model: Model,
  from: string,
  to: string,
  isWanted: (technique: string) => boolean,
): Generator<Attempt> {
  const prepared = preparedFor(model, from, isWanted)
  if (prepared === undefined) return
  const { account, own, administers, hands } = prepared
  const isInside = ownerOf(model, to) === account.id
  for (const { identity, standing, control, changes } of hands) {
    if (identity.arn === to) continue
    for (const possible of changes) {
      const { change } = possible
      for (const gain of gainsOf(model, account, standing, possible, to)) {
        const record = new Recorder(model, own.principal)
        const made = all(change.given, control, needsFormula(change.needs, record.oracle()))
        const { id, via } = change.technique
        const resource = standing === own ? undefined : identity.arn
        const step = { technique: id, via, ...(resource && { resource }), ...(gain.access && { access: gain.access }) }
        const existing = any(all(control, gain.before), isInside ? administers : never)
        const condition = all(made, gain.formula)
        if (!isGained(administers, made) || !isGained(existing, condition)) continue
        const attempt = record.attempt(step, condition)
        yield { ...attempt, evidence: [...attempt.evidence, ...gain.evidence] }
      }
    }
  }
}

/** What one identity can change, wherever it wants to get by it. */
interface Prepared {
  readonly model: Model
  readonly from: string
  readonly isWanted: (technique: string) => boolean
  readonly account: Account
  readonly own: Asker
  readonly administers: Formula
  readonly hands: readonly Hand[]
}

/** An identity in hand, and what may become of it. */
interface Hand {
  readonly identity: User | Role
  readonly standing: Asker
  readonly control: Formula
  readonly changes: readonly Possible[]
}

interface Possible {
  readonly change: Change
  /** Undefined where the change is no more than its own hop. */
  readonly changed: Lifted | undefined
  readonly after: Asker | undefined
}

/** That of whoever was asked about last is kept: questions about one start come in a row. */
function preparedFor(model: Model, from: string, isWanted: Prepared['isWanted']): Prepared | undefined {
  if (last?.model !== model || last.from !== from || last.isWanted !== isWanted) last = prepare(model, from, isWanted)
  return last
}

let last: Prepared | undefined

function prepare(model: Model, from: string, isWanted: Prepared['isWanted']): Prepared | undefined {
  const holder = identityOf(model, from)
  const techniques = changing.filter(({ id }) => isWanted(id))
  if (holder === undefined || techniques.length === 0) return undefined
  const account = model.accounts.get(holder.account)!
  const own = new Asker(model, account, holder, principalOf(holder, account))
  const administers = conditionOf(own.administration())
  const hands: Hand[] = []
  for (const identity of [...account.users, ...account.roles]) {
    const changes = techniques
      .flatMap((technique) => [...binderOf(technique).changes!(technique, identity, account, model)])
      .filter((change) => change.given.kind !== 'never' && isUseful(change, identity === holder))
      .filter(({ needs }) => needsFormula(needs, new Recorder(model, own.principal).oracle()).kind !== 'never')
    if (changes.length === 0) continue
    const control = identity === holder ? always : conditionOf(own.waysTo(identity.arn))
    if (control.kind === 'never') continue
    const standing = identity === holder ? own : new Asker(model, account, identity, principalOf(identity, account))
    if (isCertain(administers) || isCertain(conditionOf(standing.administration()))) continue
    const possible = changes.map((change): Possible => {
      const changed = lifted(identity, change.lift, account)
      return { change, changed, after: changed && new Asker(model, account, changed.identity, changed.principal) }
    })
    hands.push({ identity, standing, control, changes: possible })
  }
  return { model, from, isWanted, account, own, administers, hands }
}

interface Gain {
  readonly before: Formula
  readonly formula: Formula
  readonly evidence: readonly Evidence[]
  readonly access?: readonly AccessKind[]
}

function* gainsOf(
  model: Model,
  account: Account,
  standing: Asker,
  { change: { lift }, changed, after }: Possible,
  to: string,
): Generator<Gain> {
  if (lift.kind === 'join' && lift.group === to) yield { before: never, formula: always, evidence: [] }
  if (changed === undefined || after === undefined) return
  // Whatever an administrator reaches in the account, the hub leads to.
  if (ownerOf(model, to) === account.id && !to.startsWith('admin:')) {
    const before = conditionOf(standing.administration())
    const administers = changed.turn(conditionOf(after.administration()))
    if (isGained(before, administers) && isCertain(administers)) return
  }
  const kinds =
    lookupOf(model).identities.has(to) || to.startsWith('admin:') ? [undefined] : [undefined, ...accessKinds]
  for (const kind of kinds) {
    const before = standing.waysTo(to).filter(({ access }) => access?.[0] === kind)
    const opened = after.waysTo(to).filter(({ access }) => access?.[0] === kind)
    const gain = gained(conditionOf(before), opened, changed)
    if (gain !== undefined) yield { ...gain, ...(kind && { access: [kind] }) }
  }
}

const accessKinds: readonly AccessKind[] = ['read', 'write', 'admin']

function gained(before: Formula, opened: readonly Attempt[], { turn }: Lifted): Gain | undefined {
  const formula = turn(conditionOf(opened))
  if (!isGained(before, formula)) return undefined
  const evidence = opened.filter((attempt) => attempt.formula.kind !== 'never').flatMap((attempt) => attempt.evidence)
  return { before, formula, evidence }
}

/** Everything that leads one identity, as it is or as it is after a change, somewhere. */
class Asker {
  readonly principal: Principal
  readonly #model: Model
  readonly #account: Account
  readonly #identity: User | Role
  readonly #ways = new Map<string, readonly Attempt[]>()
  readonly #allowed = new Map<string, boolean>()

  constructor(model: Model, account: Account, identity: User | Role, principal: Principal) {
    this.#model = model
    this.#account = account
    this.#identity = identity
    this.principal = principal
  }

  administration(): readonly Attempt[] {
    return this.waysTo(`admin:${this.#account.id}`)
  }

  waysTo(to: string): readonly Attempt[] {
    let ways = this.#ways.get(to)
    if (ways === undefined) {
      ways = [...this.#access(to), ...this.#untilOpen(to)]
      this.#ways.set(to, ways)
    }
    return ways
  }

  /** What is open without condition needs no other way. */
  *#untilOpen(to: string): Generator<Attempt> {
    for (const ways of [this.#administration(to), this.#assumption(to), this.#openings(to)]) {
      for (const way of ways) {
        yield way
        if (way.formula.kind === 'always') return
      }
    }
  }

  /** IAM has no resource policies: without an Allow of the principal's own nothing is written there. */
  #mayWrite({ requires }: Technique): boolean {
    return requires.every(
      ({ action, oneOf }) => oneOf !== undefined || !action.startsWith('iam:') || this.#allows(action),
    )
  }

  #allows(action: string): boolean {
    let allows = this.#allowed.get(action)
    if (allows === undefined) {
      const { gap, identityPolicies } = this.principal
      const covers = (statement: Statement) =>
        statement.effect === 'Allow' && (statement.unreadable === true || coversAction(statement, action))
      allows = gap !== undefined || identityPolicies.some(({ policy }) => policy.statements.some(covers))
      this.#allowed.set(action, allows)
    }
    return allows
  }

  *#administration(to: string): Generator<Attempt> {
    if (to !== `admin:${this.#account.id}`) return
    const record = new Recorder(this.#model, this.principal)
    const { partition } = this.#model.snapshot
    yield record.attempt(administrator, administratorFormula(this.#account, partition, record.decide))
  }

  *#assumption(to: string): Generator<Attempt> {
    const role = identityOf(this.#model, to)
    if (role?.kind !== 'role' || role.isServiceLinked) return
    const resource = identityResource(role, this.#model.accounts.get(role.account)!)
    const { formula, blockedBy, evidence } = ask(this.#model, this.principal, 'sts:AssumeRole', resource)
    yield { technique: 'sts-001', via: 'sts:AssumeRole', formula, blockedBy, evidence }
  }

  *#openings(to: string): Generator<Attempt> {
    const own = this.#identity
    for (const technique of live) {
      if (!this.#mayWrite(technique)) continue
      const { ownOpenings } = binderOf(technique)
      const openings = [
        ...(openingsTo(this.#model, this.#account, technique).get(to) ?? []),
        ...(ownOpenings?.(technique, own, this.#account, this.#model) ?? []),
      ]
      for (const opening of openings) {
        if (opening.to !== to || opening.closedBy !== undefined) continue
        if (opening.from !== undefined && opening.from !== own.arn) continue
        const { id, via } = technique
        const record = new Recorder(this.#model, this.principal)
        yield record.attempt({ technique: id, via }, openingFormula(opening, record.oracle()), opening)
      }
    }
  }

  #access(to: string): Iterable<Attempt> {
    return accessAttempts(this.#model, to, this.principal)
  }
}

function identityOf(model: Model, arn: string): User | Role | undefined {
  const found = lookupOf(model).identities.get(arn)
  return found?.kind === 'group' ? undefined : found
}

function ownerOf(model: Model, arn: string): string | undefined {
  if (arn.startsWith('admin:')) return arn.slice('admin:'.length)
  const { identities, resources } = lookupOf(model)
  return (identities.get(arn) ?? resources.get(arn))?.account
}

const conditionOf = (ways: readonly Attempt[]): Formula => any(...ways.map(({ formula }) => formula))

const isCertain = (formula: Formula): boolean => settle(formula).verdict === 'certain'
