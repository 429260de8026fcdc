import type { Level, Membership } from '#src/model/membership.ts'
import type { KmsGrant } from '#src/model/model.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'

export type { KmsGrant, Level, Membership }

/** What the evaluator knows of a context key: its values, that it is absent, or nothing. */
export type KeyState =
  | { readonly state: 'known'; readonly values: readonly string[] }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' }

export type PrincipalKind =
  | 'IAMUser'
  | 'RoleSession'
  | 'FederatedUserSession'
  | 'RootUser'
  | 'AWSService'
  | 'WebIdentity'
  | 'SAML'
  | 'Anonymous'

/** Who makes a request. A role never makes one: its session does, with both ARNs kept (aws-evaluation 1.3). */
export interface Principal {
  readonly kind: PrincipalKind
  /** User ARN, session ARN, federated-user ARN, root ARN, service name, provider ARN, or `*` for anybody unsigned. */
  readonly arn: string
  /** Undefined for services, federated callers and anybody unsigned. */
  readonly account: string | undefined
  readonly membership?: Membership
  readonly roleArn?: string
  readonly sessionName?: string
  readonly userArn?: string
  readonly uniqueId?: string
  /** Complete: for sessions the merged role and session tags. Undefined: not known. */
  readonly tags?: Readonly<Record<string, string>>
  /** Own inline and attached policies and those of the groups. */
  readonly identityPolicies: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy
  readonly sessionPolicies?: readonly NamedPolicy[]
  readonly isServiceLinked?: boolean
  /**
   * The principal's own side allows everything: an account outside the organization, whose policies are not ours to read.
   * Its SCPs are unknown and taken as permissive as well.
   */
  readonly allowsEverything?: boolean
  /** Its identity policies were not collected: what they say is a gap, named so. */
  readonly gap?: string
}

export interface RequestResource {
  /** ARN, or `*` for actions without a resource. */
  readonly arn: string
  /** Account that owns the resource; ARNs of S3 carry none. */
  readonly account: string | undefined
  readonly membership?: Membership
  /** Bucket, queue, key, function policy, or the trust policy of a role. */
  readonly policy?: NamedPolicy
  /** Complete when given; undefined: not known. */
  readonly tags?: Readonly<Record<string, string>>
  /** Of a user or role: the ARN of its permissions boundary, empty if it has none. Undefined: not known, or not such a resource. */
  readonly boundary?: readonly string[]
  /** S3: effective RestrictPublicBuckets (account or bucket). */
  readonly restrictPublicBuckets?: boolean
  readonly kmsGrants?: readonly KmsGrant[]
  /** KMS: a key that AWS manages for one service; it serves nobody outside its own account. */
  readonly isAwsManagedKey?: boolean
  /** KMS: disabled or pending deletion: nothing can be encrypted or decrypted with it. */
  readonly isDisabledKey?: boolean
  /** The resource policy was not collected: a gap, named so. */
  readonly gap?: string
}

export interface AccessRequest {
  readonly principal: Principal
  readonly action: string
  readonly resource: RequestResource
  /** State of every key that is not derived from principal, resource and organization. */
  readonly context: (key: string) => KeyState
  readonly vpcEndpointPolicy?: NamedPolicy
}
