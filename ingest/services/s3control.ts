import type { Service } from '../service.ts'
import { restricts } from './s3.ts'

/** S3's public access block of the whole account. */
export const s3control: Service = {
  name: 's3control',
  scope: 'account',
  readsAbsence: true,
  operations: ['GetPublicAccessBlock'],
  *read(recorded, { account, coverage }) {
    const answer = recorded.get('GetPublicAccessBlock').get(account)
    const isKnown = coverage.gap('GetPublicAccessBlock', account) === undefined
    yield { kind: 'account-public-access', restrictPublicBuckets: restricts(answer, isKnown) }
  },
}
