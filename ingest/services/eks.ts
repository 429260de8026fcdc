import type { Fact } from '#src/model/facts.ts'
import { type Service, tagMap } from '../service.ts'

/** Clusters: their OIDC issuer, and the roles that Pod Identity gives to service accounts. */
export const eks: Service = {
  name: 'eks',
  scope: 'region',
  tells: 'which roles workloads in clusters get, and who may enter clusters',
  client: { name: 'EKSClient', load: () => import('@aws-sdk/client-eks') },
  calls: [
    { operation: 'ListClusters', keep: 'clusters' },
    {
      operation: 'DescribeCluster',
      each: 'ListClusters.clusters',
      as: ['name'],
      keep: `cluster {
        arn name roleArn status tags { * } accessConfig { authenticationMode } identity { oidc { issuer } }
        encryptionConfig { resources provider { keyArn } }
        resourcesVpcConfig { endpointPublicAccess endpointPrivateAccess publicAccessCidrs }
      }`,
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'ListAccessEntries',
      each: 'ListClusters.clusters',
      as: ['clusterName'],
      keep: 'accessEntries',
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'DescribeAccessEntry',
      each: 'ListAccessEntries.*.accessEntries',
      as: ['clusterName', 'principalArn'],
      keep: 'accessEntry { accessEntryArn principalArn kubernetesGroups username type }',
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'ListAssociatedAccessPolicies',
      each: 'ListAccessEntries.*.accessEntries',
      as: ['clusterName', 'principalArn'],
      keep: 'associatedAccessPolicies { policyArn accessScope { type namespaces } }',
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'ListPodIdentityAssociations',
      each: 'ListClusters.clusters',
      as: ['clusterName'],
      keep: 'associations { associationId associationArn clusterName namespace serviceAccount }',
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'DescribePodIdentityAssociation',
      each: 'ListPodIdentityAssociations.*.associations.associationId',
      as: ['clusterName', 'associationId'],
      keep: 'association { associationId associationArn clusterName namespace serviceAccount roleArn targetRoleArn }',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: ['ListClusters', 'DescribeCluster', 'ListPodIdentityAssociations', 'DescribePodIdentityAssociation'],
  *read(recorded, { account, region, partition, coverage }): Iterable<Fact> {
    for (const listed of recorded.get('ListClusters').get('clusters').items()) {
      const name = listed.requiredText()
      if (name === undefined) continue
      const described = recorded.get('DescribeCluster').get(name).get('cluster')
      const arn = described.exists
        ? described.get('arn').arn()
        : `arn:${partition}:eks:${region}:${account}:cluster/${name}`
      if (arn === undefined) continue
      const tags = described.get('tags')
      yield {
        kind: 'resource',
        type: 'eks:cluster',
        arn,
        name,
        region,
        tags: tags.exists ? tagMap(tags) : undefined,
        cluster: { authenticationMode: described.get('accessConfig').get('authenticationMode').text() },
      }
      const issuer = described.get('identity').get('oidc').get('issuer').text()
      if (issuer !== undefined)
        yield { kind: 'cluster-issuer', cluster: arn, issuer: issuer.replace(/^https?:\/\//, '') }
      const associations = recorded.get('DescribePodIdentityAssociation').get(name)
      for (const item of recorded.get('ListPodIdentityAssociations').get(name).get('associations').items()) {
        const id = item.get('associationId').requiredText()
        if (id === undefined) continue
        const association = associations.get(id).get('association')
        const gap = association.exists ? undefined : coverage.gap('DescribePodIdentityAssociation', id)
        if (gap !== undefined) yield { kind: 'gap', gap }
        const role = association.exists ? association.get('roleArn').arn() : undefined
        const namespace = item.get('namespace').text() ?? association.get('namespace').text()
        const serviceAccount = item.get('serviceAccount').text() ?? association.get('serviceAccount').text()
        if (role === undefined || namespace === undefined || serviceAccount === undefined) continue
        yield {
          kind: 'workload-identity',
          identity: { cluster: arn, mechanism: 'pod-identity', namespace, serviceAccount, role },
        }
      }
    }
  },
}
