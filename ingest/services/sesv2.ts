import type { Service } from '../service.ts'

/** Identities that mail is sent as: their policies. */
export const sesv2: Service = {
  name: 'sesv2',
  scope: 'region',
  prefix: 'ses',
  tells: 'who may send mail as whom',
  client: { name: 'SESv2Client', load: () => import('@aws-sdk/client-sesv2') },
  calls: [
    { operation: 'ListEmailIdentities', keep: 'EmailIdentities { IdentityName IdentityType SendingEnabled }' },
    {
      operation: 'GetEmailIdentityPolicies',
      each: 'ListEmailIdentities.EmailIdentities.IdentityName',
      as: ['EmailIdentity'],
      keep: 'Policies { * }',
      none: ['NotFoundException'],
    },
  ],
  operations: [],
}
