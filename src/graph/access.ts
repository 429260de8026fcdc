import { bucketNameOf } from '#src/model/lookup.ts'
import type { Account, Resource } from '#src/model/model.ts'
import { accessTables } from '#src/techniques/access.ts'
import { accessSteps, type EncryptingKey } from './access-formula.ts'
import { administratorOf } from './administrators.ts'
import type { Build } from './build.ts'
import type { Caller } from './decider.ts'
import { SourcesByLabel } from './hop-collector.ts'
import { allowedPatterns } from './openings.ts'

export const accessActions: readonly string[] = [
  ...new Set(
    Object.values(accessTables).flatMap(({ actions }) =>
      actions.flatMap(({ action, onKey }) => (onKey === undefined ? [action] : [action, onKey])),
    ),
  ),
]

/**
 * Who may read, write or administer each resource. Within the account, candidates are those whose policies mention the action and the
 * resource; across accounts the resource policy must name them, their account, or everybody as well.
 */
export function addAccess(build: Build): void {
  const holders = new Holders(build)
  const keys = keysOf(build)
  for (const account of build.model.accounts.values()) {
    for (const resource of account.resources) {
      const node = build.writer.node(resource.arn, 'resource', account.id)
      const key = encryptingKey(resource, keys)
      addResource(build, account, resource, node, key, holders)
    }
    build.collector.flush()
  }
}

function addResource(
  build: Build,
  account: Account,
  resource: Resource,
  node: number,
  key: EncryptingKey,
  holders: Holders,
): void {
  const { decider, labels } = build
  const candidates = new Map<number, Caller>()
  const administrator = administratorOf(build, account)
  candidates.set(administrator.node, administrator)
  for (const { action } of accessTables[resource.type].actions) {
    for (const caller of candidatesFor(build, account, resource, decider.index.numberOf(action), holders)) {
      candidates.set(caller.node, caller)
    }
  }
  const sources = new SourcesByLabel()
  for (const caller of candidates.values()) {
    const steps = accessSteps(resource, account, key, {
      decide: (action, asked, given) =>
        decider.decide(caller, decider.index.numberOf(action), { node, resource: asked }, given),
      allowedPatterns: (action) => allowedPatterns(build, caller, action),
    })
    for (const { step, formula } of steps) sources.add(labels.label(step, formula), caller.node)
  }
  sources.addTo(build.collector, node)
}

function* candidatesFor(
  build: Build,
  account: Account,
  resource: Resource,
  action: number,
  holders: Holders,
): Generator<Caller> {
  const { decider, model, outsiders } = build
  const exact = holders.exact(action, literalOf(resource.arn))
  const wide = holders.wide(action)
  for (const caller of exact) if (caller.principal.account === account.id) yield caller
  yield* wide.get(account.id) ?? []
  for (const { granteePrincipal } of resource.key?.grants ?? []) yield* namedBy(build, granteePrincipal)
  if (resource.policyGap !== undefined && resource.policy === undefined) {
    // What the policy says is not known: it may let in whoever else is allowed by its own side.
    for (const caller of exact) yield caller
  }
  if (resource.policy === undefined) return
  const facts = decider.policyFacts(resource.policy, action)
  if (!facts.mayAllow) return
  for (const name of facts.arns) yield* namedBy(build, name)
  for (const id of facts.accounts) {
    if (!model.accounts.has(id)) yield* namedBy(build, id)
    else if (id !== account.id) {
      yield build.controllers.get(id)!
      for (const caller of exact) if (caller.principal.account === id) yield caller
      yield* wide.get(id) ?? []
    }
  }
  if (!facts.isOpen) return
  yield* build.callers.get(account.id) ?? []
  yield* exact
  for (const callers of wide.values()) yield* callers
  yield outsiders.anybody
  yield outsiders.anyPrincipal
  yield* outsiders.all()
}

function* namedBy(build: Build, name: string): Generator<Caller> {
  const caller = build.byArn.get(name) ?? build.outsiders.named(name)
  if (caller !== undefined) yield caller
}

/** Who mentions an action: by the whole ARN of a resource (or the name of a bucket), or by patterns. */
class Holders {
  readonly #build: Build
  readonly #byAction = new Map<number, { exact: Map<string, Caller[]>; wide: Map<string, Caller[]> }>()

  constructor(build: Build) {
    this.#build = build
    const wanted = new Set(accessActions.map((action) => build.decider.index.numberOf(action)))
    for (const [account, callers] of build.callers) {
      for (const caller of callers) {
        const mentioned = new Set<number>()
        for (const { policy } of caller.principal.identityPolicies) {
          for (const action of build.decider.index.actionsOf(policy)) if (wanted.has(action)) mentioned.add(action)
        }
        for (const action of mentioned) this.#add(account, caller, action)
      }
    }
  }

  exact(action: number, literal: string): readonly Caller[] {
    return this.#byAction.get(action)?.exact.get(literal) ?? []
  }

  wide(action: number): ReadonlyMap<string, readonly Caller[]> {
    return this.#byAction.get(action)?.wide ?? nobody
  }

  #add(account: string, caller: Caller, action: number): void {
    let holders = this.#byAction.get(action)
    if (holders === undefined) this.#byAction.set(action, (holders = { exact: new Map(), wide: new Map() }))
    const literals = this.#literals(caller, action)
    if (literals === undefined) push(holders.wide, account, caller)
    else for (const literal of literals) push(holders.exact, literal, caller)
  }

  /** What the Allows name, if all of it is literal; undefined if some pattern may fit more. */
  #literals(caller: Caller, action: number): ReadonlySet<string> | undefined {
    const literals = new Set<string>()
    for (const { policy } of this.#build.decider.grantsOf(caller, action).identityPolicies) {
      for (const { effect, resource, unreadable } of policy.statements) {
        if (unreadable) return undefined
        if (effect === 'Deny') continue
        if (resource === undefined) return undefined
        for (const pattern of resource) {
          const literal = literalOf(pattern)
          if (/[*?$]/.test(literal)) return undefined
          literals.add(literal)
        }
      }
    }
    return literals
  }
}

const nobody: ReadonlyMap<string, readonly Caller[]> = new Map()

/** Patterns for objects of one bucket are about that bucket; everything else is about the ARN as it stands. */
function literalOf(pattern: string): string {
  const bucket = bucketNameOf(pattern)
  return bucket === undefined ? pattern : `bucket ${bucket}`
}

/** KMS keys of all accounts: resources may be encrypted with a key that lies elsewhere. */
export type Keys = ReadonlyMap<string, { readonly key: Resource; readonly account: Account }>

function keysOf({ model }: Build): Keys {
  const keys = new Map<string, { key: Resource; account: Account }>()
  for (const account of model.accounts.values()) {
    for (const key of account.resources) if (key.type === 'kms:key') keys.set(key.arn, { key, account })
  }
  return keys
}

export function encryptingKey(
  { kmsKey }: Resource,
  keys: { get(arn: string): { key: Resource; account: Account } | undefined },
): EncryptingKey {
  if (kmsKey === undefined) return { kind: 'none' }
  const known = keys.get(kmsKey)
  return known === undefined ? { kind: 'unread', arn: kmsKey } : { kind: 'key', ...known }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
