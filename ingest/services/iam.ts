import type { Fact } from '#src/model/facts.ts'
import type { Recorded } from '#src/snapshot/recorded.ts'
import { gapIn, type Place, type Service } from '../service.ts'

const users = 'GetAccountAuthorizationDetails.UserDetailList.UserName'
/** Deleted since it was listed, or never there. */
const gone = ['NoSuchEntity', 'NoSuchEntityException']

/** IAM besides the authorization details: keys, passwords, MFA devices, identity providers. */
export const iam: Service = {
  name: 'iam',
  scope: 'account',
  tells: 'who holds which permissions: nothing can be said of the account without it',
  client: { name: 'IAMClient', load: () => import('@aws-sdk/client-iam') },
  calls: [
    {
      operation: 'GetAccountAuthorizationDetails',
      input: { MaxItems: 1000 },
      keep: `
        UserDetailList {
          Path UserName UserId Arn CreateDate UserPolicyList { PolicyName PolicyDocument } GroupList
          AttachedManagedPolicies { PolicyName PolicyArn } Tags { Key Value }
          PermissionsBoundary { PermissionsBoundaryType PermissionsBoundaryArn }
        }
        GroupDetailList {
          Path GroupName GroupId Arn CreateDate GroupPolicyList { PolicyName PolicyDocument }
          AttachedManagedPolicies { PolicyName PolicyArn }
        }
        RoleDetailList {
          Path RoleName RoleId Arn CreateDate AssumeRolePolicyDocument RolePolicyList { PolicyName PolicyDocument }
          AttachedManagedPolicies { PolicyName PolicyArn } Tags { Key Value }
          PermissionsBoundary { PermissionsBoundaryType PermissionsBoundaryArn } RoleLastUsed { LastUsedDate Region }
          InstanceProfileList { Path InstanceProfileName InstanceProfileId Arn CreateDate Roles { RoleName Arn } }
        }
        Policies {
          PolicyName PolicyId Arn Path DefaultVersionId AttachmentCount PermissionsBoundaryUsageCount IsAttachable
          CreateDate UpdateDate PolicyVersionList { Document VersionId IsDefaultVersion CreateDate }
        }`,
    },
    { operation: 'ListAccountAliases', keep: 'AccountAliases' },
    { operation: 'GetAccountSummary', keep: 'SummaryMap { * }' },
    {
      operation: 'ListAccessKeys',
      each: users,
      as: ['UserName'],
      keep: 'AccessKeyMetadata { UserName AccessKeyId Status CreateDate }',
      none: gone,
    },
    {
      operation: 'GetAccessKeyLastUsed',
      each: 'ListAccessKeys._.AccessKeyMetadata.AccessKeyId',
      as: ['AccessKeyId'],
      keep: 'UserName AccessKeyLastUsed { LastUsedDate ServiceName Region }',
      none: gone,
    },
    {
      operation: 'ListMFADevices',
      each: users,
      as: ['UserName'],
      keep: 'MFADevices { UserName SerialNumber EnableDate }',
      none: gone,
    },
    {
      operation: 'GetLoginProfile',
      each: users,
      as: ['UserName'],
      keep: 'LoginProfile { UserName CreateDate PasswordResetRequired }',
      none: gone,
    },
    { operation: 'ListOpenIDConnectProviders', keep: 'OpenIDConnectProviderList { Arn }' },
    {
      operation: 'GetOpenIDConnectProvider',
      each: 'ListOpenIDConnectProviders.OpenIDConnectProviderList.Arn',
      as: ['OpenIDConnectProviderArn'],
      keep: 'Url ClientIDList ThumbprintList CreateDate Tags { Key Value }',
      none: gone,
    },
    { operation: 'ListSAMLProviders', keep: 'SAMLProviderList { Arn ValidUntil CreateDate }' },
    {
      operation: 'ListOrganizationsFeatures',
      isManagement: true,
      keep: 'OrganizationId EnabledFeatures',
      none: ['OrganizationNotFoundException', 'ServiceAccessNotEnabledException'],
    },
    {
      operation: 'GetServiceLastAccessedDetails',
      isOptional: true,
      job: 'GenerateServiceLastAccessedDetails',
      each: [
        'GetAccountAuthorizationDetails.UserDetailList.Arn',
        'GetAccountAuthorizationDetails.GroupDetailList.Arn',
        'GetAccountAuthorizationDetails.RoleDetailList.Arn',
      ],
      as: ['Arn'],
      keep: `JobType JobCreationDate JobCompletionDate ServicesLastAccessed {
        ServiceName ServiceNamespace LastAuthenticated LastAuthenticatedEntity LastAuthenticatedRegion
        TotalAuthenticatedEntities
      }`,
      none: gone,
    },
  ],
  readsAbsence: true,
  operations: [
    'GetAccountAuthorizationDetails',
    'ListAccountAliases',
    'ListAccessKeys',
    'GetAccessKeyLastUsed',
    'ListMFADevices',
    'GetLoginProfile',
    'ListOpenIDConnectProviders',
    'GetOpenIDConnectProvider',
    'ListSAMLProviders',
  ],
  *read(recorded, place): Iterable<Fact> {
    for (const alias of recorded.get('ListAccountAliases').get('AccountAliases').items()) {
      const name = alias.text()
      if (name !== undefined) yield { kind: 'alias', name }
    }
    yield* accessKeys(recorded)
    yield* logins(recorded, place)
    yield* providers(recorded)
  },
}

