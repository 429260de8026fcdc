import { InputError } from '#src/lib/errors.ts'
import { baseCredentials, type Credentials } from '../aws/credentials.ts'
import { type Connections, Session } from '../aws/session.ts'
import type { Asked } from '../service.ts'
import type { Caller } from './organization.ts'

/** Who the collector is, before anything is known of the organization. */
export const sts: Asked = {
  name: 'sts',
  tells: 'who collects',
  client: { name: 'STSClient', load: () => import('@aws-sdk/client-sts') },
  calls: [{ operation: 'GetCallerIdentity', keep: 'Account Arn UserId' }],
}

export interface Begun {
  readonly session: Session
  readonly credentials: Credentials
  readonly caller: Caller
  /** Region that services without one are called in. */
  readonly home: string
}

/** Finds credentials as the SDK does and asks whose they are. */
export async function begin(connections: Connections): Promise<Begun> {
  const { profile } = connections.sharing
  const home = await homeRegion(profile)
  const credentials = await baseCredentials({ region: home, ...(profile !== undefined && { profile }) })
  const session = new Session(connections, credentials, true)
  const { Account: account, Arn: arn } = await session.call(sts, home, 'GetCallerIdentity', {})
  if (typeof account !== 'string' || typeof arn !== 'string') {
    throw new InputError('it does not say which account they belong to', { where: 'AWS does not know the credentials' })
  }
  return { session, credentials, home, caller: { account, arn, partition: arn.split(':')[1] ?? 'aws' } }
}

/** As configured for the SDK; where nothing is, that of the services which have none. */
async function homeRegion(profile: string | undefined): Promise<string> {
  const { STSClient } = await import('@aws-sdk/client-sts')
  try {
    return await new STSClient(profile === undefined ? {} : { profile }).config.region()
  } catch {
    return 'us-east-1'
  }
}
