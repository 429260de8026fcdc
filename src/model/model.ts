import type { NamedPolicy } from '#src/policy/policy.ts'
import type { Membership } from './membership.ts'

/** An organization as the snapshot shows it: accounts, identities, resources, compute, federation. Decides nothing. */
export interface Model {
  readonly snapshot: SnapshotInfo
  readonly organization: Organization | undefined
  /** Every account that was collected or that the organization lists, by id, in ascending order. */
  readonly accounts: ReadonlyMap<string, Account>
  /** What was not collected, or could not be read. */
  readonly gaps: readonly Gap[]
}

export interface SnapshotInfo {
  /** Short content id: the same bytes give the same id. */
  readonly id: string
  /** ISO 8601; conditions on time are judged at it. */
  readonly capturedAt: string
  readonly partition: string
  readonly organizationId?: string
  readonly managementAccountId?: string
}

export interface Organization {
  readonly id: string
  readonly managementAccountId: string
  readonly units: readonly OrganizationalUnit[]
}

/** Root or OU. `path` ends in a slash: `o-x/r-x/ou-a/`. */
export interface OrganizationalUnit {
  readonly id: string
  readonly name: string
  readonly path: string
  readonly parent?: string
}

/** One call that failed or was not made. Missing is not empty. */
export interface Gap {
  readonly account: string | undefined
  readonly region: string | undefined
  readonly service: string
  readonly operation: string
  /** The argument, if only one call failed. */
  readonly resource?: string
  /** Error code of AWS, `NotCollected`, or `Unreadable`. */
  readonly code: string
  readonly message?: string
}

export interface Account {
  readonly id: string
  /** `arn:aws:iam::<id>:root`. */
  readonly arn: string
  readonly name: string
  readonly tags: Readonly<Record<string, string>>
  /** Undefined for an account outside any organization. */
  readonly membership: Membership | undefined
  /** Whether its authorization details were read. */
  readonly isCollected: boolean
  /** False for an account that the snapshot may hold, but that was not asked for: nothing in it is known here. */
  readonly isLoaded?: boolean
  readonly users: readonly User[]
  readonly groups: readonly Group[]
  readonly roles: readonly Role[]
  /** Customer managed policies, attached or not. */
  readonly policies: readonly ManagedPolicy[]
  readonly instanceProfiles: readonly InstanceProfile[]
  readonly identityProviders: readonly IdentityProvider[]
  readonly resources: readonly Resource[]
  readonly compute: readonly Compute[]
  /** ARNs of the clusters that ECS lists, with tasks or without. */
  readonly ecsClusters?: readonly string[]
  readonly workloadIdentities: readonly WorkloadIdentity[]
  readonly rolesAnywhere: RolesAnywhere
  /** Identity Center, in the account that holds its instance. */
  readonly identityCenter: IdentityCenter | undefined
  readonly gaps: readonly Gap[]
}

interface Identity {
  readonly arn: string
  readonly name: string
  readonly path: string
  /** AIDA…, AROA… or AGPA…. */
  readonly uniqueId: string
  readonly account: string
  /** Inline and attached, in the order of the document. */
  readonly policies: readonly AttachedPolicy[]
}

/** A policy that applies to an identity; `managed` is set for a managed policy of this snapshot. */
export interface AttachedPolicy extends NamedPolicy {
  readonly kind: 'inline' | 'managed'
  readonly managed?: ManagedPolicy
}

export interface User extends Identity {
  readonly kind: 'user'
  readonly tags: Readonly<Record<string, string>>
  readonly groups: readonly Group[]
  readonly boundary?: AttachedPolicy
  readonly accessKeys: readonly AccessKey[]
  /** Undefined: not collected. */
  readonly hasLoginProfile: boolean | undefined
  readonly mfaDevices: number | undefined
}

export interface AccessKey {
  readonly id: string
  readonly status: 'Active' | 'Inactive'
  readonly createdAt?: string
  readonly lastUsed?: { readonly at: string; readonly service: string; readonly region: string }
}

export interface Group extends Identity {
  readonly kind: 'group'
}

export interface Role extends Identity {
  readonly kind: 'role'
  readonly tags: Readonly<Record<string, string>>
  readonly boundary?: AttachedPolicy
  readonly trust: NamedPolicy
  readonly isServiceLinked: boolean
}

