import type { Level, Membership } from '#src/model/membership.ts'
import type {
  Account,
  AttachedPolicy,
  Group,
  ManagedPolicy,
  Model,
  Organization,
  Resource,
  ResourceType,
  Role,
  User,
} from '#src/model/model.ts'
import { PolicyLibrary } from '#src/policy/library.ts'
import type { PolicyKind } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'

/** Small organizations in the words of policy documents, for tests that build models by the dozen. */

export type Statement = Readonly<Record<string, unknown>>
type Document = readonly Statement[]

export interface IdentitySpec {
  readonly name: string
  readonly path?: string
  readonly tags?: Readonly<Record<string, string>>
  /** Inline policies. */
  readonly policies?: readonly Document[]
  /** Names of customer managed policies of the account. */
  readonly attached?: readonly string[]
  readonly boundary?: Document
}

export interface UserSpec extends IdentitySpec {
  readonly groups?: readonly string[]
  readonly more?: Partial<User>
}

export interface RoleSpec extends IdentitySpec {
  readonly trust: Document
}

export interface ResourceSpec {
  readonly type: ResourceType
  readonly name: string
  readonly policy?: Document
  readonly tags?: Readonly<Record<string, string>>
  readonly more?: Partial<Resource>
}

export interface AccountSpec {
  readonly id: string
  /** Where it hangs; undefined: outside the organization. */
  readonly unit?: keyof OrganizationSpec['levels']
  readonly isCollected?: boolean
  readonly scps?: readonly Document[]
  readonly rcps?: readonly Document[]
  readonly users?: readonly UserSpec[]
  readonly groups?: readonly IdentitySpec[]
  readonly roles?: readonly RoleSpec[]
  /** Customer managed policies: their versions, the first in force. */
  readonly managed?: Readonly<Record<string, readonly Document[]>>
  readonly resources?: readonly ResourceSpec[]
  readonly more?: Partial<Account>
}

interface LevelSpec {
  readonly scps?: readonly Document[]
  readonly rcps?: readonly Document[]
}

export interface OrganizationSpec {
  readonly hasScps: boolean
  readonly levels: { readonly root: LevelSpec; readonly prod: LevelSpec; readonly dev: LevelSpec }
  readonly management: string
  readonly accounts: readonly AccountSpec[]
}

export const region = 'eu-west-1'
export const fullAccess: Document = [{ Effect: 'Allow', Action: '*', Resource: '*' }]
const organizationId = 'o-acme'

/** ARNs of resources by type; buckets carry no account. */
export function resourceArn(type: ResourceType, account: string, name: string): string {
  if (type === 's3:bucket') return `arn:aws:s3:::${name}`
  const kinds: Readonly<Partial<Record<ResourceType, string>>> = {
    'kms:key': 'key/',
    'secretsmanager:secret': 'secret:',
    'lambda:function': 'function:',
    'ecr:repository': 'repository/',
    'eks:cluster': 'cluster/',
  }
  return `arn:aws:${type.slice(0, type.indexOf(':'))}:${region}:${account}:${kinds[type] ?? ''}${name}`
}

export const identityArn = (account: string, kind: 'user' | 'group' | 'role', name: string, path = '/'): string =>
  `arn:aws:iam::${account}:${kind}${path}${name}`

/** Policies get names of their own, so that evidence leads to the statement. */
export function modelOf(spec: OrganizationSpec): Model {
  const library = new PolicyLibrary()
  const named = (kind: PolicyKind, name: string, statements: Document): NamedPolicy => ({
    name,
    policy: library.intern({ Version: '2012-10-17', Statement: statements }, kind),
  })
  const level = (id: string, type: Level['type'], { scps = [fullAccess], rcps = [] }: LevelSpec): Level => ({
    id,
    type,
    name: id,
    scps: scps.map((statements, index) => named('scp', `scp ${id} ${index}`, statements)),
    rcps: rcps.map((statements, index) => named('rcp', `rcp ${id} ${index}`, statements)),
  })
  const { levels, management, hasScps } = spec
  const root = level('r-1', 'ROOT', levels.root)
  const units = {
    root: { above: [root], path: `${organizationId}/r-1/` },
    prod: { above: [root, level('ou-prod', 'OU', levels.prod)], path: `${organizationId}/r-1/ou-prod/` },
    dev: { above: [root, level('ou-dev', 'OU', levels.dev)], path: `${organizationId}/r-1/ou-dev/` },
  }
  const membershipOf = ({ id, unit, scps, rcps }: AccountSpec): Membership | undefined =>
    unit && {
      organizationId,
      path: units[unit].path,
      isManagement: id === management,
      hasScps,
      levels: [...units[unit].above, level(id, 'ACCOUNT', { ...(scps && { scps }), ...(rcps && { rcps }) })],
    }
  const organization: Organization = {
    id: organizationId,
    managementAccountId: management,
    units: [
      { id: 'r-1', name: 'Root', path: units.root.path },
      { id: 'ou-prod', name: 'Prod', path: units.prod.path, parent: 'r-1' },
      { id: 'ou-dev', name: 'Dev', path: units.dev.path, parent: 'r-1' },
    ],
  }
  const accounts = [...spec.accounts]
    .sort((left, right) => (left.id < right.id ? -1 : 1))
    .map((account) => accountOf(account, membershipOf(account), named))
  return {
    snapshot: {
      id: 'random',
      capturedAt: '2026-01-15T00:00:00Z',
      partition: 'aws',
      organizationId,
      managementAccountId: management,
    },
    organization,
    accounts: new Map(accounts.map((account) => [account.id, account])),
    gaps: accounts.flatMap(({ gaps }) => gaps),
  }
}

