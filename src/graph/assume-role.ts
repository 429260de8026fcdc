import type { RequestResource } from '#src/evaluate/request.ts'
import { identityResource, resourceFor } from '#src/evaluate/subjects.ts'
import type { Account, Role } from '#src/model/model.ts'
import { administratorsOf } from './administrators.ts'
import type { Build, IdentityCaller } from './build.ts'
import { CallerGroups } from './caller-groups.ts'
import type { Caller } from './decider.ts'
import { discernment, Gathering } from './gathering.ts'
import type { Step } from './label-maker.ts'
import { isUnreadRole, nameOutsiders } from './name-outsiders.ts'
import type { PolicyFacts } from './policy-facts.ts'

const via = 'sts:AssumeRole'
export const assumeRole: Step = { technique: 'sts-001', via }
/** A principal of an account outside the organization that the trust policy names. */
export const assumeRoleFromOutside: Step = { technique: 'sts-002', via }
/** Any AWS principal in the world. */
export const assumeRoleByAnybody: Step = { technique: 'sts-003', via }

interface RoleTarget {
  readonly node: number
  readonly resource: RequestResource
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
  const groups = new CallerGroups(build, [action])
  nameOutsiders(build, groups)
  for (const account of build.model.accounts.values()) {
    for (const target of targetsOf(build, account, action)) {
      addInside(build, action, target, groups)
      addOutsiders(build, action, target)
    }
  }
  addUnreadRoles(build, action, groups)
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

/** Principals of the organization: those named, those of a named account who may assume the role, and all if it is open. */
function addInside(build: Build, action: number, target: RoleTarget, groups: CallerGroups): void {
  const { facts, account, role } = target
  const { decider, labels, model } = build
  const rcps = account.membership && decider.reducer.membership(account.membership, action).rcps
  const gathering = new Gathering(
    groups,
    build.collector,
    { node: target.node, account: account.id },
    discernment([facts], rcps ? [rcps] : []),
    (caller) => {
      const label = labels.label(assumeRole, decider.decide(caller, action, target.resource))
      return label === undefined ? [] : [label]
    },
  )
  for (const name of facts.arns) {
    const caller = build.byArn.get(name) ?? sessionHolder(build, name)
    if (caller !== undefined) gathering.addAlone(caller)
  }
  if (facts.isOpen || facts.accounts.size > 0) {
    for (const caller of groups.naming(role.arn)) {
      if (facts.isOpen || facts.accounts.has(caller.account.id)) gathering.addAlone(caller)
    }
  }
  for (const id of facts.isOpen ? new Set([...facts.accounts, account.id]) : facts.accounts) {
    const controller = build.controllers.get(id)
    if (controller === undefined) continue
    gathering.addAlone(controller)
    const isOwn = id === account.id
    const administrator = administratorsOf(build).get(id)!
    // How the administrator of its own account takes the role over is another kind of hop, unless everybody may assume it.
    if (isOwn && !facts.isOpen) gathering.leaveOut(administrator)
    else gathering.addAlone(administrator)
    gathering.addIn(
      model.accounts.get(id)!,
      isOwn && facts.isOpen ? groups.allIn(account) : groups.wideIn(id, role.arn),
    )
  }
  if (facts.isOpen) {
    gathering.addEverywhere(groups.everywhere(role.arn))
    gathering.addEverywhere(groups.controllers)
  }
  gathering.finish()
}

function addOne(
  build: Build,
  action: number,
  target: Pick<RoleTarget, 'node' | 'resource'>,
  caller: Caller,
  step: Step,
): void {
  const label = build.labels.label(step, build.decider.decide(caller, action, target.resource))
  if (label !== undefined) build.writer.hop(caller.node, target.node, label)
}

/** Who can have the session that a trust policy names by its ARN. */
export function sessionHolder({ model, byArn }: Build, name: string): IdentityCaller | undefined {
  const match = /^arn:[^:]+:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(name)
  const role = match && model.accounts.get(match[1]!)?.roles.find((candidate) => candidate.name === match[2])
  return role ? byArn.get(role.arn) : undefined
}

const stepOf = ({ model }: Build, { principal }: Caller): Step =>
  model.accounts.has(principal.account ?? '') ? assumeRole : assumeRoleFromOutside

/** Outsiders whom the trust policy names, by themselves or by their account; if it is open, all, and any AWS principal. */
function addOutsiders(build: Build, action: number, target: RoleTarget): void {
  const { arns, accounts, isOpen } = target.facts
  if (isOpen) addOne(build, action, target, build.outsiders.anyPrincipal, assumeRoleByAnybody)
  for (const stranger of build.outsiders.meantBy(arns, accounts, isOpen)) {
    addOne(build, action, target, stranger, stepOf(build, stranger))
  }
}

/**
 * Roles of accounts that could not be read: those that some policy names by ARN are there. What they trust is not known, so whoever
 * of the organization may assume them by his own policies may get in. Their own policies are not known either.
 */
function addUnreadRoles(build: Build, action: number, groups: CallerGroups): void {
  const { decider, labels, model, outsiders } = build
  for (const unread of [...outsiders.all()]) {
    const { account: id, roleArn: arn } = unread.principal
    if (arn === undefined || !isUnreadRole(build, arn)) continue
    const account = model.accounts.get(id!)!
    const resource = resourceFor(model, arn)
    const rcps = account.membership && decider.reducer.membership(account.membership, action).rcps
    const gathering = new Gathering(
      groups,
      build.collector,
      { node: unread.node, account: account.id },
      discernment([], rcps ? [rcps] : []),
      (caller) => {
        const label = labels.label(assumeRole, decider.decide(caller, action, resource))
        return label === undefined ? [] : [label]
      },
    )
    for (const caller of groups.naming(arn)) gathering.addAlone(caller)
    gathering.addEverywhere(groups.everywhere(arn))
    gathering.finish()
  }
}
