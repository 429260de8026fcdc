import type { Technique } from './technique.ts'

export const emr: readonly Technique[] = [
  {
    id: 'emr-001',
    name: 'EMR cluster with passed roles',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'elasticmapreduce:RunJobFlow',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['ec2.amazonaws.com', 'elasticmapreduce.amazonaws.com'] },
      },
      { action: 'elasticmapreduce:RunJobFlow', on: 'any' },
    ],
    targetTrust: ['ec2.amazonaws.com'],
    cloudTrail: ['RunJobFlow'],
    mitre: ['T1578.002', 'T1552.005'],
    binder: 'instance-profile',
  },
]
