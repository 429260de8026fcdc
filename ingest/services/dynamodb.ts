import type { Service } from '../service.ts'

/** Tables: policy and key. */
export const dynamodb: Service = {
  name: 'dynamodb',
  scope: 'region',
  tells: 'who may read and write which table',
  client: { name: 'DynamoDBClient', load: () => import('@aws-sdk/client-dynamodb') },
  calls: [
    { operation: 'ListTables', keep: 'TableNames' },
    {
      operation: 'DescribeTable',
      each: 'ListTables.TableNames',
      as: ['TableName'],
      keep: 'Table { TableName TableArn TableStatus LatestStreamArn SSEDescription { Status SSEType KMSMasterKeyArn } }',
      none: ['ResourceNotFoundException'],
    },
    {
      operation: 'GetResourcePolicy',
      each: 'DescribeTable._.Table.TableArn',
      as: ['ResourceArn'],
      keep: 'Policy',
      none: ['PolicyNotFoundException', 'ResourceNotFoundException'],
    },
  ],
  operations: [],
}
