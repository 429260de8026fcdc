import { type Expected, entryId } from '../expected.ts'
import * as names from '../names.ts'
import type { PlannedRole } from '../plan.ts'
import { trustService } from '../policies.ts'
import type { World } from './assume-role.ts'

/** A Kubernetes cluster whose service accounts get roles, or nearly do. */
export function plantWorkloads({ plan }: World, expected: Expected): void {
  const { random } = plan
  const account = random.pick(plan.ordinary)
  const region = plan.region()
  const name = `eks-${random.pick(['blue', 'green', 'amber', 'core'])}-${names.token(random, 4)}`
  const cluster = `arn:aws:eks:${region}:${account.id}:cluster/${name}`
  const newIssuer = () => `oidc.eks.${region}.amazonaws.com/id/${random.text('0123456789ABCDEF', 32)}`
  const issuer = newIssuer()
  account.oidcProviders.push(issuer)
  const namespace = names.subject(random)
  const serviceAccount = names.workload(random)
  const byToken = (from: string): PlannedRole => {
    const role = plan.role(account)
    role.trust.push({
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${account.id}:oidc-provider/${from}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: {
          [`${from}:aud`]: 'sts.amazonaws.com',
          [`${from}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
        },
      },
    })
    return role
  }
  const allowed = byToken(issuer)
  const missing = byToken(newIssuer())
  const associated = plan.role(account)
  associated.trust.push({ ...trustService('pods.eks.amazonaws.com'), Action: ['sts:AssumeRole', 'sts:TagSession'] })

  const record = (operation: string, change: (response: Record<string, unknown>) => void) =>
    plan.record(account, region, 'eks', operation, change)
  record('ListClusters', (response) => {
    response.clusters = [...((response.clusters as string[]) ?? []), name]
  })
  record('DescribeCluster', (response) => {
    const identity = { oidc: { issuer: `https://${issuer}` } }
    response[name] = { cluster: { name, arn: cluster, version: '1.34', status: 'ACTIVE', identity } }
  })
  const associationId = `a-${names.token(random, 17)}`
  const podAccount = names.workload(random)
  const association = {
    clusterName: name,
    namespace,
    serviceAccount: podAccount,
    associationArn: `arn:aws:eks:${region}:${account.id}:podidentityassociation/${name}/${associationId}`,
    associationId,
  }
  record('ListPodIdentityAssociations', (response) => {
    response[name] = { associations: [association] }
  })
  record('DescribePodIdentityAssociation', (response) => {
    response[name] = { [associationId]: { association: { ...association, roleArn: associated.arn } } }
  })

  const add = (mechanism: 'IRSA' | 'pod-identity', serviceName: string, role: PlannedRole, blockedBy: string | null) =>
    expected.workloadIdentity.push({
      id: entryId('W', expected.workloadIdentity),
      cluster,
      namespace,
      serviceAccount: serviceName,
      mechanism,
      role: role.arn,
      allowed: blockedBy === null,
      blockedBy,
    })
  add('IRSA', serviceAccount, allowed, null)
  add('pod-identity', podAccount, associated, null)
  add('IRSA', serviceAccount, missing, 'provider-missing')
}
