import { setTimeout as sleep } from 'node:timers/promises'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Asked } from '../service.ts'
import type { Credentials, Identity } from './credentials.ts'
import { areCredentialsMissing, isExpired, isUnparseable, StoppedError, withoutCredentials } from './failures.ts'
import { Limit } from './limit.ts'

/** What all calls of a collection share: connections, the number of calls at a time, and the count of what was done. */
export interface Sharing {
  readonly profile?: string
  /** Calls in flight, over all accounts. */
  readonly parallel: number
  /** Milliseconds that an answer may take. */
  readonly timeout: number
  /** `trustwalk/0.1.0`, for whoever reads CloudTrail. */
  readonly userAgent: string
}

/** Tries of one call: those that the SDK makes by itself. Throttled calls wait longer each time. */
const attempts = 8
/** Times that an answer which cannot be read is asked for again. */
const readAgain = 2

export class Connections {
  readonly handler: NodeHttpHandler
  readonly limit: Limit
  readonly sharing: Sharing
  /** Of the first client. */
  configuration: Readonly<Record<string, unknown>> | undefined
  calls = 0
  retries = 0
  private reason: StoppedError | undefined

  constructor(sharing: Sharing) {
    const sockets = { keepAlive: true, maxSockets: sharing.parallel }
    this.sharing = sharing
    this.limit = new Limit(sharing.parallel)
    this.handler = new NodeHttpHandler({
      connectionTimeout: Math.min(10_000, sharing.timeout),
      requestTimeout: sharing.timeout,
      throwOnRequestTimeout: true,
      socketTimeout: sharing.timeout,
      socketAcquisitionWarningTimeout: 600_000,
      httpAgent: sockets,
      httpsAgent: sockets,
    })
  }

  /** No further call is made. */
  stop(reason: StoppedError): never {
    this.reason ??= reason
    throw this.reason
  }

  check(): void {
    if (this.reason !== undefined) throw this.reason
  }

  close(): void {
    this.handler.destroy()
  }
}

export type Output = Readonly<Record<string, unknown>>

interface SdkClient {
  readonly config: Readonly<Record<string, unknown>>
  send(command: object): Promise<Output>
}

/**
 * What a client reads from the environment and from configuration files, whatever it is a client of. It takes as long as a call, so
 * that the first client reads it for all.
 */
const readOnce = [
  'defaultsMode',
  'useDualstackEndpoint',
  'useFipsEndpoint',
  'userAgentAppId',
  'authSchemePreference',
] as const

/** Makes calls with the credentials of one account. */
export class Session {
  private readonly connections: Connections
  private readonly credentials: Credentials
  /** Whether there is nobody who could give others: the collection stops when they are over. */
  private readonly isBase: boolean
  private readonly clients = new Map<string, Promise<SdkClient>>()

  constructor(connections: Connections, credentials: Credentials, isBase: boolean) {
    this.connections = connections
    this.credentials = credentials
    this.isBase = isBase
  }

  /** One call; throws what the SDK throws after its last try. A `StoppedError` ends the collection. */
  async call(service: Asked, region: string, operation: string, input: object): Promise<Output> {
    const { connections } = this
    for (let again = 0, isRenewed = false; ; ) {
      connections.check()
      const identity: { used?: Identity } = {}
      try {
        return await connections.limit.run(() => this.send(service, region, operation, input, identity))
      } catch (error) {
        connections.check()
        if (error instanceof StoppedError) throw error
        if (areCredentialsMissing(error)) connections.stop(withoutCredentials(error))
        if (isExpired(error)) {
          if (isRenewed && this.isBase) connections.stop(withoutCredentials(error))
          if (isRenewed) throw error
          this.credentials.forget(identity.used)
          // Clients remember credentials as well.
          this.clients.clear()
          isRenewed = true
          connections.retries++
        } else if (isUnparseable(error) && again < readAgain) {
          again++
          connections.retries++
          await sleep(200 * again)
        } else throw error
      }
    }
  }

  /** Forgets the clients of a service, in one region or in all: there may be thousands of places. */
  release(service: Asked, region?: string): void {
    for (const key of this.clients.keys()) {
      if (region === undefined ? key.startsWith(`${service.name}/`) : key === `${service.name}/${region}`) {
        this.clients.delete(key)
      }
    }
  }

  private async send(
    service: Asked,
    region: string,
    operation: string,
    input: object,
    identity: { used?: Identity },
  ): Promise<Output> {
    const { connections } = this
    // Outside the SDK, so that what it says of credentials is not taken for an answer of the service.
    identity.used = await this.credentials.get()
    const module = (await service.client.load()) as Readonly<Record<string, new (input: object) => object>>
    const command = new module[`${operation}Command`]!(input)
    const client = await this.clientOf(service, region)
    connections.check()
    connections.calls++
    try {
      const output = await client.send(command)
      this.countRetries(output)
      return output
    } catch (error) {
      this.countRetries(error)
      throw error
    }
  }

  private countRetries(answer: unknown): void {
    const { $metadata } = answer as { readonly $metadata?: { readonly attempts?: number } }
    this.connections.retries += Math.max(0, ($metadata?.attempts ?? 1) - 1)
  }

  /** One client for each service and region, so that what it learned of throttling is not lost. */
  private clientOf(service: Asked, region: string): Promise<SdkClient> {
    const key = `${service.name}/${region}`
    let client = this.clients.get(key)
    if (client === undefined) this.clients.set(key, (client = this.createClient(service, region)))
    return client
  }

  private async createClient({ client }: Asked, region: string): Promise<SdkClient> {
    const { profile, userAgent } = this.connections.sharing
    const module = (await client.load()) as Readonly<Record<string, new (config: object) => SdkClient>>
    const made = new module[client.name]!({
      ...this.connections.configuration,
      ...client.options,
      region,
      credentials: () => this.credentials.get(),
      requestHandler: this.connections.handler,
      retryMode: 'adaptive',
      maxAttempts: attempts,
      customUserAgent: userAgent,
      ...(profile !== undefined && { profile }),
    })
    this.connections.configuration ??= Object.fromEntries(readOnce.map((name) => [name, made.config[name]]))
    return made
  }
}
