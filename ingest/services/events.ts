import type { Service } from '../service.ts'

/** Event buses: policy, and the roles that rules act with. */
export const events: Service = {
  name: 'events',
  scope: 'region',
  tells: 'who may put events, and which roles rules act with',
  client: { name: 'EventBridgeClient', load: () => import('@aws-sdk/client-eventbridge') },
  calls: [
    { operation: 'ListEventBuses', keep: 'EventBuses { Name Arn Policy }' },
    {
      operation: 'ListRules',
      each: 'ListEventBuses.EventBuses.Name',
      as: ['EventBusName'],
      keep: 'Rules { Name Arn State RoleArn ManagedBy EventBusName }',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: [],
}
