import type { NamedPolicy } from '#src/policy/policy.ts'

/** One level of the hierarchy with what is attached there, root first, the account last. */
export interface Level {
  readonly id: string
  readonly type: 'ROOT' | 'OU' | 'ACCOUNT'
  /** Name as a person knows it, for evidence. */
  readonly name?: string
  readonly scps: readonly NamedPolicy[]
  readonly rcps: readonly NamedPolicy[]
}

/** An account's place in an organization; accounts of no organization have none. */
export interface Membership {
  readonly organizationId: string
  /** As in `aws:PrincipalOrgPaths`: `o-x/r-x/ou-a/`, trailing slash, account not included. */
  readonly path: string
  readonly isManagement: boolean
  readonly levels: readonly Level[]
  /** True when SCPs are enabled; without the policy type there is no SCP check (3.1.6). */
  readonly hasScps: boolean
}
