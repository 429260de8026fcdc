import type { Technique } from './technique.ts'

export const fis: readonly Technique[] = [
  {
    id: 'fis-901',
    name: 'Fault injection experiment with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'fis:CreateExperimentTemplate',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['fis.amazonaws.com'] } },
      { action: 'fis:CreateExperimentTemplate', on: 'fis:experiment-template' },
      { action: 'fis:StartExperiment', on: 'fis:experiment-template' },
    ],
    targetTrust: ['fis.amazonaws.com'],
    cloudTrail: ['CreateExperimentTemplate', 'StartExperiment'],
    mitre: ['T1651'],
    binder: 'new-passrole',
  },
]
