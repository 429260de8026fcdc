import type { Technique } from './technique.ts'

export const cognitoidp: readonly Technique[] = [
  {
    id: 'cognitoidp-902',
    name: 'Group with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'become',
    via: 'cognito-idp:CreateGroup',
    requires: [
      { action: 'cognito-idp:CreateGroup', on: 'cognito-idp:userpool', oneOf: 'way' },
      { action: 'cognito-idp:UpdateGroup', on: 'cognito-idp:userpool', oneOf: 'way' },
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['cognito-idp.amazonaws.com', 'cognito-identity.amazonaws.com'] },
      },
    ],
    targetTrust: ['cognito-identity.amazonaws.com'],
    cloudTrail: ['CreateGroup', 'UpdateGroup', 'AdminAddUserToGroup'],
    mitre: ['T1098'],
    needsUnrecorded: 'cognito-identity:ListIdentityPools',
    binder: 'new-passrole',
  },
]
