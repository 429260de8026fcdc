/** Known answers, in the shape of the sample organizations' `expected.json`. */
export interface Expected {
  readonly asOf: string
  readonly organizationId: string
  readonly managementAccountId: string
  counts: Readonly<Record<string, number>>
  readonly structural: unknown[]
  readonly paths: ExpectedPath[]
  readonly nonPaths: ExpectedNonPath[]
  readonly escalations: ExpectedEscalation[]
  readonly resourceAccess: ExpectedAccess[]
  readonly external: ExpectedEntry[]
  readonly accessKeys: ExpectedKey[]
  readonly identityCenter: ExpectedPerson[]
  readonly workloadIdentity: ExpectedWorkload[]
  readonly coverage: ExpectedGap[]
  readonly externalElsewhere: {
    readonly pattern: string
    readonly via: string
    readonly verdict: string
    readonly detail: string
  }[]
}

export type Requires = Readonly<Record<string, string>>

export interface ExpectedHop {
  readonly from: string
  readonly to: string
  readonly via: string
  readonly style: string
  readonly requires: Requires
  readonly resource?: string
}

export interface ExpectedPath {
  readonly id: string
  readonly kind: string
  readonly start: string
  readonly end: string
  readonly verdict: 'certain' | 'conditional'
  readonly length: number
  readonly hops: readonly ExpectedHop[]
  readonly requires: Requires
  readonly crossAccount: boolean
}

export interface ExpectedNonPath {
  readonly id: string
  readonly kind: string
  readonly start: string
  readonly end: string
  readonly blockedHop: { readonly from: string; readonly to: string; readonly via: string; readonly resource?: string }
  readonly blockedBy: string
  readonly detail: string
  readonly reachablePrefix: readonly string[]
}

export interface ExpectedEscalation {
  readonly id: string
  readonly principal: string
  readonly via: string
  readonly becomesAdmin: boolean
  readonly blockedBy: string | null
}

export interface ExpectedAccess {
  readonly id: string
  readonly kind: string
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly allowed: boolean
  readonly verdict: 'certain' | 'conditional' | 'no'
  readonly blockedBy: string | null
  readonly detail: string
  readonly requires: Requires
  readonly crossAccount: boolean
  readonly key?: string
}

export interface ExpectedEntry {
  readonly id: string
  readonly target: string
  readonly source: string
  readonly via: string
  readonly reachable: boolean
  readonly verdict: 'certain' | 'conditional' | 'no'
  readonly blockedBy: string | null
  readonly detail: string
  readonly requires: Requires
  readonly reachableBy?: string | null
  readonly example?: Readonly<Record<string, string>>
}

export interface ExpectedKey {
  readonly id: string
  readonly accessKeyId: string
  readonly user: string
  readonly status: string
  readonly principals: {
    readonly certain: readonly string[]
    readonly withContext: readonly { readonly arn: string; readonly requires: Requires }[]
  }
  readonly crownJewels: readonly { readonly resource: string; readonly through: string; readonly requires: Requires }[]
  readonly notReached: readonly { readonly arn: string; readonly blockedBy: string }[]
}

export interface ExpectedPerson {
  readonly id: string
  readonly userId: string
  readonly userName: string
  readonly groups: readonly string[]
  readonly roleCount: number
  readonly roles: readonly string[]
}

export interface ExpectedWorkload {
  readonly id: string
  readonly cluster: string
  readonly namespace: string
  readonly serviceAccount: string
  readonly mechanism: 'IRSA' | 'pod-identity'
  readonly role: string
  readonly allowed: boolean
  readonly blockedBy: string | null
}

export interface ExpectedGap {
  readonly account: string
  readonly region: string | null
  readonly service: string
  readonly operation: string
  readonly code: string
  readonly wholeAccount: boolean
}

/** Keys that the caller of `sts:AssumeRole` chooses freely: a hop that wants a value of them is certain. */
export const freeKeys: ReadonlySet<string> = new Set(['sts:RoleSessionName'])

/** Certain if everything required is the caller's free choice. */
export function verdictOf(requires: Requires): 'certain' | 'conditional' {
  return Object.keys(requires).every((key) => freeKeys.has(key)) ? 'certain' : 'conditional'
}

export function createExpected(asOf: string, organizationId: string, managementAccountId: string): Expected {
  return {
    asOf,
    organizationId,
    managementAccountId,
    counts: {},
    structural: [],
    paths: [],
    nonPaths: [],
    escalations: [],
    resourceAccess: [],
    external: [],
    accessKeys: [],
    identityCenter: [],
    workloadIdentity: [],
    coverage: [],
    externalElsewhere: [],
  }
}

/** `P00017`: sections number their entries from 1. */
export const entryId = (letter: string, section: readonly unknown[]) =>
  letter + String(section.length + 1).padStart(5, '0')

export const accountOf = (arn: string) => arn.split(':')[4] ?? ''
