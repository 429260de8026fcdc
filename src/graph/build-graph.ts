import type { Account, Model } from '#src/model/model.ts'
import { always, any, implies, never } from '#src/policy/formula.ts'
import { techniques } from '#src/techniques/index.ts'
import { accessActions, addAccess } from './access.ts'
import { ActionIndex } from './action-index.ts'
import { type Administrators, addAdministrators, addFromAdministrator, administratorActions } from './administrators.ts'
import { addAssumeRole } from './assume-role.ts'
import { adminNode, type Build, startBuild } from './build.ts'
import { addChanges } from './changes.ts'
import { addChangesToOpen, type Changed } from './changes-to-open.ts'
import { addAssignments, addFederation } from './entries.ts'
import type { Graph } from './graph.ts'
import { SourcesByLabel } from './hop-collector.ts'
import type { HopsByPair } from './hops-by-pair.ts'
import { addOpenings, addOpeningsOfAdministrator } from './openings.ts'
import { Place } from './place.ts'

/** Every action that some hop depends on. */
export const actionsOfInterest: readonly string[] = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  ...administratorActions,
  ...techniques.flatMap(({ requires }) => requires.map(({ action }) => action)),
  ...accessActions,
]

/** Nodes and hops of the whole organization. Everything that decides is the reference evaluator's; this finds whom to ask about. */
export function buildGraph(model: Model): Graph {
  const build = startBuild(model, new ActionIndex(actionsOfInterest))
  addAssignments(build)
  const everybody = new Map<string, Administrators>()
  const changes: Changed[] = []
  for (const account of model.accounts.values()) {
    addFederation(build, account)
    const administrators = addAdministrators(build, account)
    const place = new Place(build, account, administrators)
    const hops = addOpenings(build, place)
    changes.push(...addChanges(build, place, hops))
    everybody.set(account.id, collect(build, account, administrators, hops))
    build.collector.flush()
    build.decider.forget(build.callers.get(account.id) ?? [])
  }
  addAssumeRole(build)
  addChangesToOpen(build, changes, everybody)
  for (const account of model.accounts.values()) {
    const administrators = everybody.get(account.id)!
    const kept = addFromAdministrator(build, account, administrators)
    addOpeningsOfAdministrator(build, account, administrators, kept)
    build.collector.flush()
  }
  addAccess(build)
  return build.writer.finish()
}

/**
 * Who is administrator in one hop needs no other technique inside the account that is open to him under no weaker a condition:
 * whatever it leads to, the hub leads to as well. Returns all administrators.
 */
function collect(build: Build, account: Account, standing: Administrators, hops: HopsByPair): Administrators {
  const hub = build.writer.find(adminNode(account.id))!
  const all = [...hops.hops()]
  const administrators = new Map(standing)
  for (const { from, to, label } of all) {
    if (to !== hub) continue
    const formula = label.verdict === 'certain' ? always : label.formula
    administrators.set(from, any(administrators.get(from) ?? never, formula))
  }
  const identities = new Set<number>()
  for (const list of [account.users, account.roles, account.groups]) {
    for (const { arn } of list) identities.add(build.writer.find(arn)!)
  }
  const byTarget = new Map<number, SourcesByLabel>()
  for (const { from, to, label } of all) {
    if (identities.has(to) && implies(label.formula, administrators.get(from))) continue
    let sources = byTarget.get(to)
    if (sources === undefined) {
      sources = new SourcesByLabel()
      byTarget.set(to, sources)
    }
    sources.add(label, from)
  }
  for (const [target, sources] of byTarget) sources.addTo(build.collector, target)
  return administrators
}
