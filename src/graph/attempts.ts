import type { Decision, Evidence, Layer } from '#src/evaluate/decision.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import {
  anonymous,
  federatedCaller,
  identityResource,
  outsider,
  principalFor,
  resourceFor,
  servicePrincipal,
} from '#src/evaluate/subjects.ts'
import { accountOfArn, lookupOf } from '#src/model/lookup.ts'
import type { Account, Model, Role, User } from '#src/model/model.ts'
import { all, always, type Formula, never } from '#src/policy/formula.ts'
import { binderOf } from '#src/techniques/index.ts'
import type { Opening, Technique } from '#src/techniques/technique.ts'
import { accessAttempts } from './access-attempts.ts'
import {
  administrator,
  administratorFormula,
  canBeTakenOver,
  freshAdministrator,
  takeoverFormula,
} from './administrators.ts'
import { anyOutsider, nowhere } from './any-outsider.ts'
import { assumeRole, assumeRoleByAnybody, assumeRoleFromOutside } from './assume-role.ts'
import { changeAttempts } from './change-attempts.ts'
import { existence, personArn, reservedRole } from './entries.ts'
import type { Label } from './graph.ts'
import type { Step } from './label-maker.ts'
import { live } from './live-techniques.ts'
import { openingFormula } from './opening-formula.ts'
import { openingsTo } from './openings-to.ts'
import { isOpenFor } from './policy-facts.ts'
import { ask, binding, Recorder } from './recorder.ts'

/** One way that leads, or looks as if it led, from one node to another, decided by the reference evaluator alone. */
export interface Attempt {
  readonly technique: string
  readonly via: string
  readonly resource?: string
  readonly access?: NonNullable<Label['access']>
  readonly formula: Formula
  /** Layers that stop it; empty where `formula` is not `never`. */
  readonly blockedBy: readonly Layer[]
  readonly evidence: readonly Evidence[]
}

/**
 * Every way from one node to the other, open or not: what the graph builder finds through its indexes, found by asking about
 * each technique in turn. Slow and obvious: it proves printed hops, explains closed ones, and the builder is tested against it.
 * `isWanted` leaves techniques of the catalogue out, for those who ask about few: most of the time goes into them.
 */
export function attempts(
  model: Model,
  from: string,
  to: string,
  isWanted: (technique: string) => boolean = everyTechnique,
): readonly Attempt[] {
  if (from === to) return []
  const principal = callerFor(model, from)
  return [
    ...assumption(model, from, to, principal),
    ...federation(model, from, to),
    ...assignments(model, from, to),
    ...administration(model, from, to, principal, isWanted),
    ...throughTechniques(model, from, to, principal, isWanted),
    ...accessAttempts(model, to, principal),
    ...changeAttempts(model, from, to, isWanted),
  ]
}

const everyTechnique = (): boolean => true

/** The principal behind a node, an administrator made for the purpose behind `admin:<account>`. */
export function callerFor(model: Model, node: string): Principal | undefined {
  const { partition } = model.snapshot
  if (node === '*') return anonymous
  if (node === anyOutsider) return outsider(`arn:${partition}:iam::${nowhere}:root`, nowhere)
  const account = model.accounts.get(node.slice('admin:'.length))
  if (node.startsWith('admin:') && account !== undefined) return freshAdministrator(account, partition)
  return principalFor(model, node)
}

function* assumption(model: Model, from: string, to: string, principal: Principal | undefined): Generator<Attempt> {
  const role = lookupOf(model).identities.get(to)
  if (principal === undefined || principal.kind === 'Anonymous') return
  // Of a role that could not be read is known only who may assume it by his own policies.
  const target =
    role?.kind === 'role'
      ? roleTarget(model, role)
      : role === undefined && lookupOf(model).identities.has(from)
        ? unreadRole(model, to)
        : undefined
  // How an administrator takes over the roles of his own account is another kind of hop, unless everybody may assume them.
  const isOwn = from.startsWith('admin:') && target?.account === principal.account
  if (target === undefined || (isOwn && !isOpenFor(target.policy!.policy, [assumeRole.via]))) return
  const isOutside = principal.account === undefined || !model.accounts.has(principal.account)
  const step = from === anyOutsider ? assumeRoleByAnybody : isOutside ? assumeRoleFromOutside : assumeRole
  yield attempt(step, ask(model, principal, step.via, target))
}

