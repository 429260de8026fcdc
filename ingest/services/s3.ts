import type { Fact } from '#src/model/facts.ts'
import { type Service, tagsIn } from '../service.ts'

/** Buckets: policy, public access block, default encryption, tags. */
export const s3: Service = {
  name: 's3',
  scope: 'account',
  operations: ['ListBuckets', 'GetBucketPolicy', 'GetPublicAccessBlock', 'GetBucketEncryption', 'GetBucketTagging'],
  *read(recorded, { partition, coverage }): Iterable<Fact> {
    const policies = recorded.get('GetBucketPolicy')
    const blocks = recorded.get('GetPublicAccessBlock')
    const encryptions = recorded.get('GetBucketEncryption')
    const tagging = recorded.get('GetBucketTagging')
    for (const bucket of recorded.get('ListBuckets').get('Buckets').items()) {
      const name = bucket.get('Name').requiredText()
      if (name === undefined) continue
      const policy = policies.get(name).get('Policy')
      const policyGap = policies.has(name) ? undefined : coverage.gap('GetBucketPolicy', name)
      const tags = tagging.get(name).get('TagSet')
      const kmsKey = defaultKey(encryptions.get(name))
      yield {
        kind: 'resource',
        type: 's3:bucket',
        arn: `arn:${partition}:s3:::${name}`,
        name,
        region: bucket.get('BucketRegion').text(),
        tags: tags.exists || coverage.gap('GetBucketTagging', name) === undefined ? tagsIn(tags) : undefined,
        ...(policy.exists && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey !== undefined && { kmsKey }),
        restrictPublicBuckets: restricts(blocks.get(name), coverage.gap('GetPublicAccessBlock', name) === undefined),
      }
    }
  },
}

/** The account's setting and the bucket's are of one shape. No setting at all means that nothing is restricted. */
export function restricts(answer: Parameters<Service['read']>[0], isKnown: boolean): boolean | undefined {
  if (!answer.exists) return isKnown ? false : undefined
  return answer.get('PublicAccessBlockConfiguration').get('RestrictPublicBuckets').flag() ?? false
}

/** Undefined where S3's own or AWS's managed key encrypts: those stop nobody in the account. */
function defaultKey(answer: Parameters<Service['read']>[0]): string | undefined {
  for (const rule of answer.get('ServerSideEncryptionConfiguration').get('Rules').items()) {
    const byDefault = rule.get('ApplyServerSideEncryptionByDefault')
    const key = byDefault.get('KMSMasterKeyID').text()
    if (key !== undefined && key !== '' && byDefault.get('SSEAlgorithm').text() !== 'AES256') return key
  }
  return undefined
}
