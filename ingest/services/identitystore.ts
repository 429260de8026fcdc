import type { Fact } from '#src/model/facts.ts'
import type { Service } from '../service.ts'

const stores = 'sso-admin/ListInstances.Instances.IdentityStoreId'

/** The people and groups of IAM Identity Center. */
export const identitystore: Service = {
  name: 'identitystore',
  scope: 'region',
  isOrganizationWide: true,
  tells: 'who the people of Identity Center are',
  client: { name: 'IdentitystoreClient', load: () => import('@aws-sdk/client-identitystore') },
  calls: [
    { operation: 'ListUsers', each: stores, as: ['IdentityStoreId'], keep: 'Users { UserId UserName UserStatus }' },
    { operation: 'ListGroups', each: stores, as: ['IdentityStoreId'], keep: 'Groups { GroupId DisplayName }' },
    {
      operation: 'ListGroupMemberships',
      each: 'ListGroups.*.Groups.GroupId',
      as: ['IdentityStoreId', 'GroupId'],
      keep: 'GroupMemberships { MembershipId GroupId MemberId { UserId } }',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: ['ListUsers', 'ListGroups', 'ListGroupMemberships'],
  *read(recorded): Iterable<Fact> {
    const stores = ['ListUsers', 'ListGroups'].flatMap((operation) =>
      recorded
        .get(operation)
        .entries()
        .map(([id]) => id),
    )
    for (const store of new Set(stores)) {
      const memberships = recorded.get('ListGroupMemberships').get(store)
      yield {
        kind: 'identity-store',
        id: store,
        users: recorded
          .get('ListUsers')
          .get(store)
          .get('Users')
          .items()
          .flatMap((user) => {
            const id = user.get('UserId').requiredText()
            return id === undefined ? [] : [{ id, name: user.get('UserName').text() ?? id }]
          }),
        groups: recorded
          .get('ListGroups')
          .get(store)
          .get('Groups')
          .items()
          .flatMap((group) => {
            const id = group.get('GroupId').requiredText()
            if (id === undefined) return []
            const members = memberships
              .get(id)
              .get('GroupMemberships')
              .items()
              .flatMap((membership) => membership.get('MemberId').get('UserId').text() ?? [])
            return [{ id, name: group.get('DisplayName').text() ?? id, members }]
          }),
      }
    }
  },
}
