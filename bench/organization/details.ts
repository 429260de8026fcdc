import { managedArn } from './aws-managed.ts'
import * as names from './names.ts'
import {
  managedDocuments,
  type NoiseRole,
  type NoiseUser,
  noiseGroups,
  noiseRole,
  noiseUser,
  openRole,
  sharedPolicies,
  slot,
  standardPolicies,
  standardRoles,
} from './noise.ts'
import type { Plan, PlannedAccount, PlannedPolicy } from './plan.ts'
import { document, type StatementJson } from './policies.ts'
import { createRandom, type Random } from './random.ts'

/** The two files of IAM of one account, with what they count. */
export interface AccountDetails {
  readonly details: Readonly<Record<string, readonly unknown[]>>
  readonly iam: Readonly<Record<string, unknown>>
  readonly accessKeys: number
}

/** Planted identities among everyday ones. The same account comes out the same, whichever is written first. */
export function writeDetails(plan: Plan, account: PlannedAccount): AccountDetails {
  const { settings } = plan
  const random = createRandom(`noise ${settings.seed} ${account.id}`)
  const shared = sharedPolicies(plan, account, random)
  const policies: PlannedPolicy[] = [...account.policies, ...standardPolicies(account), ...shared]
  const groups = [...noiseGroups(plan, account, random), ...account.groups]

  const standard = standardRoles(plan, account, random)
  const open = Array.from({ length: settings.openRoles }, (_, index) => openRole(plan, account, index))
  const missing = settings.roles - account.roles.length - standard.length - open.length
  const sharedArns = shared.map(({ arn }) => arn)
  const noise = Array.from({ length: Math.max(0, missing) }, () => noiseRole(plan, account, sharedArns, random))
  if (settings.openBy === 'unique-tag') tagForSlots(plan, noise, random)

  const users: (NoiseUser & {
    uniqueId?: string
    attached?: readonly string[]
    key?: { id: string; status: string }
  })[] = [
    ...account.users,
    ...Array.from({ length: 3 + random.below(4) }, (_, index) => noiseUser(plan, account, index + 1, random)),
  ]
  const roles: (NoiseRole & { uniqueId?: string })[] = [...standard, ...open, ...account.roles, ...noise]
  const used = [...groups, ...roles]
    .flatMap(({ attached }) => attached)
    .concat(users.flatMap(({ attached }) => attached ?? []))
  const iam = writeUsers(users, account, random)
  const details = {
    UserDetailList: users.map((user) => userDetail(user, account, random)),
    GroupDetailList: groups.map((group) => groupDetail(group, account, random)),
    RoleDetailList: roles.map((role) => roleDetail(role, account, random)),
    Policies: [
      ...policies.map((policy) => policyDetail(policy, random)),
      ...managedDocuments([...used, managedArn('AdministratorAccess')]).map(({ arn, document: content }) => ({
        ...policyDetail(
          { arn, name: arn.split('/').at(-1)!, path: pathOf(arn), versions: [content.Statement] },
          random,
        ),
      })),
    ],
  }
  return { details, iam, accessKeys: users.length }
}

/** For each open role of some account, one everyday principal whose tag opens it. */
function tagForSlots(plan: Plan, roles: NoiseRole[], random: Random): void {
  for (const [index, role] of roles.entries()) {
    if (index >= plan.settings.openRoles) return
    const tags = { ...role.tags, slot: slot(random.below(plan.settings.accounts), index) }
    roles[index] = { ...role, tags }
  }
}

