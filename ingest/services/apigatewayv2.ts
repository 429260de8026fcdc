import type { Service } from '../service.ts'

/** Reading has one action, whatever is read. */
const reading = ['apigateway:GET']
const gone = ['NotFoundException']

/** HTTP and WebSocket APIs: who may call them, and the roles they call others with. */
export const apigatewayv2: Service = {
  name: 'apigatewayv2',
  scope: 'region',
  prefix: 'apigateway',
  tells: 'who may call HTTP and WebSocket APIs',
  client: { name: 'ApiGatewayV2Client', load: () => import('@aws-sdk/client-apigatewayv2') },
  calls: [
    {
      operation: 'GetApis',
      keep: 'Items { ApiId Name ProtocolType ApiEndpoint DisableExecuteApiEndpoint }',
      actions: reading,
    },
    {
      operation: 'GetAuthorizers',
      each: 'GetApis.Items.ApiId',
      as: ['ApiId'],
      keep: 'Items { AuthorizerId Name AuthorizerType AuthorizerCredentialsArn JwtConfiguration { Issuer Audience } }',
      none: gone,
      actions: reading,
    },
    {
      operation: 'GetRoutes',
      each: 'GetApis.Items.ApiId',
      as: ['ApiId'],
      keep: 'Items { RouteId RouteKey AuthorizationType AuthorizerId ApiKeyRequired Target }',
      none: gone,
      actions: reading,
    },
    {
      operation: 'GetIntegrations',
      each: 'GetApis.Items.ApiId',
      as: ['ApiId'],
      keep: 'Items { IntegrationId IntegrationType IntegrationSubtype CredentialsArn }',
      none: gone,
      actions: reading,
    },
  ],
  operations: [],
}
