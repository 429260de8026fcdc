import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service } from '../service.ts'

/** Queues: policy and key. */
export const sqs: Service = {
  name: 'sqs',
  scope: 'region',
  tells: 'who may read and write which queue',
  client: { name: 'SQSClient', load: () => import('@aws-sdk/client-sqs') },
  calls: [
    // Without a number of results, only the first thousand come, and nothing says so.
    { operation: 'ListQueues', input: { MaxResults: 1000 }, keep: 'QueueUrls' },
    {
      operation: 'GetQueueAttributes',
      each: 'ListQueues.QueueUrls',
      as: ['QueueUrl'],
      input: { AttributeNames: ['All'] },
      keep: 'Attributes { QueueArn Policy KmsMasterKeyId SqsManagedSseEnabled RedrivePolicy RedriveAllowPolicy }',
      none: ['AWS.SimpleQueueService.NonExistentQueue', 'QueueDoesNotExist'],
    },
  ],
  operations: ['ListQueues', 'GetQueueAttributes'],
  *read(recorded, { account, region, partition, coverage }): Iterable<Fact> {
    const answers = recorded.get('GetQueueAttributes')
    const urls = recorded.get('ListQueues').get('QueueUrls').items()
    for (const url of new Set([
      ...urls.flatMap((item) => item.text() ?? []),
      ...answers.entries().map(([key]) => key),
    ])) {
      const attributes = answers.get(url).get('Attributes')
      const policyGap = gapIn(recorded, 'GetQueueAttributes', url, coverage)
      // Deleted between the two calls.
      if (!attributes.exists && policyGap === undefined) continue
      const name = url.slice(url.lastIndexOf('/') + 1)
      const arn = attributes.exists
        ? attributes.get('QueueArn').arn()
        : `arn:${partition}:sqs:${region}:${account}:${name}`
      if (arn === undefined) continue
      const policy = attributes.get('Policy')
      const kmsKey = attributes.get('KmsMasterKeyId').text()
      yield {
        kind: 'resource',
        type: 'sqs:queue',
        arn,
        name,
        region,
        tags: undefined,
        ...(policy.exists && policy.raw !== '' && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey && { kmsKey }),
      }
    }
  },
}
