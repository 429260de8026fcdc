import type { Technique } from './technique.ts'

export const cognitoidentity: readonly Technique[] = [
  {
    id: 'cognitoidentity-001',
    name: 'Attach a passed role to an identity pool',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'become',
    via: 'cognito-identity:SetIdentityPoolRoles',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['cognito-identity.amazonaws.com'] },
      },
      { action: 'cognito-identity:SetIdentityPoolRoles', on: 'any' },
    ],
    targetTrust: ['cognito-identity.amazonaws.com'],
    cloudTrail: ['SetIdentityPoolRoles', 'GetId', 'GetCredentialsForIdentity'],
    mitre: ['T1098', 'T1078.004'],
    needsUnrecorded: 'cognito-identity:ListIdentityPools',
    binder: 'new-passrole',
  },
]
