import { identityResource } from '#src/evaluate/subjects.ts'
import { accountOfArn } from '#src/model/lookup.ts'
import type { Account, Role } from '#src/model/model.ts'
import type { Build, IdentityCaller } from './build.ts'
import type { Caller, PolicyFacts, Target } from './decider.ts'
import type { Label } from './graph.ts'
import { SourcesByLabel } from './hop-collector.ts'
import type { Step } from './label-maker.ts'

const via = 'sts:AssumeRole'
export const assumeRole: Step = { technique: 'sts-001', via }
/** A principal of an account outside the organization that the trust policy names. */
export const assumeRoleFromOutside: Step = { technique: 'sts-002', via }
/** Any AWS principal in the world. */
export const assumeRoleByAnybody: Step = { technique: 'sts-003', via }

interface RoleTarget extends Target {
  readonly role: Role
  readonly account: Account
  readonly facts: PolicyFacts
}

/**
 * Role assumption by everybody who may: candidates come from the trust policies (whom they name) and, where an account or
 * everybody is named, from those whose policies mention `sts:AssumeRole`. A pair is looked at only when both sides bring it
 * together; within an account, being named is enough.
 */
export function addAssumeRole(build: Build): void {
  const action = build.decider.index.numberOf(via)
  const holders = findHolders(build, action)
  const open: RoleTarget[] = []
  for (const account of build.model.accounts.values()) {
    const openHere: RoleTarget[] = []
    for (const target of targetsOf(build, account, action)) {
      addNamed(build, action, target, holders)
      if (target.facts.isOpen) openHere.push(target)
    }
    addEverybodyHere(build, action, openHere)
    open.push(...openHere)
    build.collector.flush()
  }
  addEverybodyElsewhere(build, action, open, holders)
  addUnreadRoles(build, action, holders)
  build.collector.flush()
}

function* targetsOf({ writer, decider }: Build, account: Account, action: number): Generator<RoleTarget> {
  for (const role of account.roles) {
    if (role.isServiceLinked) continue
    const facts = decider.policyFacts(role.trust, action)
    if (!facts.mayAllow) continue
    yield { node: writer.find(role.arn)!, resource: identityResource(role, account), role, account, facts }
  }
}

/** Who may assume something: by exact ARNs, or by patterns and `*`. */
interface Holders {
  readonly exact: ReadonlyMap<string, readonly IdentityCaller[]>
  readonly wide: ReadonlyMap<string, readonly IdentityCaller[]>
}

function findHolders(build: Build, action: number): Holders {
  const exact = new Map<string, IdentityCaller[]>()
  const wide = new Map<string, IdentityCaller[]>()
  for (const [account, callers] of build.callers) {
    const wideHere: IdentityCaller[] = []
    for (const caller of callers) {
      if (!build.decider.mentions(caller, action)) continue
      const grants = build.decider.grantsOf(caller, action)
      if (!grants.mayAllow) continue
      const arns = exactResources(grants)
      if (arns === undefined) wideHere.push(caller)
      else for (const arn of arns) push(exact, arn, caller)
    }
    if (wideHere.length > 0) wide.set(account, wideHere)
  }
  return { exact, wide }
}

/** The ARNs that the Allows name, if they name nothing but whole ARNs. */
function exactResources({ identityPolicies }: { identityPolicies: IdentityCaller['principal']['identityPolicies'] }) {
  const arns = new Set<string>()
  for (const { policy } of identityPolicies) {
    for (const { effect, resource, unreadable } of policy.statements) {
      if (unreadable) return undefined
      if (effect === 'Deny') continue
      if (resource === undefined || resource.some((pattern) => /[*?$]/.test(pattern))) return undefined
      for (const arn of resource) arns.add(arn)
    }
  }
  return arns
}

