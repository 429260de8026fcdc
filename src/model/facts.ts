import type {
  AccessKey,
  Assignment,
  Gap,
  IdentityProvider,
  InstanceProfile,
  KmsGrant,
  ResourceType,
  WorkloadIdentity,
} from './model.ts'

export type { KmsGrant }

/**
 * Facts: what a snapshot says, in our words, one thing each. Policy documents are as recorded: an object, JSON text or
 * URL-encoded JSON text; whoever builds the model reads them. Facts refer to each other by ARN, id or name.
 */
export type Fact =
  | ManagedPolicyFact
  | GroupFact
  | RoleFact
  | UserFact
  | { readonly kind: 'instance-profile'; readonly profile: InstanceProfile }
  | { readonly kind: 'access-key'; readonly user: string; readonly key: Omit<AccessKey, 'lastUsed'> }
  | { readonly kind: 'access-key-use'; readonly id: string; readonly use: NonNullable<AccessKey['lastUsed']> }
  | LoginFact
  | { readonly kind: 'identity-provider'; readonly provider: IdentityProvider }
  | { readonly kind: 'alias'; readonly name: string }
  | ResourceFact
  | AccountPublicAccessFact
  | KeyAliasFact
  | FunctionFact
  | InstanceFact
  | ManagedInstanceFact
  | TaskFact
  | { readonly kind: 'ecs-cluster'; readonly arn: string }
  | { readonly kind: 'cluster-issuer'; readonly cluster: string; readonly issuer: string }
  | { readonly kind: 'workload-identity'; readonly identity: WorkloadIdentity }
  | { readonly kind: 'trust-anchor'; readonly arn: string; readonly enabled: boolean }
  | RolesAnywhereProfileFact
  | IdentityCenterFact
  | IdentityStoreFact
  | { readonly kind: 'gap'; readonly gap: Gap }

export type Document = unknown

/** Tags as AWS lists them; not yet checked. */
export type RecordedTags = unknown

export interface InlinePolicyFact {
  readonly name: string
  readonly document: Document
}

interface IdentityFact {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly uniqueId: string
  readonly inline: readonly InlinePolicyFact[]
  /** ARNs of the attached managed policies. */
  readonly attached: readonly string[]
  /** What of the identity's policies could not be read: they are then a gap. */
  readonly unreadable: string | undefined
}

export interface ManagedPolicyFact {
  readonly kind: 'managed-policy'
  readonly arn: string
  readonly name: string
  readonly defaultVersion: string
  readonly versions: readonly { readonly id: string; readonly document: Document }[]
}

export interface GroupFact extends IdentityFact {
  readonly kind: 'group'
}

export interface RoleFact extends IdentityFact {
  readonly kind: 'role'
  readonly tags: RecordedTags
  readonly boundary: string | undefined
  readonly trust: Document
}

export interface UserFact extends IdentityFact {
  readonly kind: 'user'
  readonly tags: RecordedTags
  readonly boundary: string | undefined
  /** Names of its groups. */
  readonly groups: readonly string[]
}

/** What a user can sign in with; undefined: not collected. */
export interface LoginFact {
  readonly kind: 'login'
  /** Undefined: every user of whom no other fact speaks. */
  readonly user: string | undefined
  readonly hasLoginProfile: boolean | undefined
  readonly mfaDevices: number | undefined
}

export interface ResourceFact {
  readonly kind: 'resource'
  readonly type: ResourceType
  readonly arn: string
  readonly name: string
  readonly region: string | undefined
  /** Undefined: not collected. */
  readonly tags: Readonly<Record<string, string>> | undefined
  readonly policy?: Document
  readonly policyGap?: Gap
  /** Key that encrypts it, as recorded: ARN, id, alias name or alias ARN. */
  readonly kmsKey?: string
  /** Buckets: the bucket's own setting; undefined: not collected. */
  readonly restrictPublicBuckets?: boolean | undefined
  readonly key?: {
    readonly id: string
    readonly enabled: boolean
    readonly manager: 'AWS' | 'CUSTOMER'
    readonly grants: readonly KmsGrant[]
    readonly grantsGap?: Gap
  }
  readonly hasPublicUrl?: boolean
  /** EKS: whether access entries are read; undefined: not collected. */
  readonly cluster?: { readonly authenticationMode: string | undefined }
}

