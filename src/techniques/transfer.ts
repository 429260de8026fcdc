import type { Technique } from './technique.ts'

export const transfer: readonly Technique[] = [
  {
    id: 'transfer-901',
    name: 'File transfer user with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'transfer:CreateUser',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['transfer.amazonaws.com'] } },
      { action: 'transfer:CreateUser', on: 'transfer:server', oneOf: 'way' },
      { action: 'transfer:UpdateUser', on: 'transfer:user', oneOf: 'way' },
    ],
    targetTrust: ['transfer.amazonaws.com'],
    cloudTrail: ['CreateUser', 'ImportSshPublicKey'],
    mitre: ['T1098.004', 'T1530'],
    needsUnrecorded: 'transfer:ListServers',
    binder: 'new-passrole',
  },
]
