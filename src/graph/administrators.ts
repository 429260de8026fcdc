import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { identityResource } from '#src/evaluate/subjects.ts'
import type { Account, Role, User } from '#src/model/model.ts'
import { all, always, any, type Formula, never } from '#src/policy/formula.ts'
import { type AccountCaller, adminNode, type Build, type IdentityCaller } from './build.ts'
import { type Caller, callerOf } from './decider.ts'
import { SourcesByLabel } from './hop-collector.ts'
import type { Step } from './label-maker.ts'
import { allowsEverything } from './lift.ts'

export const administrator: Step = { technique: 'admin', via: 'iam:*' }

/** A policy that an administrator would attach; conditions on `iam:PolicyARN` see it. */
const administratorAccess = (partition: string) => `arn:${partition}:iam::aws:policy/AdministratorAccess`

/**
 * Writes any of which, on any role and on any user, makes an administrator: whoever may do one of each kind may write any IAM
 * policy of the account.
 */
const writes: readonly (readonly { action: string; on: 'role' | 'user'; attaches: boolean }[])[] = [
  [
    { action: 'iam:PutRolePolicy', on: 'role', attaches: false },
    { action: 'iam:AttachRolePolicy', on: 'role', attaches: true },
  ],
  [
    { action: 'iam:PutUserPolicy', on: 'user', attaches: false },
    { action: 'iam:AttachUserPolicy', on: 'user', attaches: true },
  ],
]

/** Actions by which an administrator of the account takes an identity over; one is enough. */
const takeovers: Readonly<Record<'role' | 'user', readonly string[]>> = {
  role: ['iam:UpdateAssumeRolePolicy', 'sts:AssumeRole'],
  user: ['iam:CreateAccessKey', 'iam:CreateLoginProfile', 'iam:UpdateLoginProfile'],
}

export const administratorActions: readonly string[] = [
  ...writes.flatMap((kinds) => kinds.map(({ action }) => action)),
  ...Object.values(takeovers).flat(),
]

type Decide = (action: string, resource: RequestResource, given?: Record<string, readonly string[]>) => Formula

/** The condition under which a principal may write any IAM policy of the account. */
export function administratorFormula(account: Account, partition: string, decide: Decide): Formula {
  return all(
    ...writes.map((kinds) =>
      any(
        ...kinds.map(({ action, on, attaches }) =>
          decide(
            action,
            somethingNew(account, partition, on),
            attaches ? { 'iam:PolicyARN': [administratorAccess(partition)] } : undefined,
          ),
        ),
      ),
    ),
  )
}

/** The condition under which an administrator of the account can become one of its users or roles. */
export function takeoverFormula(identity: User | Role, account: Account, decide: Decide): Formula {
  if (!canBeTakenOver(identity)) return never
  const resource = identityResource(identity, account)
  return any(...takeovers[identity.kind].map((action) => decide(action, resource)))
}

/**
 * Service-linked roles belong to their service, and the roles of Identity Center can only be changed there: IAM refuses to
 * edit either, whoever asks (IAM User Guide, "Service-linked roles"; Identity Center User Guide, "Roles created by IAM Identity Center").
 */
export function canBeTakenOver(identity: User | Role): boolean {
  return identity.kind === 'user' || !(identity.isServiceLinked || identity.path.startsWith('/aws-reserved/'))
}

/** An administrator that somebody makes for himself: every right, no boundary, under the account's SCPs. */
export function freshAdministrator(account: Account, partition: string): Principal {
  return {
    kind: 'RoleSession',
    arn: `arn:${partition}:sts::${account.id}:assumed-role/trustwalk-administrator/trustwalk`,
    account: account.id,
    roleArn: `arn:${partition}:iam::${account.id}:role/trustwalk-administrator`,
    sessionName: 'trustwalk',
    uniqueId: 'AROATRUSTWALK',
    tags: {},
    identityPolicies: [allowsEverything],
    ...(account.membership && { membership: account.membership }),
  }
}

