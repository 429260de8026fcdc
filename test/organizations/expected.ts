/** Known answers about an organization: `expected.json` beside a snapshot, of the samples as of the generated ones. */
export interface Expected {
  readonly counts: Readonly<
    Record<'accounts' | 'users' | 'groups' | 'roles' | 'policies' | 'accessKeys' | 'buckets', number>
  >
  readonly structural: readonly ExpectedRelation[]
  readonly paths: readonly ExpectedPath[]
  readonly nonPaths: readonly ExpectedNonPath[]
  readonly escalations: readonly ExpectedEscalation[]
  readonly resourceAccess: readonly ExpectedAccess[]
  readonly external: readonly ExpectedEntry[]
  readonly accessKeys: readonly ExpectedKey[]
  readonly identityCenter: readonly ExpectedPerson[]
  readonly workloadIdentity: readonly ExpectedWorkload[]
  readonly coverage: readonly ExpectedGap[]
  readonly externalElsewhere: readonly { readonly pattern: string; readonly via: string; readonly verdict: string }[]
}

export type Requires = Readonly<Record<string, string>>

export interface ExpectedRelation {
  readonly kind: string
  readonly from: string
  readonly toPattern: string
  readonly count: number
  readonly requiringExternalId?: number
  readonly externalId?: string
}

export interface ExpectedPath {
  readonly id: string
  readonly start: string
  readonly end: string
  readonly verdict: string
  readonly requires: Requires
  readonly hops: readonly {
    readonly from: string
    readonly to: string
    readonly via: string
    readonly resource?: string
    readonly requires: Requires
  }[]
}

export interface ExpectedNonPath {
  readonly id: string
  readonly kind: string
  readonly start: string
  readonly end: string
  readonly blockedHop: { readonly from: string; readonly to: string; readonly via: string; readonly resource?: string }
  readonly blockedBy: string
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
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly verdict: string
  readonly blockedBy: string | null
  readonly requires: Requires
}

export interface ExpectedEntry {
  readonly id: string
  readonly target: string
  readonly source: string
  readonly via: string
  readonly reachable: boolean
  readonly verdict: string
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
  readonly roles: readonly string[]
}

export interface ExpectedWorkload {
  readonly id: string
  readonly cluster: string
  readonly namespace: string
  readonly serviceAccount: string
  readonly mechanism: string
  readonly role: string
  readonly allowed: boolean
}

export interface ExpectedGap {
  readonly account: string
  readonly region: string | null
  readonly service: string
  readonly operation: string
  readonly code: string
  readonly wholeAccount: boolean
}

/** Keys that a caller of `sts:AssumeRole` chooses freely. */
export const freeKeys: ReadonlySet<string> = new Set(['sts:RoleSessionName'])

/** trustwalk's layer for a cause; `on` tells where a condition stands that only says what it is about. */
export function layerOf(cause: string, on: 'trust' | 'resource' | 'identity'): string {
  if (cause === 'stale-principal') return on === 'resource' ? 'resource' : 'trust'
  if (cause === 'condition-passed-to-service' || cause === 'condition-resource-tag') return 'identity'
  if (cause.startsWith('condition')) return on
  return layers[cause] ?? `no layer for ${cause}`
}

const layers: Readonly<Record<string, string>> = {
  scp: 'scp',
  rcp: 'rcp',
  boundary: 'boundary',
  'identity-deny': 'identity',
  'no-identity': 'identity',
  'trust-deny': 'trust',
  'no-trust': 'trust',
  'resource-policy-deny': 'resource',
  'no-resource-policy': 'resource',
  'kms-key-policy': 'kms-key-policy',
  'kms-key-disabled': 'kms-key-policy',
  'kms-no-identity': 'identity',
  's3-block-public-access': 's3-bpa',
  'no-instance-profile': 'binding',
  'not-managed-by-ssm': 'binding',
  'execute-command-disabled': 'binding',
  'not-bound': 'binding',
  'no-profile': 'binding',
  'provider-missing': 'binding',
  'no-assignment': 'binding',
}
