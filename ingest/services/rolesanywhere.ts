import type { Fact } from '#src/model/facts.ts'
import type { Service } from '../service.ts'

/** Trust anchors, and the profiles that list the roles which certificates can get. */
export const rolesanywhere: Service = {
  name: 'rolesanywhere',
  scope: 'region',
  tells: 'which roles certificates get',
  client: { name: 'RolesAnywhereClient', load: () => import('../aws/roles-anywhere-client.ts') },
  calls: [
    {
      operation: 'ListTrustAnchors',
      keep: 'trustAnchors { trustAnchorArn trustAnchorId name enabled source { sourceType } }',
    },
    {
      operation: 'ListProfiles',
      keep: `profiles {
        profileArn profileId name enabled roleArns managedPolicyArns sessionPolicy durationSeconds acceptRoleSessionName
      }`,
    },
  ],
  operations: ['ListTrustAnchors', 'ListProfiles'],
  *read(recorded): Iterable<Fact> {
    for (const anchor of recorded.get('ListTrustAnchors').get('trustAnchors').items()) {
      const arn = anchor.get('trustAnchorArn').arn()
      if (arn !== undefined) yield { kind: 'trust-anchor', arn, enabled: anchor.get('enabled').flag() ?? true }
    }
    for (const profile of recorded.get('ListProfiles').get('profiles').items()) {
      const arn = profile.get('profileArn').arn()
      if (arn === undefined) continue
      const roles = profile
        .get('roleArns')
        .items()
        .flatMap((role) => role.arn() ?? [])
      yield { kind: 'roles-anywhere-profile', arn, enabled: profile.get('enabled').flag() ?? true, roles }
    }
  },
}