/** S3's setting of the whole account; undefined: not collected. */
export interface AccountPublicAccessFact {
  readonly kind: 'account-public-access'
  readonly restrictPublicBuckets: boolean | undefined
}

export interface KeyAliasFact {
  readonly kind: 'key-alias'
  /** `alias/name`. */
  readonly name: string
  readonly arn: string
  readonly keyId: string
  readonly region: string
}

interface ComputeFact {
  readonly arn: string
  readonly region: string
  readonly tags: Readonly<Record<string, string>> | undefined
}

export interface FunctionFact extends ComputeFact {
  readonly kind: 'function'
  readonly functionName: string
  readonly role: string | undefined
}

export interface InstanceFact extends ComputeFact {
  readonly kind: 'instance'
  readonly id: string
  readonly state: string
  readonly instanceProfile: string | undefined
  /** What would tell the profile was not collected. */
  readonly gap?: Gap
}

/** Systems Manager's word on one instance, or on a whole region of which nothing is known (`id` undefined). */
export interface ManagedInstanceFact {
  readonly kind: 'managed-instance'
  readonly region: string
  readonly id: string | undefined
  readonly isOnline: boolean | undefined
  /** Of machines outside EC2: the name of the role that they were registered with. */
  readonly role?: string
}

export interface TaskFact extends ComputeFact {
  readonly kind: 'task'
  readonly cluster: string
  readonly taskDefinition?: string
  readonly role: string | undefined
  readonly execEnabled: boolean
  readonly serviceName?: string
  readonly gap?: Gap
}

export interface RolesAnywhereProfileFact {
  readonly kind: 'roles-anywhere-profile'
  readonly arn: string
  readonly enabled: boolean
  readonly roles: readonly string[]
}

export interface IdentityCenterFact {
  readonly kind: 'identity-center'
  readonly instanceArn: string
  readonly identityStoreId: string
  readonly permissionSets: readonly { readonly arn: string; readonly name: string }[]
  readonly assignments: readonly Assignment[]
}

export interface IdentityStoreFact {
  readonly kind: 'identity-store'
  readonly id: string
  readonly users: readonly { readonly id: string; readonly name: string }[]
  readonly groups: readonly { readonly id: string; readonly name: string; readonly members: readonly string[] }[]
}

/** What `organization.json` says. */
export interface OrganizationFacts {
  /** Undefined where even that was refused. */
  readonly id: string | undefined
  readonly managementAccountId: string | undefined
  readonly units: readonly UnitFact[]
  readonly accounts: readonly OrganizationAccountFact[]
  /** False where the accounts could not be listed: one that is not among them may be a member all the same. */
  readonly areAccountsListed: boolean
  readonly policies: readonly OrganizationPolicyFact[]
  /** Whether the type is enabled; undefined: not known. */
  readonly hasScps: boolean | undefined
  readonly hasRcps: boolean | undefined
  /** Types of policies that could not be listed: what is attached where is not known. */
  readonly unlisted: readonly OrganizationPolicyFact['type'][]
}

export interface UnitFact {
  readonly id: string
  readonly name: string
  /** Undefined for a root. */
  readonly parent: string | undefined
}

export interface OrganizationAccountFact {
  readonly id: string
  /** Undefined where the account is only known by its folder. */
  readonly name: string | undefined
  /** Undefined where the parent was not collected. */
  readonly parent: string | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface OrganizationPolicyFact {
  readonly id: string
  readonly name: string
  readonly type: 'scp' | 'rcp'
  /** Undefined where the text was not collected. */
  readonly document: Document | undefined
  /** Ids of roots, units and accounts; undefined: where it is attached was not collected. */
  readonly targets: readonly string[] | undefined
}
