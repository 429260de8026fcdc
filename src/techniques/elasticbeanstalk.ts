import type { Technique } from './technique.ts'

export const elasticbeanstalk: readonly Technique[] = [
  {
    id: 'elasticbeanstalk-901',
    name: 'New Beanstalk environment with passed roles',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'code-as',
    via: 'elasticbeanstalk:CreateApplication',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['elasticbeanstalk.amazonaws.com', 'ec2.amazonaws.com'] },
      },
      { action: 'elasticbeanstalk:CreateApplication', on: 'elasticbeanstalk:application' },
      { action: 'elasticbeanstalk:CreateApplicationVersion', on: 'elasticbeanstalk:applicationversion' },
      { action: 'elasticbeanstalk:CreateEnvironment', on: 'elasticbeanstalk:environment' },
    ],
    targetTrust: ['ec2.amazonaws.com'],
    cloudTrail: ['CreateApplicationVersion', 'CreateEnvironment'],
    mitre: ['T1578.002'],
    binder: 'instance-profile',
  },
]