function somethingNew(account: Account, partition: string, kind: 'role' | 'user'): RequestResource {
  const { id, membership } = account
  return {
    arn: `arn:${partition}:iam::${id}:${kind}/trustwalk`,
    account: id,
    tags: {},
    ...(membership && { membership }),
  }
}

/** Under which condition somebody is administrator of an account in one hop, by node; `always` for certain ones. */
export type Administrators = ReadonlyMap<number, Formula>

/** Hops into `admin:<account>` by standing rights; returns who takes them. */
export function addAdministrators(build: Build, account: Account): Administrators {
  const { decider, labels, model, writer } = build
  const hub = writer.find(adminNode(account.id))!
  const found = new Map<number, Formula>()
  const quick = decider.index.numberOf('iam:PutRolePolicy')
  const quickAttach = decider.index.numberOf('iam:AttachRolePolicy')
  const sources = new SourcesByLabel()
  const callers: Caller[] = [...(build.callers.get(account.id) ?? []), build.controllers.get(account.id)!]
  for (const caller of callers) {
    if (!decider.mentions(caller, quick) && !decider.mentions(caller, quickAttach)) continue
    const label = labels.label(
      administrator,
      administratorFormula(account, model.snapshot.partition, decideAs(build, caller)),
    )
    sources.add(label, caller.node)
    if (label !== undefined) found.set(caller.node, label.verdict === 'certain' ? always : label.formula)
  }
  sources.addTo(build.collector, hub)
  return found
}

/**
 * Hops from `admin:<account>` to every identity that an administrator there can take over. Returns those which organization policies keep
 * from him under some condition: other ways may lead there.
 */
export function addFromAdministrator(
  build: Build,
  account: Account,
  administrators: Administrators,
): readonly (User | Role)[] {
  const { labels, model, writer } = build
  const hub = writer.find(adminNode(account.id))!
  const kept: (User | Role)[] = []
  if (account.users.length + account.roles.length === 0) return kept
  const fresh = callerOf(hub, freshAdministrator(account, model.snapshot.partition))
  const standing = standingOf(build, account, administrators)
  for (const identity of [...account.users, ...account.roles]) {
    let formula = takeoverFormula(identity, account, decideAs(build, fresh))
    // SCPs may exempt some administrators by name: then what those can do counts.
    for (const caller of standing) {
      if (formula.kind === 'always') break
      formula = any(formula, takeoverFormula(identity, account, decideAs(build, caller)))
    }
    const label = labels.label(administrator, formula)
    if (label !== undefined) writer.hop(hub, writer.find(identity.arn)!, label)
    if (formula.kind !== 'always' && canBeTakenOver(identity)) kept.push(identity)
  }
  return kept
}

/** Those who are administrators without condition. */
export const standingOf = (build: Build, { id }: Account, administrators: Administrators): readonly IdentityCaller[] =>
  (build.callers.get(id) ?? []).filter(({ node }) => administrators.get(node)?.kind === 'always')

/** What the administrator of an account may do beyond its identities is what a role made for the purpose may, by account id. */
export function administratorsOf(build: Build): ReadonlyMap<string, AccountCaller> {
  let callers = administrators.get(build)
  if (callers === undefined) {
    callers = new Map(
      [...build.model.accounts.values()].map((account) => {
        const hub = build.writer.find(adminNode(account.id))!
        return [account.id, { ...callerOf(hub, freshAdministrator(account, build.model.snapshot.partition)), account }]
      }),
    )
    administrators.set(build, callers)
  }
  return callers
}

const administrators = new WeakMap<Build, ReadonlyMap<string, AccountCaller>>()

function decideAs({ decider }: Build, caller: Caller): Decide {
  return (action, resource, given) => decider.decide(caller, decider.index.numberOf(action), resource, given)
}
