import type { Account, Model, Resource, WorkloadIdentity } from '#src/model/model.ts'
import { all, always, type Formula, never } from '#src/policy/formula.ts'
import { givenBy, notCollected, unlessCollected } from '../binding/collected.ts'
import { anew, existing, needsOf, type Place, placeOf, type Slots } from '../binding/fill.ts'
import { trustFor } from '../binding/trust.ts'
import type { Binder, Opening, TrustNeed } from '../technique.ts'

/** Administrator of a cluster by an access entry: only clusters that look at access entries. */
export const clusterAdmin: Binder = {
  leadsElsewhere: true,
  *openings(technique, account, model) {
    for (const cluster of clustersOf(account)) {
      const needs = needsOf(technique, placeOf(account, model), clusterSlots(cluster, placeOf(account, model)))
      const given = all(givenBy(technique, account), readsAccessEntries(cluster))
      if (needs !== undefined && given.kind !== 'never') yield { technique, to: cluster.arn, needs, given }
    }
  },
  *closedOpenings(technique, { to }, account, model) {
    const cluster = clustersOf(account).find(({ arn }) => arn === to)
    if (cluster === undefined || readsAccessEntries(cluster).kind !== 'never') return
    const needs = needsOf(technique, placeOf(account, model), clusterSlots(cluster, placeOf(account, model)))
    const reason = 'the cluster does not read access entries'
    if (needs !== undefined) yield { technique, to, needs, given: always, closedBy: { layer: 'binding', reason } }
  },
}

export const clustersOf = ({ resources }: Account): readonly Resource[] =>
  resources.filter(({ type }) => type === 'eks:cluster')

export function clusterSlots({ arn, tags, name }: Resource, place: Place): Slots {
  const region = arn.split(':')[3]!
  const within = (type: string) => `arn:{partition}:eks:${region}:{account}:${type}/${name}/*`
  return {
    'existing-cluster': [existing(arn, tags)],
    'eks:access-entry': [anew('eks:access-entry', place, within('access-entry'))],
    'eks:podidentityassociation': [anew('eks:podidentityassociation', place, within('podidentityassociation'))],
  }
}

function readsAccessEntries({ account, region, name, cluster }: Resource): Formula {
  if (cluster?.authenticationMode === undefined) return notCollected([account, region], `eks:DescribeCluster ${name}`)
  return cluster.authenticationMode === 'CONFIG_MAP' ? never : always
}

/** An administrator of a cluster runs pods under any service account, and so with any role that one of them gets. */
export const podRoles: Binder = {
  *openings(technique, account, model) {
    for (const cluster of clustersOf(account)) {
      for (const identity of identitiesOf(account, cluster)) {
        const exists = provider(identity, account, model)
        if (exists.kind === 'never') continue
        const given = all(givenBy(technique, account), exists)
        yield podOpening({ technique, from: cluster.arn, given }, identity, account)
      }
    }
  },
  *closedOpenings(technique, { from, to }, account, model) {
    const cluster = clustersOf(account).find(({ arn }) => arn === from)
    if (cluster === undefined) return
    for (const identity of identitiesOf(account, cluster)) {
      if (identity.role !== to || provider(identity, account, model).kind !== 'never') continue
      const reason = 'the account has no identity provider for the issuer of the cluster'
      yield {
        ...podOpening({ technique, from, given: always }, identity, account),
        closedBy: { layer: 'binding', reason },
      }
    }
  },
}

/** The role of a node gets the roles of the pods on it. Nodes are known by the tag that joins them to their cluster. */
export const nodeRoles: Binder = {
  *openings(technique, account, model) {
    for (const cluster of clustersOf(account)) {
      const needs = needsOf(technique, placeOf(account, model), clusterSlots(cluster, placeOf(account, model)))
      if (needs === undefined) continue
      for (const from of nodesOf(account, cluster)) {
        for (const identity of identitiesOf(account, cluster)) {
          const given = all(givenBy(technique, account), provider(identity, account, model))
          if (given.kind !== 'never') yield { ...podOpening({ technique, from, given }, identity, account), needs }
        }
      }
    }
  },
}

const identitiesOf = ({ workloadIdentities }: Account, { arn }: Resource): readonly WorkloadIdentity[] =>
  workloadIdentities.filter(({ cluster }) => cluster === arn)

function nodesOf({ compute }: Account, { name }: Resource): ReadonlySet<string> {
  const roles = new Set<string>()
  for (const machine of compute) {
    if (machine.kind !== 'instance' || machine.role === undefined || machine.tags === undefined) continue
    const { tags } = machine
    if (tags[`kubernetes.io/cluster/${name}`] !== undefined || tags['eks:cluster-name'] === name)
      roles.add(machine.role)
  }
  return roles
}

function podOpening(
  base: Pick<Opening, 'technique' | 'given'> & { readonly from: string },
  identity: WorkloadIdentity,
  account: Account,
): Opening {
  return { ...base, to: identity.role, resource: identity.cluster, needs: [], trust: podTrust(identity, account) }
}

function podTrust(identity: WorkloadIdentity, account: Account): TrustNeed {
  const { cluster, role, namespace, serviceAccount, issuer } = identity
  if (identity.mechanism === 'pod-identity' || issuer === undefined) {
    return trustFor('pods.eks.amazonaws.com', role, account, { 'aws:SourceArn': [cluster] })
  }
  return {
    service: providerArn(issuer, role),
    role,
    actions: ['sts:AssumeRoleWithWebIdentity'],
    context: {
      [`${issuer}:sub`]: [`system:serviceaccount:${namespace}:${serviceAccount}`],
      [`${issuer}:aud`]: ['sts.amazonaws.com'],
    },
  }
}

const providerArn = (issuer: string, role: string): string =>
  `${role.split(':').slice(0, 5).join(':')}:oidc-provider/${issuer}`

/** IRSA works through an identity provider of the account; without one the tokens of the cluster mean nothing there. */
function provider({ mechanism, issuer, role }: WorkloadIdentity, account: Account, model: Model): Formula {
  if (mechanism === 'pod-identity' || issuer === undefined) return always
  if (account.identityProviders.some(({ arn }) => arn === providerArn(issuer, role))) return always
  return unlessCollected(account, model, 'iam', 'ListOpenIDConnectProviders')
}
