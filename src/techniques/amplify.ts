import type { Technique } from './technique.ts'

export const amplify: readonly Technique[] = [
  {
    id: 'amplify-901',
    name: 'Amplify app whose build runs with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'code-as',
    via: 'amplify:CreateApp',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['amplify.amazonaws.com'] } },
      { action: 'amplify:CreateApp', on: 'any' },
      { action: 'amplify:CreateBranch', on: 'amplify:branches' },
      { action: 'amplify:StartJob', on: 'amplify:jobs' },
    ],
    targetTrust: ['amplify.amazonaws.com'],
    cloudTrail: ['CreateApp', 'CreateBranch', 'StartJob'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
