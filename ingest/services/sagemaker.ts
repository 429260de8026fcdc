import type { Service } from '../service.ts'

/** Notebook instances: the roles they run with. */
export const sagemaker: Service = {
  name: 'sagemaker',
  scope: 'region',
  tells: 'which roles notebooks run with',
  client: { name: 'SageMakerClient', load: () => import('@aws-sdk/client-sagemaker') },
  calls: [
    {
      operation: 'ListNotebookInstances',
      keep: 'NotebookInstances { NotebookInstanceName NotebookInstanceArn NotebookInstanceStatus }',
    },
    {
      operation: 'DescribeNotebookInstance',
      each: 'ListNotebookInstances.NotebookInstances.NotebookInstanceName',
      as: ['NotebookInstanceName'],
      keep: `NotebookInstanceName NotebookInstanceArn NotebookInstanceStatus RoleArn KmsKeyId DirectInternetAccess RootAccess
        NotebookInstanceLifecycleConfigName`,
    },
  ],
  operations: [],
}
