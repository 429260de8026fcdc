import type { Technique } from './technique.ts'

export const iot: readonly Technique[] = [
  {
    id: 'iot-901',
    name: 'Role alias through a device certificate',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'become',
    via: 'iot:CreateRoleAlias',
    requires: [
      {
        action: 'iam:PassRole',
        on: 'target-role',
        context: { 'iam:PassedToService': ['credentials.iot', 'iot.amazonaws.com'] },
      },
      { action: 'iot:CreateRoleAlias', on: 'iot:rolealias', oneOf: 'way' },
      { action: 'iot:UpdateRoleAlias', on: 'iot:rolealias', oneOf: 'way' },
      { action: 'iot:CreateKeysAndCertificate', on: 'any' },
      { action: 'iot:CreatePolicy', on: 'iot:policy' },
      { action: 'iot:AttachPolicy', on: 'iot:cert' },
    ],
    targetTrust: ['credentials.iot.amazonaws.com'],
    cloudTrail: ['CreateRoleAlias', 'CreateKeysAndCertificate', 'AttachPolicy'],
    mitre: ['T1098.001', 'T1078.004'],
    binder: 'new-passrole',
  },
  {
    id: 'iot-903',
    name: 'Topic rule with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'medium',
    grants: 'act-as-api',
    via: 'iot:CreateTopicRule',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['iot.amazonaws.com'] } },
      { action: 'iot:CreateTopicRule', on: 'iot:rule', oneOf: 'way' },
      { action: 'iot:ReplaceTopicRule', on: 'iot:rule', oneOf: 'way' },
    ],
    targetTrust: ['iot.amazonaws.com'],
    cloudTrail: ['CreateTopicRule', 'ReplaceTopicRule'],
    mitre: ['T1648'],
    binder: 'new-passrole',
  },
]
