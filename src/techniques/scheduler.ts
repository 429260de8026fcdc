import type { Technique } from './technique.ts'

export const scheduler: readonly Technique[] = [
  {
    id: 'scheduler-001',
    name: 'Schedule an AWS API call with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'scheduler:CreateSchedule',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['scheduler.amazonaws.com'] } },
      { action: 'scheduler:CreateSchedule', on: 'scheduler:schedule', oneOf: 'way' },
      { action: 'scheduler:UpdateSchedule', on: 'scheduler:schedule', oneOf: 'way' },
    ],
    targetTrust: ['scheduler.amazonaws.com'],
    cloudTrail: ['CreateSchedule'],
    mitre: ['T1053', 'T1648'],
    binder: 'new-passrole',
  },
]
