import type { Technique } from './technique.ts'

export const events: readonly Technique[] = [
  {
    id: 'events-901',
    name: 'Rule target with a passed role',
    category: 'new-passrole',
    status: 'working',
    severity: 'high',
    grants: 'act-as-api',
    via: 'events:PutTargets',
    requires: [
      { action: 'iam:PassRole', on: 'target-role', context: { 'iam:PassedToService': ['events.amazonaws.com'] } },
      { action: 'events:PutTargets', on: 'events:rule-on-default-event-bus' },
      { action: 'events:PutRule', on: 'events:rule-on-default-event-bus', oneOf: 'way' },
      { action: 'events:PutEvents', on: 'events:event-bus', oneOf: 'way' },
    ],
    targetTrust: ['events.amazonaws.com'],
    cloudTrail: ['PutRule', 'PutTargets'],
    mitre: ['T1053', 'T1648'],
    binder: 'new-passrole',
  },
]
