import type { Fact } from '#src/model/facts.ts'
import { gapIn, type Service } from '../service.ts'

/** Topics: policy and key. */
export const sns: Service = {
  name: 'sns',
  scope: 'region',
  tells: 'who may publish to and subscribe to which topic',
  client: { name: 'SNSClient', load: () => import('@aws-sdk/client-sns') },
  calls: [
    { operation: 'ListTopics', keep: 'Topics { TopicArn }' },
    {
      operation: 'GetTopicAttributes',
      each: 'ListTopics.Topics.TopicArn',
      as: ['TopicArn'],
      keep: 'Attributes { TopicArn Owner Policy KmsMasterKeyId }',
      none: ['NotFound', 'NotFoundException'],
    },
  ],
  operations: ['ListTopics', 'GetTopicAttributes'],
  *read(recorded, { region, coverage }): Iterable<Fact> {
    const answers = recorded.get('GetTopicAttributes')
    for (const topic of recorded.get('ListTopics').get('Topics').items()) {
      const arn = topic.get('TopicArn').arn()
      if (arn === undefined) continue
      const attributes = answers.get(arn).get('Attributes')
      const policy = attributes.get('Policy')
      const policyGap = gapIn(recorded, 'GetTopicAttributes', arn, coverage)
      const kmsKey = attributes.get('KmsMasterKeyId').text()
      yield {
        kind: 'resource',
        type: 'sns:topic',
        arn,
        name: arn.slice(arn.lastIndexOf(':') + 1),
        region,
        tags: undefined,
        ...(policy.exists && policy.raw !== '' && { policy: policy.raw }),
        ...(policyGap && { policyGap }),
        ...(kmsKey && { kmsKey }),
      }
    }
  },
}