type Name = (kind: PolicyKind, name: string, statements: Document) => NamedPolicy

function accountOf(spec: AccountSpec, membership: Membership | undefined, named: Name): Account {
  const { id, isCollected = true } = spec
  const managed = new Map(
    Object.entries(spec.managed ?? {}).map(([name, versions]) => [name, managedPolicy(id, name, versions, named)]),
  )
  const attached = (policy: ManagedPolicy): AttachedPolicy => ({
    ...policy.versions[0]!.policy,
    kind: 'managed',
    managed: policy,
  })
  const common = (kind: 'user' | 'group' | 'role', one: IdentitySpec) => {
    const path = one.path ?? '/'
    const arn = identityArn(id, kind, one.name, path)
    return {
      arn,
      name: one.name,
      path,
      uniqueId: `${{ user: 'AIDA', group: 'AGPA', role: 'AROA' }[kind]}${id}${one.name.toUpperCase()}`,
      account: id,
      policies: [
        ...(one.policies ?? []).map(
          (statements, index): AttachedPolicy => ({
            ...named('identity', `${arn} inline ${index}`, statements),
            kind: 'inline',
          }),
        ),
        ...(one.attached ?? []).flatMap((name) => {
          const policy = managed.get(name)
          return policy === undefined ? [] : [attached(policy)]
        }),
      ],
    }
  }
  const boundaryOf = (arn: string, { boundary }: IdentitySpec): { readonly boundary?: AttachedPolicy } =>
    boundary === undefined
      ? {}
      : { boundary: { ...named('identity', `${arn} boundary`, boundary), kind: 'managed', arn: `${arn} boundary` } }
  const groups = (spec.groups ?? []).map((one): Group => ({ kind: 'group', ...common('group', one) }))
  return {
    id,
    arn: `arn:aws:iam::${id}:root`,
    name: id,
    tags: {},
    membership,
    isCollected,
    users: (spec.users ?? []).map((one): User => {
      const fields = common('user', one)
      return {
        kind: 'user',
        ...fields,
        tags: one.tags ?? {},
        groups: groups.filter(({ name }) => one.groups?.includes(name)),
        ...boundaryOf(fields.arn, one),
        accessKeys: [],
        hasLoginProfile: false,
        mfaDevices: 0,
        ...one.more,
      }
    }),
    groups,
    roles: (spec.roles ?? []).map((one): Role => {
      const fields = common('role', one)
      return {
        kind: 'role',
        ...fields,
        tags: one.tags ?? {},
        trust: named('trust', fields.arn, one.trust),
        isServiceLinked: fields.path.startsWith('/aws-service-role/'),
        ...boundaryOf(fields.arn, one),
      }
    }),
    policies: [...managed.values()],
    instanceProfiles: [],
    identityProviders: [],
    resources: (spec.resources ?? []).map((one): Resource => {
      const arn = resourceArn(one.type, id, one.name)
      return {
        type: one.type,
        arn,
        name: one.name,
        account: id,
        ...(one.type !== 's3:bucket' && { region }),
        tags: one.tags ?? {},
        ...(one.policy && { policy: named('resource', arn, one.policy) }),
        ...one.more,
      }
    }),
    compute: [],
    workloadIdentities: [],
    rolesAnywhere: { trustAnchors: [], profiles: [] },
    identityCenter: undefined,
    gaps: isCollected
      ? []
      : [
          {
            account: id,
            region: undefined,
            service: 'iam',
            operation: 'GetAccountAuthorizationDetails',
            code: 'NotCollected',
          },
        ],
    ...spec.more,
  }
}

function managedPolicy(account: string, name: string, versions: readonly Document[], named: Name): ManagedPolicy {
  const arn = `arn:aws:iam::${account}:policy/${name}`
  return {
    arn,
    name,
    isAwsManaged: false,
    defaultVersion: 'v1',
    versions: versions.map((statements, index) => ({
      id: `v${index + 1}`,
      policy: { ...named('identity', `${name} v${index + 1}`, statements), arn },
    })),
  }
}
