import type { Technique } from './technique.ts'

export const kinesisanalytics: readonly Technique[] = [
  {
    id: 'kinesisanalytics-001',
    name: 'Flink application with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'kinesisanalytics:CreateApplication',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['kinesisanalytics.amazonaws.com'] },
      },
      { action: 'kinesisanalytics:CreateApplication', on: 'any' },
      { action: 'kinesisanalytics:StartApplication', on: 'kinesisanalytics:application' },
    ],
    targetTrust: ['kinesisanalytics.amazonaws.com'],
    cloudTrail: ['CreateApplication', 'StartApplication'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
