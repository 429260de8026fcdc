import type { Fact } from '#src/model/facts.ts'
import type { Coverage } from '#src/snapshot/coverage.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import { gapIn, type Service, tagsIn } from '../service.ts'

const ofBucket = { each: 'ListBuckets.Buckets.Name', as: ['Bucket'], region: 'BucketRegion' } as const
/** Deleted since it was listed. */
const gone = ['NoSuchBucket']

/** Buckets: policy, public access block, default encryption, tags. */
export const s3: Service = {
  name: 's3',
  scope: 'account',
  tells: 'who may read and write which bucket',
  client: {
    name: 'S3Client',
    load: () => import('@aws-sdk/client-s3'),
    // Where the list of buckets does not say in which region one is.
    options: { followRegionRedirects: true },
  },
  calls: [
    {
      operation: 'ListBuckets',
      // Regions of buckets are told only where the request has a parameter.
      input: { MaxBuckets: 1000 },
      keep: 'Buckets { Name BucketRegion CreationDate }',
      actions: ['s3:ListAllMyBuckets'],
    },
    { ...ofBucket, operation: 'GetBucketPolicy', keep: 'Policy', none: [...gone, 'NoSuchBucketPolicy'] },
    {
      ...ofBucket,
      operation: 'GetPublicAccessBlock',
      keep: `PublicAccessBlockConfiguration {
        BlockPublicAcls IgnorePublicAcls BlockPublicPolicy RestrictPublicBuckets
      }`,
      none: [...gone, 'NoSuchPublicAccessBlockConfiguration'],
      actions: ['s3:GetBucketPublicAccessBlock'],
    },
    {
      ...ofBucket,
      operation: 'GetBucketEncryption',
      keep: `ServerSideEncryptionConfiguration { Rules {
        ApplyServerSideEncryptionByDefault { SSEAlgorithm KMSMasterKeyID } BucketKeyEnabled
      } }`,
      none: [...gone, 'ServerSideEncryptionConfigurationNotFoundError'],
      actions: ['s3:GetEncryptionConfiguration'],
    },
    { ...ofBucket, operation: 'GetBucketTagging', keep: 'TagSet { Key Value }', none: [...gone, 'NoSuchTagSet'] },
  ],
  operations: ['ListBuckets', 'GetBucketPolicy', 'GetPublicAccessBlock', 'GetBucketEncryption', 'GetBucketTagging'],
  *read(recorded, { partition, coverage }): Iterable<Fact> {
    const policies = recorded.get('GetBucketPolicy')
    const encryptions = recorded.get('GetBucketEncryption')
    const tagging = recorded.get('GetBucketTagging')
    for (const bucket of recorded.get('ListBuckets').get('Buckets').items()) {
      const name = bucket.get('Name').requiredText()
      if (name === undefined) continue
      const policy = policies.get(name).get('Policy')
      const policyGap = gapIn(recorded, 'GetBucketPolicy', name, coverage)
      const tags = tagging.get(name).get('TagSet')
      const kmsKey = defaultKey(encryptions.get(name))
      yield {
        kind: 'resource',
        type: 's3:bucket',
        arn: `arn:${partition}:s3:::${name}`,
        name,
        region: bucket.get('BucketRegion').text(),
        tags: gapIn(recorded, 'GetBucketTagging', name, coverage) === undefined ? tagsIn(tags) : undefined,
        ...(policy.exists && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey !== undefined && { kmsKey }),
        restrictPublicBuckets: restricts(recorded, name, coverage),
      }
    }
  },
}

/**
 * Of a bucket or, in the answers of S3 Control, of an account: the settings are of one shape. No setting at all means that
 * nothing is restricted; undefined: not known.
 */
export function restricts(recorded: Recorded, argument: string, coverage: Coverage): boolean | undefined {
  if (gapIn(recorded, 'GetPublicAccessBlock', argument, coverage) !== undefined) return undefined
  const configuration = recorded.get('GetPublicAccessBlock').get(argument).get('PublicAccessBlockConfiguration')
  const setting = configuration.get('RestrictPublicBuckets')
  return setting.exists ? setting.flag() : false
}

/** Undefined where S3's own or AWS's managed key encrypts: those stop nobody in the account. */
function defaultKey(answer: Recorded): string | undefined {
  for (const rule of answer.get('ServerSideEncryptionConfiguration').get('Rules').items()) {
    const byDefault = rule.get('ApplyServerSideEncryptionByDefault')
    const key = byDefault.get('KMSMasterKeyID').text()
    if (key !== undefined && key !== '' && byDefault.get('SSEAlgorithm').text() !== 'AES256') return key
  }
  return undefined
}
