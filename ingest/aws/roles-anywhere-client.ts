import { EKSClient, type EKSClientConfig } from '@aws-sdk/client-eks'
import { makeBuilder } from '@smithy/core/client'
import { getEndpointPlugin } from '@smithy/core/endpoints'

/**
 * IAM Roles Anywhere on the SDK's own parts. The client package of that name that could be had is of 2023: it has a whole SDK of
 * its own below it and does not know `AWS_ENDPOINT_URL`. The service speaks the protocol of EKS (REST, JSON, SigV4), so its
 * client is that one with another name, host and two operations.
 */
export class RolesAnywhereClient extends EKSClient {
  constructor(config: EKSClientConfig) {
    super({
      ...config,
      serviceId: 'RolesAnywhere',
      signingName: 'rolesanywhere',
      httpAuthSchemeProvider: ({ region }) => [
        {
          schemeId: 'aws.auth#sigv4',
          signingProperties: { name: 'rolesanywhere', region },
          propertiesExtractor: (signing: object, context: object) => ({
            signingProperties: { config: signing, context },
          }),
        },
      ],
    } as EKSClientConfig)
    Object.assign(this.config, { endpointProvider: withHost(this.config.endpointProvider) })
  }
}

type EndpointProvider = EKSClient['config']['endpointProvider']

/** Hosts are named alike; one that somebody configured is left alone. */
const withHost =
  (ofEks: EndpointProvider): EndpointProvider =>
  (parameters, context) => {
    const endpoint = ofEks(parameters, context)
    if (parameters.Endpoint !== undefined) return endpoint
    const url = new URL(endpoint.url)
    url.hostname = url.hostname
      .replace(/^(fips\.eks|eks-fips)\./, 'rolesanywhere-fips.')
      .replace(/^eks\./, 'rolesanywhere.')
    return { ...endpoint, url }
  }

const fromClient = (name: string) => ({ type: 'builtInParams', name }) as const

const command = makeBuilder(
  {
    UseFIPS: fromClient('useFipsEndpoint'),
    Endpoint: fromClient('endpoint'),
    Region: fromClient('region'),
    UseDualStack: fromClient('useDualstackEndpoint'),
  },
  'RolesAnywhere',
  'RolesAnywhereClient',
  getEndpointPlugin,
)

const space = 'com.amazonaws.rolesanywhere'
/** Kinds of schemas and types, as the SDK numbers them. */
const [operation, structure] = [9, 3] as const
const [text, number, anything] = [0, 1, 15] as const

const listing = (name: string, path: string, member: string) =>
  command({}, () => [], name, [
    operation,
    space,
    name,
    { http: ['GET', path, 200] },
    [
      structure,
      space,
      `${name}Request`,
      0,
      ['nextToken', 'pageSize'],
      [
        [text, { httpQuery: 'nextToken' }],
        [number, { httpQuery: 'pageSize' }],
      ],
    ],
    [structure, space, `${name}Response`, 0, ['nextToken', member], [text, anything]],
  ])

export const ListTrustAnchorsCommand = listing('ListTrustAnchors', '/trustanchors', 'trustAnchors')
export const ListProfilesCommand = listing('ListProfiles', '/profiles', 'profiles')
