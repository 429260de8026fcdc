import type { Account } from '#src/model/model.ts'
import { all } from '#src/policy/formula.ts'
import { unlessCollected } from '../binding/collected.ts'
import { anew, existing, placeOf } from '../binding/fill.ts'
import type { Binder } from '../technique.ts'
import { fixedSlots, passings } from './new-passrole.ts'

/** Passing a role to a task on a cluster that is there already. */
export const ecsCluster: Binder = {
  *openings(technique, account, model, isWanted) {
    const clusters = clustersOf(account)
    if (clusters.length > 0) {
      const slots = { ...fixedSlots(account), 'existing-ecs-cluster': clusters.map((arn) => existing(arn)) }
      yield* passings(technique, account, model, slots, undefined, isWanted)
    }
    const unlisted = unlessCollected(account, model, 'ecs', 'ListClusters')
    if (unlisted.kind === 'never') return
    const some = { 'existing-ecs-cluster': [anew('ecs:cluster', placeOf(account, model))] }
    const slots = { ...fixedSlots(account), ...some }
    for (const opening of passings(technique, account, model, slots, undefined, isWanted)) {
      yield { ...opening, given: all(opening.given, unlisted) }
    }
  },
  *closedOpenings(technique, { to }, account, model) {
    if (clustersOf(account).length > 0 || unlessCollected(account, model, 'ecs', 'ListClusters').kind !== 'never')
      return
    const some = { 'existing-ecs-cluster': [anew('ecs:cluster', placeOf(account, model))] }
    const ofRole = passings(
      technique,
      account,
      model,
      { ...fixedSlots(account), ...some },
      undefined,
      (arn) => arn === to,
    )
    for (const opening of ofRole)
      yield { ...opening, closedBy: { layer: 'binding', reason: 'the account has no ECS cluster' } }
  },
}

/** Clusters that are listed, and those of tasks. */
const clustersOf = ({ compute, ecsClusters = [] }: Account): readonly string[] => [
  ...new Set([...ecsClusters, ...compute.flatMap((machine) => (machine.kind === 'task' ? [machine.cluster] : []))]),
]
