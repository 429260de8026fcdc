import type { Technique } from './technique.ts'

export const sns: readonly Technique[] = [
  {
    id: 'sns-901',
    name: 'Open a topic by its policy or subscribe',
    category: 'resource-policy',
    status: 'working',
    severity: 'medium',
    grants: 'write-policy',
    via: 'sns:AddPermission',
    requires: [
      { action: 'sns:AddPermission', on: 'sns:topic', oneOf: 'way' },
      { action: 'sns:SetTopicAttributes', on: 'sns:topic', oneOf: 'way' },
      { action: 'sns:Subscribe', on: 'sns:topic', oneOf: 'way', context: { 'sns:Protocol': ['https'] } },
    ],
    targetTrust: [],
    cloudTrail: ['AddPermission', 'SetTopicAttributes', 'Subscribe'],
    mitre: ['T1098', 'T1537'],
    binder: 'access',
  },
]
