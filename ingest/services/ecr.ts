import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service } from '../service.ts'

/** Image repositories: policy and key. */
export const ecr: Service = {
  name: 'ecr',
  scope: 'region',
  tells: 'who may read and replace images',
  client: { name: 'ECRClient', load: () => import('@aws-sdk/client-ecr') },
  calls: [
    {
      operation: 'DescribeRepositories',
      keep: 'repositories { repositoryArn repositoryName encryptionConfiguration { encryptionType kmsKey } }',
    },
    {
      operation: 'GetRepositoryPolicy',
      each: 'DescribeRepositories.repositories.repositoryName',
      as: ['repositoryName'],
      keep: 'policyText',
      none: ['RepositoryPolicyNotFoundException', 'RepositoryNotFoundException'],
    },
    { operation: 'GetRegistryPolicy', keep: 'policyText', none: ['RegistryPolicyNotFoundException'] },
  ],
  operations: ['DescribeRepositories', 'GetRepositoryPolicy'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const policies = recorded.get('GetRepositoryPolicy')
    for (const repository of recorded.get('DescribeRepositories').get('repositories').items()) {
      const arn = repository.get('repositoryArn').arn()
      const name = repository.get('repositoryName').requiredText()
      if (arn === undefined || name === undefined) continue
      const policy = policies.get(name).get('policyText')
      const policyGap = gapIn(recorded, 'GetRepositoryPolicy', name, coverage)
      const kmsKey = repository.get('encryptionConfiguration').get('kmsKey').text()
      yield {
        kind: 'resource',
        type: 'ecr:repository',
        arn,
        name,
        region,
        tags: undefined,
        ...(policy.exists && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey && { kmsKey }),
      }
    }
  },
}
