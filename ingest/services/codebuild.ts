import type { Service } from '../service.ts'

/** Build projects: the roles that builds run with. Their environment may hold secrets and is not kept. */
export const codebuild: Service = {
  name: 'codebuild',
  scope: 'region',
  tells: 'which roles builds run with',
  client: { name: 'CodeBuildClient', load: () => import('@aws-sdk/client-codebuild') },
  calls: [
    { operation: 'ListProjects', keep: 'projects' },
    {
      operation: 'BatchGetProjects',
      each: 'ListProjects.projects',
      as: ['names'],
      batch: 100,
      keep: `projects {
        arn name serviceRole encryptionKey projectVisibility resourceAccessRole source { type } environment { type privilegedMode }
      }`,
    },
    {
      operation: 'GetResourcePolicy',
      each: 'BatchGetProjects.projects.arn',
      as: ['resourceArn'],
      keep: 'policy',
      none: ['ResourceNotFoundException'],
    },
  ],
  operations: [],
}
