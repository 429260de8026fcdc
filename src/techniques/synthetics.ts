import type { Technique } from './technique.ts'

export const synthetics: readonly Technique[] = [
  {
    id: 'synthetics-901',
    name: 'Canary with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'synthetics:CreateCanary',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['lambda.amazonaws.com'] } },
      { action: 'synthetics:CreateCanary', on: 'any' },
      { action: 'synthetics:StartCanary', on: 'synthetics:canary' },
    ],
    targetTrust: ['lambda.amazonaws.com'],
    cloudTrail: ['CreateCanary', 'StartCanary', 'UpdateCanary'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