function roleTarget(model: Model, role: Role): RequestResource | undefined {
  return role.isServiceLinked ? undefined : identityResource(role, model.accounts.get(role.account)!)
}

/** A role of an account that could not be read. */
function unreadRole(model: Model, arn: string): RequestResource | undefined {
  const account = model.accounts.get(accountOfArn(arn) ?? '')
  return account !== undefined && !account.isCollected && arn.includes(':role/') ? resourceFor(model, arn) : undefined
}

function* federation(model: Model, from: string, to: string): Generator<Attempt> {
  const role = lookupOf(model).identities.get(to)
  if (role?.kind !== 'role' || role.isServiceLinked) return
  const account = model.accounts.get(role.account)!
  const resource = identityResource(role, account)
  // A role that is open to everybody says nothing of one service or provider: they come in where they are named.
  const isNamed = role.trust.policy.statements.some(
    ({ principal }) =>
      principal !== undefined &&
      principal !== '*' &&
      [...(principal.Service ?? []), ...(principal.Federated ?? [])].includes(from),
  )
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(from)) {
    const decision = ask(model, servicePrincipal(from), 'sts:AssumeRole', resource)
    if (isNamed || decision.formula.kind === 'never')
      yield attempt({ technique: 'service', via: 'sts:AssumeRole' }, decision)
  }
  const kind = from.includes(':saml-provider/') ? 'SAML' : 'WebIdentity'
  if (kind === 'WebIdentity' && !from.includes(':oidc-provider/') && from.startsWith('arn:')) return
  if (from === '*' || from === anyOutsider || from.startsWith('admin:')) return
  const action = kind === 'SAML' ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity'
  const step = { technique: kind === 'SAML' ? 'sts-902' : 'sts-901', via: action }
  const exists = existence(account, from, kind === 'SAML')
  const decision = ask(model, federatedCaller(kind, from), action, resource)
  if (!isNamed && decision.formula.kind !== 'never') return
  if (exists.kind === 'never') yield { ...step, formula: never, blockedBy: ['binding'], evidence: decision.evidence }
  else yield { ...attempt(step, decision), formula: all(exists, decision.formula) }
}

function* assignments(model: Model, from: string, to: string): Generator<Attempt> {
  if (!from.startsWith('arn:aws:identitystore:::user/')) return
  const role = lookupOf(model).identities.get(to)
  if (role?.kind !== 'role' || !role.path.startsWith('/aws-reserved/sso.amazonaws.com/')) return
  const step = { technique: 'sso-assignment', via: 'sso:assignment' }
  for (const { identityCenter } of model.accounts.values()) {
    if (identityCenter === undefined) continue
    const groups = new Map(identityCenter.groups.map((group) => [group.id, group]))
    for (const { account, permissionSet, principalType, principalId } of identityCenter.assignments) {
      const name = identityCenter.permissionSets.find(({ arn }) => arn === permissionSet)?.name
      if (reservedRole(model.accounts.get(account), name)?.arn !== to) continue
      const members = principalType === 'USER' ? [principalId] : (groups.get(principalId)?.members ?? [])
      if (!members.some((id) => personArn(id) === from)) continue
      const through = principalType === 'USER' ? 'assigned directly' : `group ${groups.get(principalId)?.name}`
      const policy = `permission set ${name}, ${through}`
      yield { ...step, formula: always, blockedBy: [], evidence: [binding('Allow', policy)] }
      return
    }
  }
  yield { ...step, formula: never, blockedBy: ['binding'], evidence: [binding('Deny', 'no assignment')] }
}

