import type { Technique } from './technique.ts'

export const appsync: readonly Technique[] = [
  {
    id: 'appsync-901',
    name: 'Data source with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'appsync:CreateDataSource',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['appsync.amazonaws.com'] } },
      { action: 'appsync:CreateDataSource', on: 'any', oneOf: 'way' },
      { action: 'appsync:UpdateDataSource', on: 'any', oneOf: 'way' },
    ],
    targetTrust: ['appsync.amazonaws.com'],
    cloudTrail: ['CreateDataSource', 'CreateResolver', 'CreateApiKey'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