/** Those whom the trust policy names: principals by ARN, and those of a named account who may assume the role. */
function addNamed(build: Build, action: number, target: RoleTarget, holders: Holders): void {
  const { facts, account, role } = target
  const inside = new Map<number, Caller>()
  for (const name of facts.arns) {
    const caller = build.byArn.get(name) ?? sessionHolder(build, name)
    if (caller !== undefined) inside.set(caller.node, caller)
    else addStranger(build, action, target, name)
  }
  for (const id of facts.accounts) {
    if (!build.model.accounts.has(id)) {
      addStranger(build, action, target, id)
      continue
    }
    const controller = build.controllers.get(id)!
    inside.set(controller.node, controller)
    for (const caller of holders.wide.get(id) ?? []) inside.set(caller.node, caller)
    for (const caller of holders.exact.get(role.arn) ?? []) {
      if (caller.account.id === id) inside.set(caller.node, caller)
    }
  }
  if (facts.isOpen) {
    const controller = build.controllers.get(account.id)!
    inside.set(controller.node, controller)
  }
  const sources = new SourcesByLabel()
  for (const caller of inside.values()) {
    sources.add(build.labels.label(assumeRole, build.decider.decide(caller, action, target)), caller.node)
  }
  sources.addTo(build.collector, target.node)
}

/** Who can have the session that a trust policy names by its ARN. */
function sessionHolder({ model, byArn }: Build, name: string): IdentityCaller | undefined {
  const match = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name)
  const role = match && model.accounts.get(match[1]!)?.roles.find((candidate) => candidate.name === match[2])
  return role ? byArn.get(role.arn) : undefined
}

function addStranger(build: Build, action: number, target: RoleTarget, name: string): void {
  const stranger = build.outsiders.named(name)
  if (stranger === undefined) return
  const isInside = build.model.accounts.has(stranger.principal.account ?? '')
  const step = isInside ? assumeRole : assumeRoleFromOutside
  const label = build.labels.label(step, build.decider.decide(stranger, action, target))
  if (label !== undefined) build.writer.hop(stranger.node, target.node, label)
}

/** A role that trusts everybody needs no policy of those in its own account. */
function addEverybodyHere(build: Build, action: number, targets: readonly RoleTarget[]): void {
  for (const target of targets) {
    const sources = new SourcesByLabel()
    for (const caller of build.callers.get(target.account.id) ?? []) {
      sources.add(build.labels.label(assumeRole, build.decider.decide(caller, action, target)), caller.node)
    }
    sources.addTo(build.collector, target.node)
  }
}

/** Elsewhere it needs one: the holders by exact ARN, and all that may assume roles by pattern, class by class. */
function addEverybodyElsewhere(build: Build, action: number, targets: readonly RoleTarget[], holders: Holders): void {
  const { anyPrincipal } = build.outsiders
  const everywhere = [...holders.wide.values()].flat()
  for (const target of targets) {
    const outside = build.labels.label(assumeRoleByAnybody, build.decider.decide(anyPrincipal, action, target))
    if (outside !== undefined) build.writer.hop(anyPrincipal.node, target.node, outside)
    for (const stranger of build.outsiders.all()) {
      if (!target.facts.arns.has(stranger.principal.arn)) {
        const label = build.labels.label(assumeRoleFromOutside, build.decider.decide(stranger, action, target))
        if (label !== undefined) build.writer.hop(stranger.node, target.node, label)
      }
    }
    const sources = new SourcesByLabel()
    for (const caller of holders.exact.get(target.role.arn) ?? []) addElsewhere(build, action, target, caller, sources)
    for (const caller of everywhere) addElsewhere(build, action, target, caller, sources)
    sources.addTo(build.collector, target.node)
  }
}

function addElsewhere(
  build: Build,
  action: number,
  target: RoleTarget,
  caller: IdentityCaller,
  sources: SourcesByLabel,
): void {
  if (caller.account === target.account) return
  sources.add(build.labels.label(assumeRole, build.decider.decide(caller, action, target)), caller.node)
}

/** Roles of accounts that could not be read: those that some policy names by ARN are there, what they trust is not known. */
function addUnreadRoles(build: Build, action: number, holders: Holders): void {
  for (const [arn, callers] of holders.exact) {
    const account = build.model.accounts.get(accountOfArn(arn) ?? '')
    if (account === undefined || account.isCollected || !/:role\//.test(arn)) continue
    const node = build.writer.node(arn, 'role', account.id)
    const gap = `${account.id}: iam:GetAccountAuthorizationDetails`
    const { membership } = account
    const target = { node, resource: { arn, account: account.id, gap, ...(membership && { membership }) } }
    const sources = new SourcesByLabel()
    for (const caller of callers) {
      const label: Label | undefined = build.labels.label(assumeRole, build.decider.decide(caller, action, target))
      sources.add(label, caller.node)
    }
    sources.addTo(build.collector, node)
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
