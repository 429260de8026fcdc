import type { Service } from '../service.ts'

/** File systems: policy and key. */
export const efs: Service = {
  name: 'efs',
  scope: 'region',
  prefix: 'elasticfilesystem',
  tells: 'who may mount which file system',
  client: { name: 'EFSClient', load: () => import('@aws-sdk/client-efs') },
  calls: [
    { operation: 'DescribeFileSystems', keep: 'FileSystems { FileSystemId FileSystemArn Name Encrypted KmsKeyId }' },
    {
      operation: 'DescribeFileSystemPolicy',
      each: 'DescribeFileSystems.FileSystems.FileSystemId',
      as: ['FileSystemId'],
      keep: 'FileSystemId Policy',
      none: ['PolicyNotFound', 'FileSystemNotFound'],
    },
  ],
  operations: [],
}
