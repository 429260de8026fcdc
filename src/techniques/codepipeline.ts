import type { Technique } from './technique.ts'

export const codepipeline: readonly Technique[] = [
  {
    id: 'codepipeline-901',
    name: 'New pipeline with passed roles',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'codepipeline:CreatePipeline',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['codepipeline.amazonaws.com'] } },
      { action: 'codepipeline:CreatePipeline', on: 'codepipeline:pipeline' },
    ],
    targetTrust: ['codepipeline.amazonaws.com'],
    cloudTrail: ['CreatePipeline', 'StartPipelineExecution'],
    mitre: ['T1078.004', 'T1072'],
    binder: 'new-passrole',
  },
]
