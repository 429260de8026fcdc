import type { Technique } from './technique.ts'

export const rds: readonly Technique[] = [
  {
    id: 'rds-901',
    name: 'Attach a passed role to a database and use it from SQL',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'rds:AddRoleToDBCluster',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['rds.amazonaws.com'] } },
      { action: 'rds:AddRoleToDBCluster', on: 'rds:cluster', oneOf: 'way' },
      { action: 'rds:AddRoleToDBInstance', on: 'rds:db', oneOf: 'way' },
    ],
    targetTrust: ['rds.amazonaws.com'],
    cloudTrail: ['AddRoleToDBCluster', 'AddRoleToDBInstance'],
    mitre: ['T1078.004'],
    needsUnrecorded: 'rds:DescribeDBInstances',
    binder: 'new-passrole',
  },
]
