import type { ResourceType } from '#src/model/model.ts'

/** What a request on an encrypted resource needs of its customer managed key. */
export interface KeyUse {
  /** One of these KMS actions each. */
  readonly actions: readonly string[]
  /** Service that calls KMS for the requester, as in `kms:ViaService` before the region. */
  readonly service: string
}

const decrypt = ['kms:Decrypt']
const encrypt = ['kms:GenerateDataKey']

/** S3, SQS, SNS and Secrets Manager developer guides, "permissions for a customer managed key". */
const uses: readonly (KeyUse & { readonly type: ResourceType; readonly requests: RegExp })[] = [
  { type: 's3:bucket', requests: /^s3:getobject(version)?$/i, actions: decrypt, service: 's3' },
  { type: 's3:bucket', requests: /^s3:putobject$/i, actions: encrypt, service: 's3' },
  {
    type: 'secretsmanager:secret',
    requests: /^secretsmanager:getsecretvalue$/i,
    actions: decrypt,
    service: 'secretsmanager',
  },
  {
    type: 'secretsmanager:secret',
    requests: /^secretsmanager:putsecretvalue$/i,
    actions: [...encrypt, ...decrypt],
    service: 'secretsmanager',
  },
  { type: 'sqs:queue', requests: /^sqs:receivemessage$/i, actions: decrypt, service: 'sqs' },
  { type: 'sqs:queue', requests: /^sqs:sendmessage$/i, actions: [...encrypt, ...decrypt], service: 'sqs' },
  { type: 'sns:topic', requests: /^sns:publish$/i, actions: [...encrypt, ...decrypt], service: 'sns' },
]

/** Undefined where the request does not touch encrypted content. */
export function keyUseOf(type: ResourceType, action: string): KeyUse | undefined {
  return uses.find((use) => use.type === type && use.requests.test(action))
}
