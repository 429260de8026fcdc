import {
  accountPrincipal,
  anonymous,
  outsider,
  roleSession,
  strangerFor,
  userPrincipal,
} from '#src/evaluate/subjects.ts'
import type { Account, Model, Role, User } from '#src/model/model.ts'
import type { ActionIndex } from './action-index.ts'
import { anyOutsider, nowhere } from './any-outsider.ts'
import { type Caller, callerOf, Decider } from './decider.ts'
import { GrantGroups } from './grant-groups.ts'
import { GraphWriter } from './graph-writer.ts'
import { HopCollector } from './hop-collector.ts'
import { LabelMaker } from './label-maker.ts'

/** What the parts of the graph builder share while they build one graph. */
export interface Build {
  readonly model: Model
  readonly writer: GraphWriter
  readonly labels: LabelMaker
  readonly decider: Decider
  readonly groups: GrantGroups
  readonly collector: HopCollector
  /** Users and roles by account id, in the order of their nodes. */
  readonly callers: ReadonlyMap<string, readonly IdentityCaller[]>
  readonly byArn: ReadonlyMap<string, IdentityCaller>
  /** Whoever controls an account of the organization, by account id. */
  readonly controllers: ReadonlyMap<string, AccountCaller>
  /** AWS services by the name that trust policies give them. */
  readonly services: Map<string, Caller>
  /** Outsiders: anybody unsigned, any AWS principal, and principals and accounts that some policy names. */
  readonly outsiders: Outsiders
}

/** A caller of an account that the model holds. */
export interface AccountCaller extends Caller {
  readonly account: Account
}

export interface IdentityCaller extends AccountCaller {
  readonly identity: User | Role
}

export function startBuild(model: Model, index: ActionIndex): Build {
  const writer = new GraphWriter()
  const callers = new Map<string, IdentityCaller[]>()
  const byArn = new Map<string, IdentityCaller>()
  const controllers = new Map<string, AccountCaller>()
  for (const account of model.accounts.values()) {
    const own: IdentityCaller[] = []
    for (const identity of [...account.users, ...account.roles]) {
      const node = writer.node(identity.arn, identity.kind, account.id)
      const principal = identity.kind === 'user' ? userPrincipal(identity, account) : roleSession(identity, account)
      const caller = { ...callerOf(node, principal), identity, account }
      own.push(caller)
      byArn.set(identity.arn, caller)
    }
    callers.set(account.id, own)
    for (const group of account.groups) writer.node(group.arn, 'group', account.id)
    for (const resource of account.resources) writer.node(resource.arn, 'resource', account.id)
    const node = writer.node(account.arn, 'account', account.id)
    controllers.set(account.id, { ...callerOf(node, accountPrincipal(account.arn, account.id, account)), account })
    writer.node(adminNode(account.id), 'admin', account.id)
  }
  return {
    model,
    writer,
    labels: new LabelMaker(),
    decider: new Decider(index, model.snapshot.capturedAt, (account) => model.accounts.has(account)),
    groups: new GrantGroups(),
    collector: new HopCollector(writer),
    callers,
    byArn,
    controllers,
    services: new Map(),
    outsiders: new Outsiders(model, writer),
  }
}

export const adminNode = (account: string): string => `admin:${account}`

/** Principals that no collected account holds; each gets a node when a policy first names it. */
export class Outsiders {
  readonly anybody: Caller
  readonly anyPrincipal: Caller
  readonly #model: Model
  readonly #writer: GraphWriter
  readonly #named = new Map<string, Caller | undefined>()
  /** By account, and by every ARN by which a policy may mean them. */
  readonly #meant = new Map<string, Set<Caller>>()

  constructor(model: Model, writer: GraphWriter) {
    this.#model = model
    this.#writer = writer
    this.anybody = callerOf(writer.node('*', 'anonymous', ''), anonymous)
    this.anyPrincipal = callerOf(
      writer.node(anyOutsider, 'external', ''),
      outsider(`arn:${model.snapshot.partition}:iam::${nowhere}:root`, nowhere),
    )
  }

  /** Undefined for what stands for nobody: unique ids of deleted principals, and identities that a read account lacks. */
  named(name: string): Caller | undefined {
    if (this.#named.has(name)) return this.#named.get(name)
    const caller = this.#make(name)
    this.#named.set(name, caller)
    if (caller !== undefined) {
      const { account, arn, roleArn } = caller.principal
      for (const key of [account, arn, roleArn]) {
        if (key === undefined) continue
        const meant = this.#meant.get(key)
        if (meant === undefined) this.#meant.set(key, new Set([caller]))
        else meant.add(caller)
      }
    }
    return caller
  }

  #make(name: string): Caller | undefined {
    const arn = /^\d{12}$/.test(name) ? `arn:${this.#model.snapshot.partition}:iam::${name}:root` : name
    const principal = arn.startsWith('arn:') ? strangerFor(this.#model, arn) : undefined
    if (principal?.account === undefined) return undefined
    const isKnown = this.#model.accounts.has(principal.account)
    const kind = arn.endsWith(':root')
      ? 'account'
      : isKnown && /:role\//.test(arn)
        ? 'role'
        : isKnown && /:user\//.test(arn)
          ? 'user'
          : 'external'
    return callerOf(this.#writer.node(arn, kind, principal.account), principal)
  }

  /** Those whom a policy can mean: by name, by their account, or because it is open to everybody. */
  meantBy(names: Iterable<string>, accounts: Iterable<string>, isOpen: boolean): ReadonlySet<Caller> {
    if (isOpen) return new Set(this.all())
    const callers = new Set<Caller>()
    for (const key of [...names, ...accounts]) for (const caller of this.#meant.get(key) ?? []) callers.add(caller)
    return callers
  }

  /** Every one that was named so far. */
  *all(): Generator<Caller> {
    for (const caller of this.#named.values()) if (caller !== undefined) yield caller
  }
}
