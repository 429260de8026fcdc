import type { Technique } from './technique.ts'

export const sqs: readonly Technique[] = [
  {
    id: 'sqs-901',
    name: 'Open a queue by its policy',
    category: 'resource-policy',
    status: 'working',
    severity: 'medium',
    grants: 'write-policy',
    via: 'sqs:SetQueueAttributes',
    requires: [
      { action: 'sqs:SetQueueAttributes', on: 'sqs:queue', oneOf: 'way' },
      { action: 'sqs:AddPermission', on: 'sqs:queue', oneOf: 'way' },
    ],
    targetTrust: [],
    cloudTrail: ['SetQueueAttributes', 'AddPermission'],
    mitre: ['T1098', 'T1537'],
    binder: 'access',
  },
  {
    id: 'sqs-902',
    name: 'Inject or drain messages',
    category: 'data',
    status: 'uncertain',
    severity: 'low',
    grants: 'control',
    via: 'sqs:SendMessage',
    requires: [
      { action: 'sqs:SendMessage', on: 'sqs:queue', oneOf: 'way' },
      { action: 'sqs:ReceiveMessage', on: 'sqs:queue', oneOf: 'way' },
      { action: 'sqs:StartMessageMoveTask', on: 'sqs:queue', oneOf: 'way' },
    ],
    targetTrust: [],
    cloudTrail: ['SendMessage (data event)', 'ReceiveMessage (data event)'],
    mitre: ['T1565.002'],
    doubt: 'What a consumer does with its input is not in IAM data.',
    binder: 'access',
  },
]
