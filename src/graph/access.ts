import { bucketNameOf } from '#src/model/lookup.ts'
import type { Account, Resource, ResourceType } from '#src/model/model.ts'
import { accessTables } from '#src/techniques/access.ts'
import { accessSteps, type EncryptingKey } from './access-formula.ts'
import { administratorsOf } from './administrators.ts'
import { allowedPatterns } from './allowed-patterns.ts'
import { sessionHolder } from './assume-role.ts'
import type { Build } from './build.ts'
import { CallerGroups } from './caller-groups.ts'
import type { Caller } from './decider.ts'
import { discernment, Gathering } from './gathering.ts'
import type { Label } from './graph.ts'

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
  const keys = keysOf(build)
  const groups = new Map<ResourceType, CallerGroups>()
  for (const account of build.model.accounts.values()) {
    for (const resource of account.resources) {
      const node = build.writer.node(resource.arn, 'resource', account.id)
      const actions = accessActionsOf(build, resource.type)
      if (actions.length === 0) continue
      let own = groups.get(resource.type)
      if (own === undefined) {
        own = new CallerGroups(build, actions, { literalOf })
        groups.set(resource.type, own)
      }
      addResource(build, { account, resource, node, key: encryptingKey(resource, keys), actions }, own)
    }
  }
  build.collector.flush()
}

/** All actions by which a resource of the type is opened, those on the key that encrypts it too. */
export function accessActionsOf({ decider }: Build, type: ResourceType): readonly number[] {
  const { actions } = accessTables[type]
  return [
    ...new Set(
      actions.flatMap(({ action, onKey }) =>
        (onKey === undefined ? [action] : [action, onKey]).map((each) => decider.index.numberOf(each)),
      ),
    ),
  ]
}

interface Opened {
  readonly account: Account
  readonly resource: Resource
  readonly node: number
  readonly key: EncryptingKey
  readonly actions: readonly number[]
}

function addResource(build: Build, opened: Opened, groups: CallerGroups): void {
  const { decider, labels, model, outsiders } = build
  const { account, resource, node, key, actions } = opened
  const decide = (caller: Caller): readonly Label[] => {
    const steps = accessSteps(resource, account, key, {
      decide: (action, asked, given) => decider.decide(caller, decider.index.numberOf(action), asked, given),
      allowedPatterns: (action) => allowedPatterns(build, caller, action),
    })
    return steps.flatMap(({ step, formula }) => labels.label(step, formula) ?? [])
  }
  const addOne = (caller: Caller): void => {
    for (const label of decide(caller)) build.writer.hop(caller.node, node, label)
  }
  const facts = policiesOf(opened).flatMap((policy) => actions.map((action) => decider.policyFacts(policy, action)))
  const rcps = [account, ...(key.kind === 'key' ? [key.account] : [])].flatMap(({ membership }) =>
    membership === undefined ? [] : actions.map((action) => decider.reducer.membership(membership, action).rcps),
  )
  const grantees = (keyOf(opened)?.key?.grants ?? []).map(({ granteePrincipal }) => granteePrincipal)
  const named = discernment(facts, rcps)
  const apart = {
    ...named,
    arns: new Set([...named.arns, ...grantees]),
    accounts: new Set([...named.accounts, ...grantees.flatMap((name) => accountNamed(name) ?? [])]),
  }
  const gathering = new Gathering(groups, build.collector, { node, account: account.id }, apart, decide)
  const controller = build.controllers.get(account.id)!
  gathering.addAlone(administratorsOf(build).get(account.id)!)
  // What a policy says that could not be read may be anything: then whoever is allowed by his own side may get in.
  const isOpen = resource.policyGap !== undefined || facts.some((each) => each.isOpen)
  // The root user of the account comes to its resources as administrator, unless they are open to everybody.
  if (isOpen) gathering.addAlone(controller)
  else gathering.leaveOut(controller)
  for (const name of apart.arns) {
    const caller = build.byArn.get(name) ?? sessionHolder(build, name)
    if (caller !== undefined) gathering.addAlone(caller)
  }
  for (const stranger of outsiders.meantBy(apart.arns, apart.accounts, isOpen)) addOne(stranger)
  for (const caller of groups.naming(literalOf(resource.arn))) {
    const mayCross = isOpen || apart.accounts.has(caller.account.id)
    if (caller.account === account || mayCross) gathering.addAlone(caller)
  }
  for (const id of new Set([...apart.accounts, account.id])) {
    const place = model.accounts.get(id)
    if (place === undefined) continue
    if (place !== account) {
      gathering.addAlone(build.controllers.get(id)!)
      gathering.addAlone(administratorsOf(build).get(id)!)
    }
    gathering.addIn(place, place === account && isOpen ? groups.allIn(account) : groups.wideIn(id, resource.arn))
  }
  if (isOpen) {
    gathering.addEverywhere(groups.everywhere(resource.arn))
    gathering.addEverywhere(groups.controllers)
    addOne(outsiders.anybody)
    addOne(outsiders.anyPrincipal)
  }
  gathering.finish()
}

const accountNamed = (name: string): string | undefined => /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1]

const keyOf = ({ resource, key }: Opened): Resource | undefined =>
  resource.type === 'kms:key' ? resource : key.kind === 'key' ? key.key : undefined

const policiesOf = ({ resource, key }: Opened) =>
  [resource.policy, key.kind === 'key' ? key.key.policy : undefined].filter((policy) => policy !== undefined)

/** Patterns for objects of one bucket are about that bucket; everything else is about the ARN as it stands. */
export function literalOf(pattern: string): string {
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
