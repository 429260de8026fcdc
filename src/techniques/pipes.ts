import type { Technique } from './technique.ts'

export const pipes: readonly Technique[] = [
  {
    id: 'pipes-901',
    name: 'EventBridge pipe with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'pipes:CreatePipe',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['pipes.amazonaws.com'] } },
      { action: 'pipes:CreatePipe', on: 'pipes:pipe', oneOf: 'way' },
      { action: 'pipes:UpdatePipe', on: 'pipes:pipe', oneOf: 'way' },
    ],
    targetTrust: ['pipes.amazonaws.com'],
    cloudTrail: ['CreatePipe', 'UpdatePipe'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
