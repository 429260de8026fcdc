import type { Service } from '../service.ts'

/** Stacks: the service roles they are changed with. Parameters and outputs may hold secrets and are not kept. */
export const cloudformation: Service = {
  name: 'cloudformation',
  scope: 'region',
  tells: 'which roles stacks are changed with',
  client: { name: 'CloudFormationClient', load: () => import('@aws-sdk/client-cloudformation') },
  calls: [
    {
      operation: 'DescribeStacks',
      keep: 'Stacks { StackId StackName StackStatus RoleARN Capabilities ParentId RootId }',
    },
  ],
  operations: [],
}
