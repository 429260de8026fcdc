import type { Service } from '../service.ts'
import { restricts } from './s3.ts'

/** S3's public access block of the whole account. */
export const s3control: Service = {
  name: 's3control',
  scope: 'account',
  prefix: 's3',
  tells: 'whether the account keeps buckets from being public',
  client: { name: 'S3ControlClient', load: () => import('@aws-sdk/client-s3-control') },
  calls: [
    {
      operation: 'GetPublicAccessBlock',
      values: 'account',
      as: ['AccountId'],
      keep: `PublicAccessBlockConfiguration {
        BlockPublicAcls IgnorePublicAcls BlockPublicPolicy RestrictPublicBuckets
      }`,
      none: ['NoSuchPublicAccessBlockConfiguration'],
      actions: ['s3:GetAccountPublicAccessBlock'],
    },
  ],
  readsAbsence: true,
  operations: ['GetPublicAccessBlock'],
  *read(recorded, { account, coverage }) {
    yield { kind: 'account-public-access', restrictPublicBuckets: restricts(recorded, account, coverage) }
  },
}
