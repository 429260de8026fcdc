import type { IncomingMessage } from 'node:http'
import { sts } from '#ingest/collect/begin.ts'
import { services } from '#ingest/services/index.ts'
import { organizations } from '#ingest/services/organizations.ts'

/** A request to AWS, as the front sees it. */
export interface AwsRequest {
  /** As the collector's files call it. */
  readonly service: string
  readonly operation: string
  readonly accessKey: string
  readonly region: string
  readonly method: string
  readonly path: string
  readonly body: Buffer
  /** Members of a JSON or query body, and of the address. */
  readonly input: Readonly<Record<string, unknown>>
}

/** Names of services in signatures that are not those of the collector's files. */
const bySignature: Readonly<Record<string, string>> = {
  'access-analyzer': 'accessanalyzer',
  elasticfilesystem: 'efs',
  es: 'opensearch',
  ses: 'sesv2',
  sso: 'sso-admin',
  states: 'stepfunctions',
}

interface Route {
  readonly service: string
  readonly operation: string
  readonly method: string
  readonly path: RegExp
  /** That has to be in the address. */
  readonly query: string | undefined
}

let routes: readonly Route[] | undefined

/** What the SDK says of the addresses of operations that have one of their own. */
async function routesOf(): Promise<readonly Route[]> {
  const found: Route[] = []
  for (const { name, client, calls } of [sts, organizations, ...services]) {
    const module = (await client.load()) as Readonly<Record<string, unknown>>
    for (const { operation } of calls) {
      const schema = module[`${operation}$`] as
        | [number, string, string, { http?: [string, string, number] } | number]
        | undefined
      const http = typeof schema?.[3] === 'object' ? schema[3].http : undefined
      if (http === undefined) continue
      const [path = '', query] = http[1].split('?')
      const pattern = path.split('/').map((part) => (part.startsWith('{') ? '[^/]+' : part))
      const bucket = name === 's3' && operation !== 'ListBuckets' ? '/[^/]+' : ''
      found.push({
        service: name,
        operation,
        method: http[0],
        path: new RegExp(`^${bucket}${pattern.join('/')}/?$`),
        query,
      })
    }
  }
  const own = (operation: string, path: string) => ({
    service: 'rolesanywhere',
    operation,
    method: 'GET',
    path: new RegExp(`^${path}$`),
  })
  return [
    ...found,
    { ...own('ListTrustAnchors', '/trustanchors'), query: undefined },
    { ...own('ListProfiles', '/profiles'), query: undefined },
  ]
}

export async function readRequest(incoming: IncomingMessage): Promise<AwsRequest> {
  routes ??= await routesOf()
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const credential = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(incoming.headers.authorization ?? '')
  const [, accessKey = '', region = '', signed = ''] = credential ?? []
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
  const method = incoming.method ?? 'GET'
  const path = decodeURI(url.pathname)
  const target = incoming.headers['x-amz-target']
  const text = body.toString('utf8')
  const isQuery = target === undefined && /(^|&)Action=/.test(text)
  const known = { accessKey, region, method, path: incoming.url ?? '/', body }
  const service = bySignature[signed] ?? signed
  if (typeof target === 'string') {
    return { ...known, service, operation: target.split('.').at(-1)!, input: parsed(text) }
  }
  if (isQuery) {
    const input = Object.fromEntries(new URLSearchParams(text))
    return { ...known, service, operation: input.Action ?? '', input }
  }
  const queryOf = (query: string) => (query.startsWith('x-id=') ? true : url.searchParams.has(query.split('=')[0]!))
  const route = routes.find(
    (candidate) =>
      candidate.method === method &&
      candidate.path.test(url.pathname) &&
      (candidate.query === undefined || queryOf(candidate.query)) &&
      (candidate.service === service || sameSignature[service]?.includes(candidate.service)),
  )
  const input = { ...parsed(text), ...Object.fromEntries(url.searchParams), path }
  return { ...known, service: route?.service ?? service, operation: route?.operation ?? `${method} ${path}`, input }
}

const sameSignature: Readonly<Record<string, readonly string[]>> = {
  s3: ['s3', 's3control'],
  apigateway: ['apigateway', 'apigatewayv2'],
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
