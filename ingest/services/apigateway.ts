import type { Service } from '../service.ts'

/** Reading has one action, whatever is read. */
const reading = ['apigateway:GET']
const gone = ['NotFoundException']

/** REST APIs: who may call them, and the roles they call others with. */
export const apigateway: Service = {
  name: 'apigateway',
  scope: 'region',
  tells: 'who may call REST APIs',
  client: { name: 'APIGatewayClient', load: () => import('@aws-sdk/client-api-gateway') },
  calls: [
    {
      operation: 'GetRestApis',
      keep: 'items { id name policy apiKeySource endpointConfiguration { types vpcEndpointIds } }',
      actions: reading,
    },
    {
      operation: 'GetAuthorizers',
      each: 'GetRestApis.items.id',
      as: ['restApiId'],
      keep: 'items { id name type providerARNs authorizerCredentials }',
      none: gone,
      actions: reading,
    },
    {
      operation: 'GetResources',
      each: 'GetRestApis.items.id',
      as: ['restApiId'],
      input: { embed: ['methods'] },
      keep: `items { id path resourceMethods { * {
        authorizationType authorizerId apiKeyRequired methodIntegration { type credentials }
      } } }`,
      none: gone,
      actions: reading,
    },
  ],
  operations: [],
}
