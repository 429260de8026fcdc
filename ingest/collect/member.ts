import type { Credentials } from '../aws/credentials.ts'
import { roleCredentials } from '../aws/credentials.ts'
import { areCredentialsMissing, failureOf, isExpired, StoppedError, withoutCredentials } from '../aws/failures.ts'
import { type Connections, Session } from '../aws/session.ts'
import type { LedgerEntry } from './ledger.ts'

/** How other accounts are entered. */
export interface Entering {
  readonly base: Credentials
  readonly partition: string
  readonly home: string
  /** Tried in this order. */
  readonly roleNames: readonly string[]
  readonly externalId: string | undefined
  /** Seen in CloudTrail. */
  readonly sessionName: string
}

/** Roles that are tried where none is named: the collector's own, and those that Organizations and Control Tower make. */
export const usualRoles = ['trustwalk-reader', 'OrganizationAccountAccessRole', 'AWSControlTowerExecution'] as const

/** A session in another account, by the first of the roles that lets the caller in; or why none does. */
export async function enterAccount(
  connections: Connections,
  account: string,
  { base, partition, home, roleNames, externalId, sessionName }: Entering,
): Promise<Session | readonly LedgerEntry[]> {
  const refused: LedgerEntry[] = []
  for (const roleName of roleNames) {
    connections.check()
    const credentials = await roleCredentials({
      base,
      roleArn: `arn:${partition}:iam::${account}:role/${roleName}`,
      sessionName,
      region: home,
      requestHandler: connections.handler,
      ...(externalId !== undefined && { externalId }),
      ...(connections.sharing.profile !== undefined && { profile: connections.sharing.profile }),
    })
    try {
      await connections.limit.run(() => {
        connections.calls++
        return credentials.get()
      })
      return new Session(connections, credentials, false)
    } catch (error) {
      if (error instanceof StoppedError) throw error
      if (isExpired(error) || areCredentialsMissing(error)) connections.stop(withoutCredentials(error))
      refused.push({ service: 'sts', operation: 'AssumeRole', resource: roleName, ...failureOf(error) })
    }
  }
  return refused
}
