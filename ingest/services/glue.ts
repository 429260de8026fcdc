import type { Service } from '../service.ts'

/** The data catalogue: its policy, and the roles that jobs, crawlers and development endpoints run with. */
export const glue: Service = {
  name: 'glue',
  scope: 'region',
  tells: 'which roles jobs run with, and who may read the data catalogue',
  client: { name: 'GlueClient', load: () => import('@aws-sdk/client-glue') },
  calls: [
    {
      operation: 'GetResourcePolicies',
      keep: 'GetResourcePoliciesResponseList { PolicyInJson PolicyHash CreateTime UpdateTime }',
    },
    { operation: 'GetJobs', keep: 'Jobs { Name Role GlueVersion Command { Name ScriptLocation } }' },
    { operation: 'GetCrawlers', keep: 'Crawlers { Name Role State }' },
    { operation: 'GetDevEndpoints', keep: 'DevEndpoints { EndpointName RoleArn Status }' },
  ],
  operations: [],
}
