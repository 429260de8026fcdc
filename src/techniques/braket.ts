import type { Technique } from './technique.ts'

export const braket: readonly Technique[] = [
  {
    id: 'braket-001',
    name: 'Hybrid job with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'braket:CreateJob',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['braket.amazonaws.com'] } },
      { action: 'braket:CreateJob', on: 'braket:job' },
    ],
    targetTrust: ['braket.amazonaws.com'],
    cloudTrail: ['CreateJob'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
