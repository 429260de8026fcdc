import type { Account, Model } from '#src/model/model.ts'
import { techniques } from '#src/techniques/index.ts'
import { accessActions, addAccess } from './access.ts'
import { ActionIndex } from './action-index.ts'
import { addAdministrators, addFromAdministrator, administratorActions } from './administrators.ts'
import { addAssumeRole } from './assume-role.ts'
import { adminNode, type Build, startBuild } from './build.ts'
import { addAssignments, addFederation } from './entries.ts'
import type { Graph } from './graph.ts'
import { SourcesByLabel } from './hop-collector.ts'
import type { HopsByPair } from './hops-by-pair.ts'
import { addOpenings } from './openings.ts'

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
  const everybody = new Map<string, ReadonlySet<number>>()
  for (const account of model.accounts.values()) {
    addFederation(build, account)
    const administrators = addAdministrators(build, account)
    const hops = addOpenings(build, account, administrators)
    everybody.set(account.id, collect(build, account, administrators, hops))
    build.collector.flush()
  }
  addAssumeRole(build)
  for (const account of model.accounts.values()) {
    addFromAdministrator(build, account, everybody.get(account.id)!)
    build.collector.flush()
  }
  addAccess(build)
  return build.writer.finish()
}

/**
 * Who is administrator for certain in one hop needs no other technique inside the account: whatever it leads to, the hub leads to as
 * well. Returns all of them.
 */
function collect(build: Build, account: Account, standing: ReadonlySet<number>, hops: HopsByPair): ReadonlySet<number> {
  const hub = build.writer.find(adminNode(account.id))!
  const all = [...hops.hops()]
  const administrators = new Set(standing)
  for (const { from, to, label } of all) if (to === hub && label.verdict === 'certain') administrators.add(from)
  const identities = new Set<number>()
  for (const list of [account.users, account.roles, account.groups]) {
    for (const { arn } of list) identities.add(build.writer.find(arn)!)
  }
  const byTarget = new Map<number, SourcesByLabel>()
  for (const { from, to, label } of all) {
    if (administrators.has(from) && identities.has(to)) continue
    let sources = byTarget.get(to)
    if (sources === undefined) byTarget.set(to, (sources = new SourcesByLabel()))
    sources.add(label, from)
  }
  for (const [target, sources] of byTarget) sources.addTo(build.collector, target)
  return administrators
}
