import { type PolicyLibrary, unknownPolicy } from '#src/policy/library.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import type { OrganizationFacts, OrganizationPolicyFact, UnitFact } from './facts.ts'
import type { Level, Membership } from './membership.ts'
import type { Organization, OrganizationalUnit } from './model.ts'

export interface BuiltOrganization {
  readonly organization: Organization
  /** The place of each listed account. Levels are shared by the accounts below them. */
  readonly memberships: ReadonlyMap<string, Membership>
}

type Attachments = ReadonlyMap<string, readonly NamedPolicy[]>

/**
 * The tree of an organization with the policies attached to each level. What could not be collected stands there as a policy
 * of which nothing is known: a missing attachment would otherwise read as an implicit deny, or as consent.
 * `problem` is told of policies that cannot be read.
 */
export function buildOrganization(
  facts: OrganizationFacts,
  id: string,
  managementAccountId: string,
  library: Pick<PolicyLibrary, 'intern'>,
  problem: (policy: string, message: string) => void,
): BuiltOrganization {
  const units = unitsOf(facts.units, id)
  const scps = attach(facts, 'scp', facts.hasScps, library, problem)
  const rcps = attach(facts, 'rcp', facts.hasRcps, library, problem)
  const levelsOf = new Map<string, readonly Level[]>()
  const chain = (unit: OrganizationalUnit): readonly Level[] => {
    const known = levelsOf.get(unit.id)
    if (known !== undefined) return known
    const parent = unit.parent === undefined ? undefined : units.get(unit.parent)
    const type = unit.parent === undefined ? 'ROOT' : 'OU'
    const levels = [
      ...(parent === undefined ? [] : chain(parent)),
      { id: unit.id, type, name: unit.name, scps: scps.at(unit.id), rcps: rcps.at(unit.id) } as const,
    ]
    levelsOf.set(unit.id, levels)
    return levels
  }
  const lost: Level = {
    id: 'unknown',
    type: 'OU',
    name: 'units that were not collected',
    scps: scps.isOn ? unknownAttachment : [],
    rcps: rcps.isOn ? unknownAttachment : [],
  }
  const root = [...units.values()].find(({ parent }) => parent === undefined)
  const memberships = new Map<string, Membership>()
  for (const account of facts.accounts) {
    const unit = account.parent === undefined ? undefined : units.get(account.parent)
    const above = unit === undefined ? [...(root === undefined ? [] : chain(root)), lost] : chain(unit)
    memberships.set(account.id, {
      organizationId: id,
      path: (unit ?? root)?.path ?? `${id}/`,
      isManagement: account.id === managementAccountId,
      levels: [
        ...above,
        {
          id: account.id,
          type: 'ACCOUNT',
          name: account.name ?? account.id,
          scps: scps.at(account.id),
          rcps: rcps.at(account.id),
        },
      ],
      hasScps: scps.isOn,
    })
  }
  return { organization: { id, managementAccountId, units: [...units.values()] }, memberships }
}

/** Units by id, parents before children. A unit below none of the roots, or in a circle, is left out. */
function unitsOf(facts: readonly UnitFact[], organizationId: string): Map<string, OrganizationalUnit> {
  const children = new Map<string | undefined, UnitFact[]>()
  for (const unit of facts) children.set(unit.parent, [...(children.get(unit.parent) ?? []), unit])
  const units = new Map<string, OrganizationalUnit>()
  const queue: (readonly [UnitFact, string])[] = (children.get(undefined) ?? []).map((root) => [
    root,
    `${organizationId}/`,
  ])
  for (const [{ id, name, parent }, above] of queue) {
    if (units.has(id)) continue
    const path = `${above}${id}/`
    units.set(id, { id, name, path, ...(parent !== undefined && { parent }) })
    for (const child of children.get(id) ?? []) queue.push([child, path])
  }
  return units
}

const unknownAttachment: readonly NamedPolicy[] = [{ name: 'policies that were not collected', policy: unknownPolicy }]
const none: readonly NamedPolicy[] = []

/** What is attached where, of one type of policy. Lists of the same policies are one list. */
function attach(
  facts: OrganizationFacts,
  type: OrganizationPolicyFact['type'],
  isEnabled: boolean | undefined,
  library: Pick<PolicyLibrary, 'intern'>,
  problem: (policy: string, message: string) => void,
): { readonly isOn: boolean; at(target: string): readonly NamedPolicy[] } {
  const policies = facts.policies.filter((policy) => policy.type === type)
  const isUnlisted = facts.unlisted.includes(type)
  if (isEnabled === false || (isEnabled === undefined && policies.length === 0 && !isUnlisted)) {
    return { isOn: false, at: () => none }
  }
  const everywhere: NamedPolicy[] = isUnlisted ? [...unknownAttachment] : []
  const byTarget = new Map<string, NamedPolicy[]>()
  for (const { id, name, document, targets } of policies) {
    const policy = document === undefined ? unknownPolicy : library.intern(document, type)
    for (const { place, reason } of policy.problems) problem(id, `${place === '' ? '' : `${place}: `}${reason}`)
    // Where it is attached is not known: it may be anywhere.
    if (targets === undefined) everywhere.push({ name, arn: id, policy: unknownPolicy })
    const named = { name, arn: id, policy }
    for (const target of new Set(targets)) {
      const attached = byTarget.get(target)
      if (attached === undefined) byTarget.set(target, [named])
      else attached.push(named)
    }
  }
  const shared = new Map<string, readonly NamedPolicy[]>()
  const lists: Attachments = new Map(
    [...byTarget].map(([target, attached]) => {
      const list = [...attached, ...everywhere]
      const key = list.map(({ arn }) => arn).join()
      if (!shared.has(key)) shared.set(key, list)
      return [target, shared.get(key)!]
    }),
  )
  return { isOn: true, at: (target) => lists.get(target) ?? everywhere }
}
