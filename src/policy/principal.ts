import type { PrincipalElement } from './policy.ts'

/**
 * By which name a Principal element means a caller. IAM User Guide, "AWS JSON policy elements: Principal": the strongest
 * counts, since the name decides which other policies limit the grant.
 */
export type Form =
  /** `*`: everybody. */
  | 'anyone'
  /** The caller's own ARN or name: user, session, federated user, service, provider. */
  | 'self'
  /** The role of a session; the user of a federated session. */
  | 'parent'
  /** The account: delegates to its identity policies. */
  | 'account'

/** The names of a caller that a Principal element may list. */
export interface CallerNames {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'Anonymous'
  readonly self: string
  readonly parent: string | undefined
  readonly account: string | undefined
}

/** A Principal element as sets. */
export interface CompiledPrincipal {
  readonly isAnyone: boolean
  readonly accounts: ReadonlySet<string>
  readonly names: Readonly<Record<'AWS' | 'Service' | 'Federated', ReadonlySet<string>>>
  /** S3 accounts by their canonical id, which no snapshot translates. */
  readonly hasCanonicalUsers: boolean
}

export function compilePrincipal(element: PrincipalElement): CompiledPrincipal {
  const types = element === '*' ? { AWS: ['*'] } : element
  const aws = types.AWS ?? []
  return {
    isAnyone: aws.includes('*'),
    accounts: new Set(aws.map(accountNamed).filter((account) => account !== undefined)),
    names: { AWS: new Set(aws), Service: new Set(types.Service), Federated: new Set(types.Federated) },
    hasCanonicalUsers: element !== '*' && (element.CanonicalUser?.length ?? 0) > 0,
  }
}

/** The strongest form in which the element names the caller; undefined if it does not. Names are compared exactly. */
export function formOf(element: CompiledPrincipal, caller: CallerNames): Form | undefined {
  if (element.isAnyone) return 'anyone'
  if (caller.type === 'Anonymous') return undefined
  const names = element.names[caller.type]
  if (names.has(caller.self)) return 'self'
  if (caller.parent !== undefined && names.has(caller.parent)) return 'parent'
  return caller.account !== undefined && element.accounts.has(caller.account) ? 'account' : undefined
}

/**
 * Whether a NotPrincipal element spares the caller. IAM User Guide, "AWS JSON policy elements: NotPrincipal": whoever is to
 * be spared must be listed with its account, and a session with its role too.
 */
export function isSpared(element: CompiledPrincipal, caller: CallerNames): boolean {
  if (element.isAnyone) return true
  if (caller.type === 'Anonymous') return false
  const names = element.names[caller.type]
  const listsAccount = caller.account === undefined || element.accounts.has(caller.account)
  const isAccount = caller.account !== undefined && accountNamed(caller.self) === caller.account
  return (
    listsAccount && (isAccount || names.has(caller.self)) && (caller.parent === undefined || names.has(caller.parent))
  )
}

/** `111122223333` and `arn:aws:iam::111122223333:root` both name the whole account. */
const accountNamed = (name: string): string | undefined =>
  /^(\d{12})$/.exec(name)?.[1] ?? /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1]
