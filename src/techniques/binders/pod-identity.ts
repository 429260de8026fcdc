import type { Account, Model, Resource } from '#src/model/model.ts'
import { all, always, atom, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { anew, existing, needsOf, placeOf } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import { eks } from '../eks.ts'
import type { Binder, Opening, Requirement, Technique } from '../technique.ts'
import { clusterAdmin, clusterSlots, clustersOf } from './clusters.ts'
import { clustersIn } from './new-passrole.ts'

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
    yield* unseen(technique, account, model)
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

/** The same on clusters that were not collected. */
function* unseen(technique: Technique, account: Account, model: Model): Generator<Opening> {
  const place = placeOf(account, model)
  for (const gap of gapsOf(account, model, 'eks', ['ListClusters'])) {
    const cluster = anew('existing-cluster', place, clustersIn(gap.region))
    for (const role of rolesTrusting(account, service)) {
      const slots = { 'existing-cluster': [cluster], 'target-role': [existing(role.arn, role.tags)] }
      const needs = needsOf(technique, place, slots)
      const given = all(givenBy(technique, account), atom('StringEquals', doubtKey, [technique.id]), gapFormula(gap))
      if (needs !== undefined)
        yield { technique, to: role.arn, needs, given, trust: trustFor(service, role.arn, account) }
    }
  }
}
