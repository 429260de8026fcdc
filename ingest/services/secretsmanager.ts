import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service, tagsIn } from '../service.ts'

/** Secrets: policy, key, tags; never a value. */
export const secretsmanager: Service = {
  name: 'secretsmanager',
  scope: 'region',
  tells: 'who may read which secret',
  client: { name: 'SecretsManagerClient', load: () => import('@aws-sdk/client-secrets-manager') },
  calls: [
    {
      operation: 'ListSecrets',
      keep: `SecretList {
        ARN Name KmsKeyId OwningService PrimaryRegion RotationEnabled RotationLambdaARN CreatedDate DeletedDate
        Tags { Key Value }
      }`,
    },
    {
      operation: 'GetResourcePolicy',
      each: 'ListSecrets.SecretList.ARN',
      as: ['SecretId'],
      keep: 'ARN Name ResourcePolicy',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: ['ListSecrets', 'GetResourcePolicy'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const answers = recorded.get('GetResourcePolicy')
    for (const secret of recorded.get('ListSecrets').get('SecretList').items()) {
      const arn = secret.get('ARN').arn()
      if (arn === undefined) continue
      const policy = answers.get(arn).get('ResourcePolicy')
      const policyGap = gapIn(recorded, 'GetResourcePolicy', arn, coverage)
      const kmsKey = secret.get('KmsKeyId').text()
      yield {
        kind: 'resource',
        type: 'secretsmanager:secret',
        arn,
        name: secret.get('Name').text() ?? arn.slice(arn.lastIndexOf(':') + 1),
        region,
        tags: tagsIn(secret.get('Tags')),
        ...(policy.exists && policy.raw !== '' && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey && { kmsKey }),
      }
    }
  },
}
