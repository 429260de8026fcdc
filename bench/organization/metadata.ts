import type { Plan } from './plan.ts'

/** What the collector asked for. */
const collected = {
  organization: {
    organizations: [
      'DescribeOrganization',
      'ListRoots',
      'ListOrganizationalUnitsForParent',
      'ListAccountsForParent',
      'ListAccounts',
      'ListPolicies',
      'DescribePolicy',
      'ListTargetsForPolicy',
      'ListTagsForResource',
      'ListDelegatedAdministrators',
      'ListDelegatedServicesForAccount',
    ],
    'sso-admin': [
      'ListInstances',
      'ListPermissionSets',
      'DescribePermissionSet',
      'GetInlinePolicyForPermissionSet',
      'ListManagedPoliciesInPermissionSet',
      'ListCustomerManagedPolicyReferencesInPermissionSet',
      'GetPermissionsBoundaryForPermissionSet',
      'ListAccountAssignments',
    ],
    identitystore: ['ListUsers', 'ListGroups', 'ListGroupMemberships'],
  },
  global: {
    iam: [
      'GetAccountAuthorizationDetails',
      'ListAccountAliases',
      'GetAccountSummary',
      'ListAccessKeys',
      'GetAccessKeyLastUsed',
      'ListMFADevices',
      'GetLoginProfile',
      'ListOpenIDConnectProviders',
      'GetOpenIDConnectProvider',
      'ListSAMLProviders',
    ],
    s3: ['ListBuckets', 'GetBucketPolicy', 'GetPublicAccessBlock', 'GetBucketEncryption', 'GetBucketTagging'],
    s3control: ['GetPublicAccessBlock'],
  },
  regional: {
    kms: ['ListKeys', 'DescribeKey', 'ListAliases', 'GetKeyPolicy', 'ListGrants'],
    sqs: ['ListQueues', 'GetQueueAttributes'],
    sns: ['ListTopics', 'GetTopicAttributes'],
    secretsmanager: ['ListSecrets', 'GetResourcePolicy'],
    lambda: ['ListFunctions', 'GetPolicy', 'ListFunctionUrlConfigs'],
    ec2: ['DescribeInstances', 'DescribeIamInstanceProfileAssociations'],
    ssm: ['DescribeInstanceInformation'],
    ecs: [
      'ListClusters',
      'ListServices',
      'DescribeServices',
      'ListTasks',
      'DescribeTasks',
      'ListTaskDefinitions',
      'DescribeTaskDefinition',
    ],
    ecr: ['DescribeRepositories', 'GetRepositoryPolicy'],
    eks: ['ListClusters', 'DescribeCluster', 'ListPodIdentityAssociations', 'DescribePodIdentityAssociation'],
    rolesanywhere: ['ListTrustAnchors', 'ListProfiles'],
  },
}

/** metadata.json */
export function recordMetadata(plan: Plan, capturedAt: string): Record<string, unknown> {
  return {
    schemaVersion: '1',
    capturedAt,
    organizationId: plan.organizationId,
    managementAccountId: plan.management.id,
    partition: 'aws',
    collected: { regions: plan.regions, ...collected },
  }
}
