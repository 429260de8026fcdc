import type { Technique } from './technique.ts'

export const secretsmanager: readonly Technique[] = [
  {
    id: 'secretsmanager-901',
    name: 'Read secrets',
    category: 'credential-access',
    status: 'working',
    severity: 'high',
    grants: 'read-credentials',
    via: 'secretsmanager:GetSecretValue',
    requires: [
      { action: 'secretsmanager:GetSecretValue', on: 'secretsmanager:Secret', oneOf: 'way' },
      { action: 'secretsmanager:BatchGetSecretValue', on: 'any', oneOf: 'way' },
    ],
    targetTrust: [],
    cloudTrail: ['GetSecretValue', 'BatchGetSecretValue'],
    mitre: ['T1555.006'],
    binder: 'access',
  },
  {
    id: 'secretsmanager-902',
    name: "Widen a secret's resource policy",
    category: 'resource-policy',
    status: 'working',
    severity: 'high',
    grants: 'write-policy',
    via: 'secretsmanager:PutResourcePolicy',
    requires: [
      {
        action: 'secretsmanager:PutResourcePolicy',
        on: 'secretsmanager:Secret',
        context: { 'secretsmanager:BlockPublicPolicy': ['false for public'] },
      },
    ],
    targetTrust: [],
    cloudTrail: ['PutResourcePolicy', 'DeleteResourcePolicy'],
    mitre: ['T1098', 'T1537'],
    binder: 'access',
  },
]