function* accessKeys(recorded: Recorded): Iterable<Fact> {
  for (const [user, answer] of recorded.get('ListAccessKeys').entries()) {
    for (const key of answer.get('AccessKeyMetadata').items()) {
      const id = key.get('AccessKeyId').requiredText()
      if (id === undefined) continue
      const createdAt = key.get('CreateDate').text()
      const status = key.get('Status').text() === 'Inactive' ? 'Inactive' : 'Active'
      yield { kind: 'access-key', user, key: { id, status, ...(createdAt !== undefined && { createdAt }) } }
    }
  }
  for (const [id, answer] of recorded.get('GetAccessKeyLastUsed').entries()) {
    const use = answer.get('AccessKeyLastUsed')
    const at = use.get('LastUsedDate').text()
    // A key that was never used has no date, and `N/A` for the rest.
    if (at === undefined) continue
    const service = use.get('ServiceName').text() ?? 'N/A'
    yield { kind: 'access-key-use', id, use: { at, service, region: use.get('Region').text() ?? 'N/A' } }
  }
}

function* logins(recorded: Recorded, { coverage }: Place): Iterable<Fact> {
  const profiles = recorded.get('GetLoginProfile')
  const devices = recorded.get('ListMFADevices')
  yield {
    kind: 'login',
    user: undefined,
    hasLoginProfile: coverage.gap('GetLoginProfile') === undefined ? false : undefined,
    mfaDevices: coverage.gap('ListMFADevices') === undefined ? 0 : undefined,
  }
  const users = [profiles, devices].flatMap((answers) => answers.entries())
  for (const user of new Set(users.map(([name]) => name))) {
    const hasProfile = gapIn(recorded, 'GetLoginProfile', user, coverage) === undefined ? profiles.has(user) : undefined
    const isKnown = gapIn(recorded, 'ListMFADevices', user, coverage) === undefined
    yield {
      kind: 'login',
      user,
      hasLoginProfile: hasProfile,
      mfaDevices: isKnown ? devices.get(user).get('MFADevices').items().length : undefined,
    }
  }
}

function* providers(recorded: Recorded): Iterable<Fact> {
  const details = recorded.get('GetOpenIDConnectProvider')
  for (const listed of recorded.get('ListOpenIDConnectProviders').get('OpenIDConnectProviderList').items()) {
    const arn = listed.get('Arn').arn()
    if (arn === undefined) continue
    const detail = details.get(arn)
    // The ARN holds the address as well.
    const url = detail.get('Url').text() ?? arn.slice(arn.indexOf('/') + 1)
    const clientIds =
      detail.exists &&
      detail
        .get('ClientIDList')
        .items()
        .flatMap((id) => id.text() ?? [])
    yield {
      kind: 'identity-provider',
      provider: { arn, kind: 'oidc', url: url.replace(/^https?:\/\//, ''), ...(clientIds && { clientIds }) },
    }
  }
  for (const listed of recorded.get('ListSAMLProviders').get('SAMLProviderList').items()) {
    const arn = listed.get('Arn').arn()
    if (arn !== undefined) yield { kind: 'identity-provider', provider: { arn, kind: 'saml' } }
  }
}
