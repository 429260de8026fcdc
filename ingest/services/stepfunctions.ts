import type { Service } from '../service.ts'

/** State machines: the roles they act with. */
export const stepfunctions: Service = {
  name: 'stepfunctions',
  scope: 'region',
  prefix: 'states',
  tells: 'which roles state machines act with',
  client: { name: 'SFNClient', load: () => import('@aws-sdk/client-sfn') },
  calls: [
    { operation: 'ListStateMachines', keep: 'stateMachines { stateMachineArn name type }' },
    {
      operation: 'DescribeStateMachine',
      each: 'ListStateMachines.stateMachines.stateMachineArn',
      as: ['stateMachineArn'],
      keep: 'stateMachineArn name status type roleArn encryptionConfiguration { type kmsKeyId }',
      none: ['StateMachineDoesNotExist'],
    },
  ],
  operations: [],
}
