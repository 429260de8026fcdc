import type { Technique } from './technique.ts'

export const deadline: readonly Technique[] = [
  {
    id: 'deadline-901',
    name: 'Deadline Cloud queue or fleet role',
    category: 'principal-access',
    status: 'uncertain',
    severity: 'medium',
    grants: 'become',
    via: 'deadline:AssumeQueueRoleForUser',
    requires: [
      { action: 'deadline:AssumeQueueRoleForUser', on: 'deadline:queue', oneOf: 'way' },
      { action: 'deadline:AssumeFleetRoleForWorker', on: 'deadline:worker', oneOf: 'way' },
      { action: 'deadline:AssumeQueueRoleForWorker', on: 'deadline:worker', oneOf: 'way' },
    ],
    targetTrust: ['credentials.deadline.amazonaws.com'],
    cloudTrail: ['AssumeQueueRoleForUser', 'CreateJob'],
    mitre: ['T1550.001'],
    doubt: 'Known by its title only; the details follow from the list of actions.',
    needsUnrecorded: 'deadline:ListFarms',
    binder: 'new-passrole',
  },
]
