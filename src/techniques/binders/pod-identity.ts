import type { Account, Model, Resource } from '#src/model/model.ts'
import { all, always, atom, type Formula } from '#src/policy/formula.ts'
import { givenBy } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import { eks } from '../eks.ts'
import type { Binder, Opening, Requirement, Technique } from '../technique.ts'
import { clusterAdmin, clusterSlots, clustersOf } from './clusters.ts'

const service = 'pods.eks.amazonaws.com'

/**
 * A role passed to the pods of a cluster. Whether the caller may run pods stands in the cluster, so that the hop is conditional, unless
 * the caller can make himself its administrator.
 */
export const podIdentity: Binder = {
  *openings(technique, account, model) {
    for (const cluster of clustersOf(account)) {
      const isExisting = technique.requires.some(({ on }) => on === 'eks:podidentityassociation')
      if (isExisting && !hasAssociation(account, cluster)) continue
      yield* open(technique, account, model, cluster, atom('StringEquals', doubtKey, [technique.id]))
      for (const { given } of clusterAdmin.openings!(accessEntry, { ...account, resources: [cluster] }, model)) {
        yield* open(technique, account, model, cluster, given, accessEntry.requires)
      }
    }
  },
}

const accessEntry = eks.find(({ id }) => id === 'eks-901')!

const hasAssociation = ({ workloadIdentities }: Account, { arn }: Resource): boolean =>
  workloadIdentities.some(({ cluster, mechanism }) => cluster === arn && mechanism === 'pod-identity')

function* open(
  technique: Technique,
  account: Account,
  model: Model,
  cluster: Resource,
  canRunPods: Formula,
  more: readonly Requirement[] = [],
): Generator<Opening> {
  const place = placeOf(account, model)
  const requires = [...technique.requires, ...more]
  for (const role of rolesTrusting(account, service)) {
    const slots = { ...clusterSlots(cluster, place), 'target-role': [existing(role.arn, role.tags)] }
    const needs = needsOf({ requires }, place, slots)
    if (needs === undefined) continue
    const given = all(more.length === 0 ? givenBy(technique, account) : always, canRunPods)
    const trust = trustFor(service, role.arn, account, { 'aws:SourceArn': [cluster.arn] })
    yield { technique, to: role.arn, resource: cluster.arn, needs, given, trust }
  }
}
