import type { Fact } from '#src/model/facts.ts'
import type { Assignment } from '#src/model/model.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import type { Service } from '../service.ts'

const ofPermissionSet = {
  each: 'ListPermissionSets.*.PermissionSets',
  as: ['InstanceArn', 'PermissionSetArn'],
  none: ['ResourceNotFoundException'],
}

/** IAM Identity Center: permission sets, and who is assigned which in which account. */
export const ssoAdmin: Service = {
  name: 'sso-admin',
  scope: 'region',
  isOrganizationWide: true,
  prefix: 'sso',
  tells: 'which roles people of Identity Center get',
  client: { name: 'SSOAdminClient', load: () => import('@aws-sdk/client-sso-admin') },
  calls: [
    { operation: 'ListInstances', keep: 'Instances { InstanceArn IdentityStoreId OwnerAccountId Name Status }' },
    {
      operation: 'ListPermissionSets',
      each: 'ListInstances.Instances.InstanceArn',
      as: ['InstanceArn'],
      keep: 'PermissionSets',
    },
    {
      ...ofPermissionSet,
      operation: 'DescribePermissionSet',
      keep: 'PermissionSet { Name PermissionSetArn Description CreatedDate SessionDuration }',
    },
    { ...ofPermissionSet, operation: 'GetInlinePolicyForPermissionSet', keep: 'InlinePolicy' },
    {
      ...ofPermissionSet,
      operation: 'ListManagedPoliciesInPermissionSet',
      keep: 'AttachedManagedPolicies { Name Arn }',
    },
    {
      ...ofPermissionSet,
      operation: 'ListCustomerManagedPolicyReferencesInPermissionSet',
      keep: 'CustomerManagedPolicyReferences { Name Path }',
    },
    {
      ...ofPermissionSet,
      operation: 'GetPermissionsBoundaryForPermissionSet',
      keep: 'PermissionsBoundary { CustomerManagedPolicyReference { Name Path } ManagedPolicyArn }',
    },
    { ...ofPermissionSet, operation: 'ListAccountsForProvisionedPermissionSet', keep: 'AccountIds' },
    {
      operation: 'ListAccountAssignments',
      each: 'ListAccountsForProvisionedPermissionSet.*.*.AccountIds',
      as: ['InstanceArn', 'PermissionSetArn', 'AccountId'],
      under: ['InstanceArn', 'AccountId', 'PermissionSetArn'],
      keep: 'AccountAssignments { AccountId PermissionSetArn PrincipalType PrincipalId }',
    },
  ],
  operations: ['ListInstances', 'ListPermissionSets', 'DescribePermissionSet', 'ListAccountAssignments'],
  *read(recorded): Iterable<Fact> {
    for (const instance of recorded.get('ListInstances').get('Instances').items()) {
      const instanceArn = instance.get('InstanceArn').arn()
      if (instanceArn === undefined) continue
      const described = recorded.get('DescribePermissionSet').get(instanceArn)
      const permissionSets = recorded
        .get('ListPermissionSets')
        .get(instanceArn)
        .get('PermissionSets')
        .items()
        .flatMap((item) => {
          const arn = item.arn()
          const name = arn && described.get(arn).get('PermissionSet').get('Name').text()
          return arn === undefined || name === undefined ? [] : [{ arn, name }]
        })
      yield {
        kind: 'identity-center',
        instanceArn,
        identityStoreId: instance.get('IdentityStoreId').text() ?? '',
        permissionSets,
        assignments: [...assignmentsIn(recorded.get('ListAccountAssignments').get(instanceArn))],
      }
    }
  },
}

function* assignmentsIn(byAccount: Recorded): Iterable<Assignment> {
  for (const [account, byPermissionSet] of byAccount.entries()) {
    for (const [permissionSet, answer] of byPermissionSet.entries()) {
      for (const assignment of answer.get('AccountAssignments').items()) {
        const principalId = assignment.get('PrincipalId').requiredText()
        if (principalId === undefined) continue
        const principalType = assignment.get('PrincipalType').text() === 'USER' ? 'USER' : 'GROUP'
        yield { account, permissionSet, principalType, principalId }
      }
    }
  }
}