export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly isAwsManaged: boolean
  readonly defaultVersion: string
  /** Every version, the default one too. */
  readonly versions: readonly { readonly id: string; readonly policy: NamedPolicy }[]
}

export interface InstanceProfile {
  readonly arn: string
  readonly name: string
  readonly roles: readonly string[]
}

export interface IdentityProvider {
  readonly arn: string
  readonly kind: 'oidc' | 'saml'
  /** OIDC: without scheme, such as `token.actions.githubusercontent.com`. */
  readonly url?: string
  readonly clientIds?: readonly string[]
}

export type ResourceType =
  | 's3:bucket'
  | 'kms:key'
  | 'sqs:queue'
  | 'sns:topic'
  | 'secretsmanager:secret'
  | 'lambda:function'
  | 'ecr:repository'
  | 'eks:cluster'

/** A resource that holds data or that a policy of its own can open. */
export interface Resource {
  readonly type: ResourceType
  readonly arn: string
  readonly name: string
  readonly account: string
  readonly region?: string
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly policy?: NamedPolicy
  /** Its policy was asked for and refused, or not asked for. */
  readonly policyGap?: Gap
  /** Customer managed key that encrypts it: key ARN, or the id or alias as recorded when it does not resolve. */
  readonly kmsKey?: string
  readonly bucket?: { readonly restrictPublicBuckets: boolean | undefined }
  readonly key?: {
    readonly enabled: boolean
    readonly manager: 'AWS' | 'CUSTOMER'
    readonly aliases: readonly string[]
    readonly grants: readonly KmsGrant[]
    readonly grantsGap?: Gap
  }
  /** Lambda: function URLs without IAM authorization. */
  readonly hasPublicUrl?: boolean
  /** EKS: `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`; undefined: not collected. */
  readonly cluster?: { readonly authenticationMode: string | undefined }
}

export interface KmsGrant {
  readonly granteePrincipal: string
  readonly operations: readonly string[]
  /** Encryption-context or source constraints exist: the grant holds only if they are met. */
  readonly isConstrained?: boolean
}

/** Something that runs with a role. */
export type Compute =
  | (ComputeBase & { readonly kind: 'function'; readonly functionName: string })
  | (ComputeBase & {
      readonly kind: 'instance'
      readonly instanceProfile?: string
      readonly state: string
      /** Systems Manager sees it online. Undefined: not collected. */
      readonly isManaged: boolean | undefined
    })
  /** A machine outside EC2 that Systems Manager sees online: a hybrid managed node. */
  | (ComputeBase & { readonly kind: 'node' })
  | (ComputeBase & {
      readonly kind: 'task'
      readonly cluster: string
      readonly taskDefinition?: string
      readonly execEnabled: boolean
      readonly serviceName?: string
    })

interface ComputeBase {
  readonly arn: string
  readonly account: string
  readonly region: string
  readonly tags: Readonly<Record<string, string>> | undefined
  /** ARN of the role it runs with, as far as the snapshot binds one. */
  readonly role: string | undefined
  /** What would tell the role was not collected. */
  readonly gap?: Gap
}

/** A Kubernetes service account that gets a role. */
export interface WorkloadIdentity {
  readonly cluster: string
  readonly mechanism: 'IRSA' | 'pod-identity'
  readonly namespace: string
  readonly serviceAccount: string
  readonly role: string
  /** OIDC issuer of the cluster without scheme (IRSA). */
  readonly issuer?: string
}

export interface RolesAnywhere {
  readonly trustAnchors: readonly { readonly arn: string; readonly enabled: boolean }[]
  readonly profiles: readonly { readonly arn: string; readonly enabled: boolean; readonly roles: readonly string[] }[]
}

export interface IdentityCenter {
  readonly instanceArn: string
  readonly identityStoreId: string
  readonly users: readonly { readonly id: string; readonly name: string }[]
  readonly groups: readonly { readonly id: string; readonly name: string; readonly members: readonly string[] }[]
  readonly permissionSets: readonly { readonly arn: string; readonly name: string }[]
  readonly assignments: readonly Assignment[]
}

export interface Assignment {
  readonly account: string
  readonly permissionSet: string
  readonly principalType: 'USER' | 'GROUP'
  readonly principalId: string
}
