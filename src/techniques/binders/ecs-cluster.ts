import type { Account } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, notCollected } from '../binding/collected.ts'
import { anew, existing, placeOf } from '../binding/fill.ts'
import type { Binder } from '../technique.ts'
import { fixedSlots, passings } from './new-passrole.ts'

/** Passing a role to a task on a cluster that is there already. */
export const ecsCluster: Binder = {
  *openings(technique, account, model) {
    const clusters = clustersOf(account)
    if (clusters.length > 0) {
      const slots = { ...fixedSlots(account), 'existing-ecs-cluster': clusters.map((arn) => existing(arn)) }
      yield* passings(technique, account, model, slots)
      return
    }
    const some = { 'existing-ecs-cluster': [anew('ecs:cluster', placeOf(account, model))] }
    for (const opening of passings(technique, account, model, { ...fixedSlots(account), ...some })) {
      yield { ...opening, given: all(opening.given, clustersUnknown(account)) }
    }
  },
}

/** Clusters are known by their tasks. */
export const clustersOf = ({ compute }: Account): readonly string[] => [
  ...new Set(compute.flatMap((machine) => (machine.kind === 'task' ? [machine.cluster] : []))),
]

/** A cluster without tasks leaves no trace in the model: that there is none is never certain. */
function clustersUnknown(account: Account): Formula {
  const [refused] = gapsOf(account, 'ecs', 'ListClusters')
  return refused === undefined ? notCollected([account.id], 'ecs:ListClusters') : gapFormula(refused)
}
