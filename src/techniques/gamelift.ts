import type { Technique } from './technique.ts'

export const gamelift: readonly Technique[] = [
  {
    id: 'gamelift-001',
    name: 'GameLift build and fleet with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'gamelift:CreateBuild',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['gamelift.amazonaws.com'] } },
      { action: 'gamelift:CreateBuild', on: 'any' },
      { action: 'gamelift:RequestUploadCredentials', on: 'gamelift:build' },
      { action: 'gamelift:CreateFleet', on: 'any' },
    ],
    targetTrust: ['gamelift.amazonaws.com'],
    cloudTrail: ['CreateBuild', 'RequestUploadCredentials', 'CreateFleet'],
    mitre: ['T1578.002'],
    binder: 'new-passrole',
  },
]
