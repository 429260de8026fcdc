import { InputError, usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { didYouMean, nearestNames } from '#src/lib/suggest.ts'
import { keysOf } from './hop-proof.ts'
import type { Questioned } from './query.ts'
import { selectOne, sessionArn } from './selectors.ts'

export const isActionName = (text: string): boolean => /^[a-z0-9-]+:[A-Za-z0-9]+$/i.test(text)

/** A principal by any selector; services by their name. */
export function principalArn(about: Questioned, text: string): string {
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(text)) return text
  return selectOne(about, text).arn
}

/** The same; a session of a role that is named by its ARN stays that session, and has no other name. */
export function requesterArn(about: Questioned, text: string): string {
  const arn = principalArn(about, text)
  return sessionArn.test(text.trim()) ? text.trim() : arn
}

/** A resource by its ARN as it stands, objects and things that the graph does not hold too; else by a selector. */
export function resourceArn(about: Questioned, text: string): string {
  if (text === '*' || text.startsWith('arn:')) return text
  return selectOne(about, text).arn
}

/** The error for a resource that the snapshot would hold if it were there, with the nearest that it holds. */
export function missingResource({ graph }: Questioned, arn: string): InputError {
  const bucket = /^arn:[^:]+:s3:::[^/]+/.exec(arn)?.[0]
  const near = nearestNames(bucket ?? arn, resourceNames(graph))
  const help = near.length === 0 ? 'what it does not hold cannot be decided' : didYouMean(near)
  return usageError(`the snapshot has no ${quote(arn)}`, help)
}

function* resourceNames(graph: Questioned['graph']): Generator<string> {
  for (let node = 0; node < graph.nodeCount; node++) {
    const { kind, arn } = graph.node(node)
    if (kind === 'resource') yield arn
  }
}

/** Accounts that decide a request: of the caller, of the resource, and of the key that encrypts it. */
export function accountsOfRequest({ graph, register }: Questioned, principal: string, resource: string): Set<string> {
  const accounts = new Set<string>()
  const bucket = /^arn:[^:]+:s3:::[^/]+/.exec(resource)?.[0]
  const node = graph.find(bucket ?? resource)
  const key = keysOf(register).get(bucket ?? resource)
  for (const account of [
    principal.split(':', 5)[4],
    resource.split(':', 5)[4],
    key?.split(':', 5)[4],
    node === undefined ? undefined : graph.node(node).account,
  ]) {
    if (account !== undefined && /^\d{12}$/.test(account)) accounts.add(account)
  }
  return accounts
}

/** The same for a line of a file: what cannot be named gives a message in its place. */
export function namesOf<Names>(read: () => Names): Names | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof InputError) return error.message
    throw error
  }
}