function* administration(
  model: Model,
  from: string,
  to: string,
  principal: Principal | undefined,
  isWanted: (technique: string) => boolean,
): Generator<Attempt> {
  const { partition } = model.snapshot
  if (principal === undefined) return
  if (to.startsWith('admin:')) {
    const account = model.accounts.get(to.slice('admin:'.length))
    if (account === undefined || principal.account !== account.id || from.startsWith('admin:')) return
    // Of an account that could not be read only the account itself is known to have an administrator.
    if (principal.gap !== undefined) return
    const record = new Recorder(model, principal)
    const formula = administratorFormula(account, partition, record.decide)
    yield record.attempt(administrator, formula)
  }
  if (!from.startsWith('admin:')) return
  const identity = lookupOf(model).identities.get(to)
  const account = model.accounts.get(principal.account!)!
  if (identity === undefined || identity.kind === 'group' || identity.account !== account.id) return
  const record = new Recorder(model, principal)
  const takeover = takeoverFormula(identity, account, record.decide)
  yield record.attempt(administrator, takeover)
  // Where organization policies keep him from that, any technique will do.
  if (takeover.kind === 'always' || !canBeTakenOver(identity)) return
  for (const technique of live) {
    if (!isWanted(technique.id)) continue
    for (const opening of openingsTo(model, account, technique).get(to) ?? []) {
      if (opening.from === undefined) yield throughOpening(model, opening, principal)
    }
  }
}

function* throughTechniques(
  model: Model,
  from: string,
  to: string,
  principal: Principal | undefined,
  isWanted: (technique: string) => boolean,
): Generator<Attempt> {
  // Whoever takes the hop works in his own account, even where it ends in another: Identity Center hands out roles everywhere.
  const account = model.accounts.get(ownerOf(model, from) ?? '')
  if (account === undefined) return
  const identity = lookupOf(model).identities.get(from)
  // What a service-linked role may do is its service's to do.
  const isOther = identity === undefined || identity.kind === 'group' || identity.account !== account.id
  const asker = isOther || (identity.kind === 'role' && identity.isServiceLinked) ? undefined : identity
  for (const technique of live) {
    if (!isWanted(technique.id)) continue
    for (const opening of openingsBetween(model, account, technique, from, to, asker)) {
      if (opening.from === undefined ? asker === undefined : opening.from !== from) continue
      yield throughOpening(model, opening, asker === undefined ? undefined : principal)
    }
  }
}

const ownerOf = (model: Model, arn: string): string | undefined =>
  lookupOf(model).identities.get(arn)?.account ?? resourceFor(model, arn).account

function* openingsBetween(
  model: Model,
  account: Account,
  technique: Technique,
  from: string,
  to: string,
  asker: User | Role | undefined,
): Generator<Opening> {
  const { ownOpenings, closedOpenings } = binderOf(technique)
  yield* openingsTo(model, account, technique).get(to) ?? []
  if (asker === undefined) return
  for (const opening of ownOpenings?.(technique, asker, account, model) ?? []) if (opening.to === to) yield opening
  yield* closedOpenings?.(technique, { from, to }, account, model) ?? []
}

function throughOpening(model: Model, opening: Opening, principal: Principal | undefined): Attempt {
  const { technique, resource, closedBy } = opening
  const step = { technique: technique.id, via: technique.via, ...(resource !== undefined && { resource }) }
  if (closedBy !== undefined) {
    return { ...step, formula: never, blockedBy: [closedBy.layer], evidence: [binding('Deny', closedBy.reason)] }
  }
  const record = new Recorder(model, principal ?? servicePrincipal(opening.from ?? ''))
  return record.attempt(step, openingFormula(opening, record.oracle()), opening)
}

const attempt = (step: Step, { formula, blockedBy, evidence }: Decision): Attempt => ({
  ...step,
  formula,
  blockedBy: formula.kind === 'never' ? blockedBy : [],
  evidence,
})
