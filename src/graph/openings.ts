import { servicePrincipal } from '#src/evaluate/subjects.ts'
import type { Account, Role, User } from '#src/model/model.ts'
import { binderOf } from '#src/techniques/index.ts'
import type { IsWanted, Technique } from '#src/techniques/technique.ts'
import { type Administrators, administratorsOf, standingOf } from './administrators.ts'
import { adminNode, type Build, type IdentityCaller } from './build.ts'
import { callerOf } from './decider.ts'
import { HopsByPair } from './hops-by-pair.ts'
import { endsInAdmin, live } from './live-techniques.ts'
import { Place } from './place.ts'

/**
 * The techniques of one account: each is bound to its targets by its binder, and whoever may do all that a binding needs
 * has the hop. Callers are asked only for techniques whose actions their policies mention.
 */
export function addOpenings(build: Build, place: Place): HopsByPair {
  const hops = new HopsByPair(build.labels)
  const { account } = place
  for (const technique of live) {
    const binder = binderOf(technique)
    const everybody = place.ableTo(technique, binder.leadsElsewhere)
    const able = endsInAdmin(technique) ? place.unsettled(everybody, hops) : everybody
    if (binder.openings !== undefined) addShared(build, place, technique, able, hops)
    if (binder.ownOpenings === undefined) continue
    for (const caller of able) {
      for (const opening of binder.ownOpenings(technique, caller.identity, account, build.model)) {
        if (opening.closedBy === undefined) place.add(opening, [caller], hops)
      }
    }
  }
  return hops
}

/** Where organization policies keep administrators from taking identities over, by the techniques that are left to them. */
export function addOpeningsOfAdministrator(
  build: Build,
  account: Account,
  administrators: Administrators,
  kept: readonly (User | Role)[],
): void {
  if (kept.length === 0) return
  const hub = build.writer.find(adminNode(account.id))!
  const place = new Place(build, account, administrators)
  const hops = new HopsByPair(build.labels)
  const arns = new Set(kept.map(({ arn }) => arn))
  const askers = [administratorsOf(build).get(account.id)!, ...standingOf(build, account, administrators)]
  const callers = askers.map((caller) => callerOf(hub, caller.principal))
  for (const technique of live) {
    if (endsInAdmin(technique)) continue
    const isWanted: IsWanted = (arn) => arns.has(arn)
    for (const opening of binderOf(technique).openings?.(technique, account, build.model, isWanted) ?? []) {
      if (opening.closedBy !== undefined || opening.from !== undefined || !arns.has(opening.to)) continue
      place.add(opening, callers, hops)
    }
  }
  for (const { from, to, label } of hops.hops()) build.writer.hop(from, to, label)
}

function addShared(
  { model, writer }: Build,
  place: Place,
  technique: Technique,
  able: readonly IdentityCaller[],
  hops: HopsByPair,
): void {
  const needsNobody = technique.requires.length === 0
  if (able.length === 0 && !needsNobody) return
  for (const opening of binderOf(technique).openings!(
    technique,
    place.account,
    model,
    place.wantedBy(able, technique, hops),
  )) {
    if (opening.closedBy !== undefined) continue
    if (opening.from === undefined) place.add(opening, able, hops)
    else {
      const from = able.find(({ principal }) => (principal.roleArn ?? principal.arn) === opening.from)
      if (from !== undefined) place.add(opening, [from], hops)
      else if (opening.needs.length === 0) {
        const node = writer.find(opening.from) ?? writer.node(opening.from, kindOf(opening.from), place.account.id)
        place.add(opening, [callerOf(node, servicePrincipal(opening.from))], hops)
      }
    }
  }
}

const kindOf = (arn: string) => (arn.includes(':trust-anchor/') ? 'trust-anchor' : 'resource')
