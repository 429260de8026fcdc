import type { Technique } from './technique.ts'

export const redshift: readonly Technique[] = [
  {
    id: 'redshift-901',
    name: 'Role attached to a warehouse used from SQL',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'redshift:ModifyClusterIamRoles',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['redshift.amazonaws.com', 'redshift-serverless.amazonaws.com'] },
      },
      { action: 'redshift:ModifyClusterIamRoles', on: 'redshift:cluster', oneOf: 'attach' },
      { action: 'redshift:CreateCluster', on: 'redshift:cluster', oneOf: 'attach' },
      { action: 'redshift-serverless:UpdateNamespace', on: 'redshift-serverless:namespace', oneOf: 'attach' },
      { action: 'redshift-data:ExecuteStatement', on: 'redshift-data:cluster', oneOf: 'query' },
      { action: 'redshift:GetClusterCredentials', on: 'redshift:dbuser', oneOf: 'query' },
    ],
    targetTrust: ['redshift.amazonaws.com', 'redshift-serverless.amazonaws.com'],
    cloudTrail: ['ModifyClusterIamRoles', 'ExecuteStatement'],
    mitre: ['T1078.004'],
    binder: 'new-passrole',
  },
]
