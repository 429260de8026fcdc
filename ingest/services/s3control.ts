import type { Service } from '../service.ts'
import { restricts } from './s3.ts'

/** S3's public access block of the whole account. */
export const s3control: Service = {
  name: 's3control',
  scope: 'account',
  readsAbsence: true,
  operations: ['GetPublicAccessBlock'],
  *read(recorded, { account, coverage }) {
    yield { kind: 'account-public-access', restrictPublicBuckets: restricts(recorded, account, coverage) }
  },
}
