import type { Technique } from './technique.ts'

export const apprunner: readonly Technique[] = [
  {
    id: 'apprunner-001',
    name: 'App Runner service with a passed instance role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'apprunner:CreateService',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['tasks.apprunner.amazonaws.com', 'apprunner.amazonaws.com'] },
      },
      { action: 'apprunner:CreateService', on: 'apprunner:service' },
    ],
    targetTrust: ['tasks.apprunner.amazonaws.com'],
    cloudTrail: ['CreateService'],
    mitre: ['T1078.004', 'T1651'],
    binder: 'new-passrole',
  },
]
