import type { Technique } from './technique.ts'

export const ecr: readonly Technique[] = [
  {
    id: 'ecr-902',
    name: 'Open a repository or registry',
    category: 'resource-policy',
    status: 'working',
    severity: 'medium',
    grants: 'write-policy',
    via: 'ecr:SetRepositoryPolicy',
    requires: [
      { action: 'ecr:SetRepositoryPolicy', on: 'ecr:repository', oneOf: 'way' },
      { action: 'ecr:PutRegistryPolicy', on: 'any', oneOf: 'way' },
      { action: 'ecr:CreatePullThroughCacheRule', on: 'any', oneOf: 'way' },
      { action: 'ecr:PutReplicationConfiguration', on: 'any', oneOf: 'way' },
      { action: 'ecr-public:SetRepositoryPolicy', on: 'ecr-public:repository', oneOf: 'way' },
      { action: 'ecr:CreateRepositoryCreationTemplate', on: 'any', oneOf: 'way' },
    ],
    targetTrust: [],
    cloudTrail: ['SetRepositoryPolicy', 'PutRegistryPolicy', 'CreatePullThroughCacheRule'],
    mitre: ['T1098', 'T1525'],
    binder: 'access',
  },
  {
    id: 'ecr-903',
    name: 'Pull images',
    category: 'credential-access',
    status: 'working',
    severity: 'low',
    grants: 'read-credentials',
    via: 'ecr:GetAuthorizationToken',
    requires: [
      { action: 'ecr:GetAuthorizationToken', on: 'any' },
      { action: 'ecr:BatchGetImage', on: 'ecr:repository' },
      { action: 'ecr:GetDownloadUrlForLayer', on: 'ecr:repository' },
    ],
    targetTrust: [],
    cloudTrail: ['BatchGetImage', 'GetDownloadUrlForLayer'],
    mitre: ['T1552.001'],
    binder: 'access',
  },
]
