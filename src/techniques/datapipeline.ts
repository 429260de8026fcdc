import type { Technique } from './technique.ts'

export const datapipeline: readonly Technique[] = [
  {
    id: 'datapipeline-001',
    name: 'Data Pipeline with a passed role',
    category: 'new-passrole',
    status: 'dead',
    severity: 'low',
    grants: 'code-as',
    via: 'datapipeline:CreatePipeline',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: {
          'iam:PassedToService': ['datapipeline.amazonaws.com', 'elasticmapreduce.amazonaws.com', 'ec2.amazonaws.com'],
        },
      },
      { action: 'datapipeline:CreatePipeline', on: 'any' },
      { action: 'datapipeline:PutPipelineDefinition', on: 'datapipeline:pipeline' },
      { action: 'datapipeline:ActivatePipeline', on: 'datapipeline:pipeline' },
    ],
    targetTrust: ['datapipeline.amazonaws.com', 'ec2.amazonaws.com'],
    cloudTrail: ['CreatePipeline', 'PutPipelineDefinition', 'ActivatePipeline'],
    mitre: ['T1578.002', 'T1078.004'],
    binder: 'none',
  },
]
