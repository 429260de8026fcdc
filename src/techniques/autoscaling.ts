import type { Technique } from './technique.ts'

export const autoscaling: readonly Technique[] = [
  {
    id: 'autoscaling-901',
    name: 'Auto Scaling group with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'autoscaling:CreateLaunchConfiguration',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['ec2.amazonaws.com'] } },
      { action: 'autoscaling:CreateLaunchConfiguration', on: 'autoscaling:launchConfiguration', oneOf: 'template' },
      { action: 'ec2:CreateLaunchTemplate', on: 'ec2:launch-template', oneOf: 'template' },
      { action: 'autoscaling:CreateAutoScalingGroup', on: 'autoscaling:autoScalingGroup', oneOf: 'group' },
      { action: 'autoscaling:UpdateAutoScalingGroup', on: 'autoscaling:autoScalingGroup', oneOf: 'group' },
    ],
    targetTrust: ['ec2.amazonaws.com'],
    cloudTrail: [
      'CreateLaunchConfiguration',
      'CreateLaunchTemplate',
      'CreateAutoScalingGroup',
      'UpdateAutoScalingGroup',
    ],
    mitre: ['T1578.002', 'T1552.005'],
    binder: 'instance-profile',
  },
]
