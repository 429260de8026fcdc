import type { Service } from '../service.ts'

/** Search domains: access policy and key. */
export const opensearch: Service = {
  name: 'opensearch',
  scope: 'region',
  prefix: 'es',
  tells: 'who may search and change which domain',
  client: { name: 'OpenSearchClient', load: () => import('@aws-sdk/client-opensearch') },
  calls: [
    { operation: 'ListDomainNames', keep: 'DomainNames { DomainName EngineType }' },
    {
      operation: 'DescribeDomains',
      each: 'ListDomainNames.DomainNames.DomainName',
      as: ['DomainNames'],
      batch: 5,
      keep: `DomainStatusList {
        DomainId DomainName ARN AccessPolicies EncryptionAtRestOptions { Enabled KmsKeyId }
        AdvancedSecurityOptions { Enabled InternalUserDatabaseEnabled }
      }`,
    },
  ],
  operations: [],
}
