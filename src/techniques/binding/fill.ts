import type { Account } from '#src/model/model.ts'
import type { Context, Need, NeedResource, Requirement, Technique } from '../technique.ts'
import { arnTemplates } from './arn-templates.ts'

/** Where a technique is used. */
export interface Place {
  readonly account: string
  readonly partition: string
}

/** What the slots of a technique stand for in one opening: resources any of which will do. */
export type Slots = Readonly<Record<string, readonly NeedResource[]>>

export const placeOf = (account: Account, { snapshot }: { snapshot: { partition: string } }): Place => ({
  account: account.id,
  partition: snapshot.partition,
})

export const existing = (arn: string, tags?: Readonly<Record<string, string>>): NeedResource => ({
  kind: 'existing',
  arn,
  ...(tags && { tags }),
})

/** Something new of a resource type of `arnTemplates`, or of a narrower template. */
export const anew = (type: string, place: Place, template = arnTemplates[type]!): NeedResource => ({
  kind: 'new',
  name: type,
  template: template.replace('{partition}', place.partition).replace('{account}', place.account),
})

/**
 * The needs of a technique with its slots filled. A slot that stands for nothing closes the requirement that speaks of it;
 * undefined when a requirement without alternative is closed.
 */
export function needsOf(
  { requires }: Pick<Technique, 'requires'>,
  place: Place,
  slots: Slots,
): readonly (readonly Need[])[] | undefined {
  const filled: (readonly Need[])[] = []
  const alternatives = new Map<string, Need[]>()
  for (const requirement of requires) {
    const needs = isFixed(requirement, slots) ? fixedNeeds(requirement, place) : needsFor(requirement, place, slots)
    if (requirement.oneOf === undefined) {
      if (needs.length === 0) return undefined
      filled.push(needs)
      continue
    }
    const known = alternatives.get(requirement.oneOf)
    if (known === undefined) alternatives.set(requirement.oneOf, [...needs])
    else known.push(...needs)
  }
  for (const needs of alternatives.values()) {
    if (needs.length === 0) return undefined
    filled.push(needs)
  }
  return filled
}

/** Nothing in the requirement differs between the openings of one account. */
const isFixed = ({ on, context }: Requirement, slots: Slots): boolean =>
  slots[on] === undefined &&
  (context === undefined || Object.values(context).every((values) => !values.some((value) => value.startsWith('{'))))

/** The needs of such a requirement in the account asked about last: thousands of openings share them. */
const fixed = new WeakMap<Requirement, { readonly place: string; readonly needs: readonly Need[] }>()

function fixedNeeds(requirement: Requirement, place: Place): readonly Need[] {
  const here = `${place.partition}:${place.account}`
  let known = fixed.get(requirement)
  if (known?.place !== here) {
    known = { place: here, needs: needsFor(requirement, place, {}) }
    fixed.set(requirement, known)
  }
  return known.needs
}

function needsFor({ action, on, context }: Requirement, place: Place, slots: Slots): readonly Need[] {
  const filled = context === undefined ? undefined : fillContext(context, place, slots)
  if (filled === 'closed') return []
  return resourcesOf(on, place, slots).map((resource) => ({ action, resource, ...(filled && { context: filled }) }))
}

function resourcesOf(slot: string, place: Place, slots: Slots): readonly NeedResource[] {
  const given = slots[slot]
  if (given !== undefined) return given
  if (slot === 'any') return [{ kind: 'any' }]
  return arnTemplates[slot] === undefined ? [] : [anew(slot, place)]
}

/** `{slot}` among the values stands for the ARNs of what the slot holds. */
function fillContext(context: Context, place: Place, slots: Slots): Context | 'closed' {
  if (!Object.values(context).some((values) => values.some((value) => value.startsWith('{')))) return context
  const filled: Record<string, readonly string[]> = {}
  for (const [key, values] of Object.entries(context)) {
    const arns = values.flatMap((value) => (value.startsWith('{') ? arnsOf(value.slice(1, -1), place, slots) : [value]))
    if (arns.length === 0) return 'closed'
    filled[key] = arns
  }
  return filled
}

function arnsOf(slot: string, place: Place, slots: Slots): readonly string[] {
  return resourcesOf(slot, place, slots).flatMap((resource) => {
    if (resource.kind === 'any') return []
    return [resource.kind === 'existing' ? resource.arn : resource.template]
  })
}
