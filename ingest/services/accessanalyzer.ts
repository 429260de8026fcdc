import type { Service } from '../service.ts'

/** Findings of IAM Access Analyzer, where somebody has set one up. */
export const accessanalyzer: Service = {
  name: 'accessanalyzer',
  scope: 'region',
  prefix: 'access-analyzer',
  tells: 'what IAM Access Analyzer found',
  client: { name: 'AccessAnalyzerClient', load: () => import('@aws-sdk/client-accessanalyzer') },
  calls: [
    { operation: 'ListAnalyzers', keep: 'analyzers { arn name type status createdAt }' },
    {
      operation: 'ListFindingsV2',
      each: 'ListAnalyzers.analyzers.arn',
      as: ['analyzerArn'],
      keep: 'findings { id resource resourceType resourceOwnerAccount status findingType createdAt }',
      none: ['ResourceNotFoundException'],
      actions: ['access-analyzer:ListFindings'],
    },
  ],
  operations: [],
}
