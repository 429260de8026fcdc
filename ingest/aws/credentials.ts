import type { NodeHttpHandler } from '@smithy/node-http-handler'

/** Keys of a user, or of a session that ends. */
export interface Identity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

/** Credentials of one account, shared by all its clients. */
export interface Credentials {
  /** Refreshed when they are about to expire. */
  get(): Promise<Identity>
  /** AWS says that they are not valid: the next `get` asks for others. */
  forget(identity: Identity | undefined): void
}

/** So long before they expire they are asked for anew, in milliseconds. */
const early = 5 * 60_000

/** Asks once however many clients want them, and again when they are about to expire. */
export function shared(provider: () => Promise<Identity>): Credentials {
  let asked: Promise<Identity> | undefined
  let known: Identity | undefined
  const ask = (): Promise<Identity> => {
    asked ??= provider()
      .then((identity) => (known = identity))
      .finally(() => {
        asked = undefined
      })
    return asked
  }
  return {
    get: async () => (known === undefined || isDue(known) ? ask() : known),
    forget(identity) {
      if (identity === undefined || identity === known) known = undefined
    },
  }
}

const isDue = ({ expiration }: Identity): boolean =>
  expiration !== undefined && expiration.getTime() - Date.now() < early

export interface BaseOptions {
  readonly profile?: string
  /** For the calls that credentials are made by (SSO, web identity). */
  readonly region: string
}

/** What the SDK finds: environment, profile, SSO, web identity, process, container and instance roles. */
export async function baseCredentials({ profile, region }: BaseOptions): Promise<Credentials> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers')
  return shared(fromNodeProviderChain({ ...(profile !== undefined && { profile }), clientConfig: { region } }))
}

export interface RoleOptions extends BaseOptions {
  readonly base: Credentials
  readonly roleArn: string
  readonly externalId?: string
  readonly sessionName: string
  /** Connections that all calls share: a client of its own would keep its own open. */
  readonly requestHandler: NodeHttpHandler
}

/** A session of a role in another account. One hour: a role that was itself assumed can give no longer one. */
export async function roleCredentials(options: RoleOptions): Promise<Credentials> {
  const { base, roleArn, externalId, sessionName, region, profile, requestHandler } = options
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers')
  return shared(() =>
    fromTemporaryCredentials({
      masterCredentials: () => base.get(),
      params: {
        RoleArn: roleArn,
        RoleSessionName: sessionName,
        DurationSeconds: 3600,
        ...(externalId !== undefined && { ExternalId: externalId }),
      },
      clientConfig: { region, requestHandler, maxAttempts: 8, ...(profile !== undefined && { profile }) },
    })(),
  )
}
