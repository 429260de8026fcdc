import type { Technique } from './technique.ts'

export const apigateway: readonly Technique[] = [
  {
    id: 'apigateway-901',
    name: 'API integration with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'apigateway:PUT',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['apigateway.amazonaws.com'] } },
      { action: 'apigateway:PUT', on: 'apigateway:RestApi' },
      { action: 'apigateway:POST', on: 'apigateway:Deployments' },
    ],
    targetTrust: ['apigateway.amazonaws.com'],
    cloudTrail: ['PutIntegration', 'CreateIntegration', 'CreateDeployment'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
