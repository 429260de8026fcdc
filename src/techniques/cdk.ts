import type { Technique } from './technique.ts'

export const cdk: readonly Technique[] = [
  {
    id: 'cdk-901',
    name: 'CDK bootstrap roles',
    category: 'principal-access',
    status: 'working',
    severity: 'critical',
    grants: 'act-as-api',
    via: 'sts:AssumeRole',
    requires: [{ action: 'sts:AssumeRole', on: 'target-role' }],
    targetTrust: [],
    cloudTrail: ['AssumeRole', 'CreateChangeSet', 'ExecuteChangeSet'],
    mitre: ['T1078.004', 'T1195.002'],
    binder: 'assume-role',
  },
]
