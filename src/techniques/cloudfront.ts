import type { Technique } from './technique.ts'

export const cloudfront: readonly Technique[] = [
  {
    id: 'cloudfront-901',
    name: 'Edge function in a distribution',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'lambda:CreateFunction',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'] },
      },
      { action: 'lambda:CreateFunction', on: 'lambda:function' },
      { action: 'lambda:PublishVersion', on: 'lambda:function' },
      { action: 'lambda:EnableReplication', on: 'lambda:function' },
      { action: 'cloudfront:UpdateDistribution', on: 'cloudfront:distribution' },
    ],
    targetTrust: ['edgelambda.amazonaws.com'],
    cloudTrail: ['UpdateDistribution', 'PublishVersion20150331'],
    mitre: ['T1557'],
    needsUnrecorded: 'cloudfront:ListDistributions',
    binder: 'new-passrole',
  },
]
