import type { Technique } from './technique.ts'

export const imagebuilder: readonly Technique[] = [
  {
    id: 'imagebuilder-001',
    name: 'Image pipeline that runs a component with a passed profile',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'imagebuilder:CreateComponent',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['ec2.amazonaws.com'] } },
      { action: 'imagebuilder:CreateComponent', on: 'imagebuilder:component' },
      { action: 'imagebuilder:CreateImageRecipe', on: 'imagebuilder:imageRecipe' },
      { action: 'imagebuilder:CreateInfrastructureConfiguration', on: 'imagebuilder:infrastructureConfiguration' },
      { action: 'imagebuilder:CreateImage', on: 'imagebuilder:image' },
    ],
    targetTrust: ['ec2.amazonaws.com'],
    cloudTrail: ['CreateComponent', 'CreateInfrastructureConfiguration', 'CreateImage'],
    mitre: ['T1578.002', 'T1525'],
    binder: 'instance-profile',
  },
]
