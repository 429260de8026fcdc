import type { Technique } from './technique.ts'

export const omics: readonly Technique[] = [
  {
    id: 'omics-001',
    name: 'Workflow run with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'omics:CreateWorkflow',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['omics.amazonaws.com'] } },
      { action: 'omics:CreateWorkflow', on: 'any' },
      { action: 'omics:StartRun', on: 'omics:run' },
    ],
    targetTrust: ['omics.amazonaws.com'],
    cloudTrail: ['CreateWorkflow', 'StartRun'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