function writeUsers(
  users: readonly (NoiseUser & { key?: { id: string; status: string } })[],
  account: PlannedAccount,
  random: Random,
): Record<string, unknown> {
  const keys: Record<string, unknown> = {}
  const lastUsed: Record<string, unknown> = {}
  const devices: Record<string, unknown> = {}
  const profiles: Record<string, unknown> = {}
  for (const user of users) {
    const key = user.key ?? { id: names.accessKeyId(random), status: random.chance(0.7) ? 'Active' : 'Inactive' }
    const UserName = user.name
    keys[UserName] = {
      AccessKeyMetadata: [{ UserName, AccessKeyId: key.id, Status: key.status, CreateDate: names.moment(random) }],
    }
    lastUsed[key.id] = {
      UserName,
      AccessKeyLastUsed: random.chance(0.3)
        ? { ServiceName: 'N/A', Region: 'N/A' }
        : { LastUsedDate: names.moment(random), ServiceName: random.pick(['s3', 'ec2', 'sts']), Region: 'us-east-1' },
    }
    const hasDevice = random.chance(0.6)
    const SerialNumber = `arn:aws:iam::${account.id}:mfa/${UserName}`
    devices[UserName] = { MFADevices: hasDevice ? [{ UserName, SerialNumber, EnableDate: names.moment(random) }] : [] }
    if (random.chance(0.7))
      profiles[UserName] = {
        LoginProfile: { UserName, CreateDate: names.moment(random), PasswordResetRequired: false },
      }
  }
  const providers = ['token.actions.githubusercontent.com', ...account.oidcProviders]
  const provider = (url: string) => `arn:aws:iam::${account.id}:oidc-provider/${url}`
  return {
    ListAccountAliases: { AccountAliases: [account.name] },
    GetAccountSummary: { SummaryMap: { Users: users.length, AccountMFAEnabled: 1, AccountAccessKeysPresent: 0 } },
    ListAccessKeys: keys,
    GetAccessKeyLastUsed: lastUsed,
    ListMFADevices: devices,
    GetLoginProfile: profiles,
    ListOpenIDConnectProviders: { OpenIDConnectProviderList: providers.map((url) => ({ Arn: provider(url) })) },
    GetOpenIDConnectProvider: Object.fromEntries(
      providers.map((Url) => [provider(Url), { Url, ClientIDList: ['sts.amazonaws.com'], ThumbprintList: [] }]),
    ),
    ListSAMLProviders: {
      SAMLProviderList:
        account.samlProvider === undefined
          ? []
          : [{ Arn: `arn:aws:iam::${account.id}:saml-provider/${account.samlProvider}` }],
    },
  }
}

function userDetail(
  user: NoiseUser & { uniqueId?: string; attached?: readonly string[] },
  account: PlannedAccount,
  random: Random,
) {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.uniqueId ?? names.uniqueId('AIDA', random),
    Arn: `arn:aws:iam::${account.id}:user${user.path}${user.name}`,
    CreateDate: names.moment(random),
    ...(user.inline.length > 0 && { UserPolicyList: inlineList(user.inline) }),
    GroupList: user.groups,
    AttachedManagedPolicies: attachedList(user.attached ?? []),
    ...boundaryOf(user.boundary),
    Tags: tagList(user.tags),
  }
}

function groupDetail(
  group: { name: string; inline: NoiseRole['inline']; attached: readonly string[] },
  account: PlannedAccount,
  random: Random,
) {
  return {
    Path: '/',
    GroupName: group.name,
    GroupId: names.uniqueId('AGPA', random),
    Arn: `arn:aws:iam::${account.id}:group/${group.name}`,
    CreateDate: names.moment(random),
    GroupPolicyList: inlineList(group.inline),
    AttachedManagedPolicies: attachedList(group.attached),
  }
}

function roleDetail(
  role: NoiseRole & { uniqueId?: string; instanceProfile?: string },
  account: PlannedAccount,
  random: Random,
) {
  const summary = {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.uniqueId ?? names.uniqueId('AROA', random),
    Arn: `arn:aws:iam::${account.id}:role${role.path}${role.name}`,
    CreateDate: names.moment(random),
    AssumeRolePolicyDocument: document(...role.trust),
  }
  const profile = role.instanceProfile ?? (role.hasInstanceProfile ? role.name : undefined)
  return {
    ...summary,
    InstanceProfileList:
      profile === undefined
        ? []
        : [
            {
              Path: '/',
              InstanceProfileName: profile,
              InstanceProfileId: names.uniqueId('AIPA', random),
              Arn: `arn:aws:iam::${account.id}:instance-profile/${profile}`,
              CreateDate: summary.CreateDate,
              Roles: [summary],
            },
          ],
    RolePolicyList: inlineList(role.inline),
    AttachedManagedPolicies: attachedList(role.attached),
    ...boundaryOf(role.boundary),
    Tags: tagList(role.tags),
    RoleLastUsed: random.chance(0.25) ? {} : { LastUsedDate: names.moment(random), Region: 'us-east-1' },
  }
}

function policyDetail(policy: PlannedPolicy, random: Random) {
  const count = policy.versions.length
  const created = names.moment(random)
  return {
    PolicyName: policy.name,
    PolicyId: names.uniqueId('ANPA', random),
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${count}`,
    AttachmentCount: 1,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: created,
    UpdateDate: created,
    PolicyVersionList: policy.versions.map((statements, index) => ({
      Document: document(...statements),
      VersionId: `v${count - index}`,
      IsDefaultVersion: index === 0,
      CreateDate: created,
    })),
  }
}

const inlineList = (inline: readonly { readonly name: string; readonly statements: readonly StatementJson[] }[]) =>
  inline.map(({ name, statements }) => ({ PolicyName: name, PolicyDocument: document(...statements) }))

const attachedList = (arns: readonly string[]) =>
  [...new Set(arns)].map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }))

const tagList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

const boundaryOf = (arn: string | undefined) =>
  arn === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: arn } }

const pathOf = (arn: string) => `/${arn.split('/').slice(1, -1).join('/')}/`.replace('//', '/')
