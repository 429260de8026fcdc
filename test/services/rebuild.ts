import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as ecr from '@aws-sdk/client-ecr'
import * as iam from '@aws-sdk/client-iam'
import * as organizations from '@aws-sdk/client-organizations'
import * as s3 from '@aws-sdk/client-s3'
import * as s3control from '@aws-sdk/client-s3-control'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import * as sts from '@aws-sdk/client-sts'
import { inParallel } from '#ingest/aws/limit.ts'

/** Services that are rebuilt: those whose names the emulator lets one choose. */
export const rebuiltServices = ['iam', 's3', 's3control', 'sqs', 'sns', 'ecr'] as const

const atOnce = 12
const management = '123456789012'

/** Ids of the example, by which ids of the emulator took their place. */
export class Renaming {
  private readonly ids = new Map<string, string>()
  private pattern: RegExp | undefined

  set(from: string, to: string): void {
    this.ids.set(from, to)
    this.pattern = undefined
  }

  apply(text: string): string {
    this.pattern ??= new RegExp([...this.ids.keys()].sort((a, b) => b.length - a.length).join('|'), 'g')
    return text.replace(this.pattern, (id) => this.ids.get(id)!)
  }

  read<Shape>(directory: string, path: string): Shape {
    return JSON.parse(this.apply(readFileSync(join(directory, path), 'utf8'))) as Shape
  }
}

interface Access {
  readonly endpoint: string
  readonly region: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly maxAttempts: number
}

/** Makes the organization of a snapshot through the API. Returns what is called otherwise there. */
export async function rebuild(endpoint: string, directory: string): Promise<Renaming> {
  const own: Access = {
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 3,
  }
  const renaming = new Renaming()
  const accounts = await rebuildOrganization(own, directory, renaming)
  const collected = accounts.filter((old) =>
    readdirSync(join(directory, 'accounts', old)).includes('account-authorization-details.json'),
  )
  const access = new Map<string, Access>()
  for (const old of collected) access.set(old, await enter(own, renaming.apply(old)))
  for (const old of collected) await nameIdentities(access.get(old)!, directory, old, renaming)
  await rebuildPolicies(own, directory, renaming)
  for (const old of collected) await rebuildIam(access.get(old)!, directory, old, renaming)
  for (const old of collected) await rebuildResources(access.get(old)!, directory, old, renaming)
  return renaming
}

async function enter(own: Access, account: string): Promise<Access> {
  if (account === management) return own
  const { Credentials: given } = await new sts.STSClient(own).send(
    new sts.AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/x`, RoleSessionName: 'rebuilding' }),
  )
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = given!
  return {
    ...own,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  }
}

interface Organization {
  readonly DescribeOrganization: { readonly Organization: { readonly Id: string; readonly MasterAccountId: string } }
  readonly ListRoots: { readonly Roots: readonly { readonly Id: string }[] }
  readonly ListAccounts: { readonly Accounts: readonly { readonly Id: string; readonly Name: string }[] }
  readonly ListAccountsForParent: Readonly<Record<string, { readonly Accounts: readonly { readonly Id: string }[] }>>
  readonly ListOrganizationalUnitsForParent: Readonly<
    Record<string, { readonly OrganizationalUnits: readonly { readonly Id: string; readonly Name: string }[] }>
  >
  readonly ListPolicies: Readonly<
    Record<string, { readonly Policies: readonly { readonly Id: string; readonly Name: string }[] }>
  >
  readonly DescribePolicy: Readonly<Record<string, { readonly Policy: { readonly Content: string } }>>
  readonly ListTargetsForPolicy: Readonly<
    Record<string, { readonly Targets: readonly { readonly TargetId: string }[] }>
  >
  readonly ListTagsForResource: Readonly<Record<string, { readonly Tags: organizations.Tag[] }>>
}

const placeholder = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
})
const nobody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** Accounts, units and policies, the latter without their text: it may name what is not there yet. */
async function rebuildOrganization(own: Access, directory: string, renaming: Renaming): Promise<readonly string[]> {
  const client = new organizations.OrganizationsClient(own)
  const recorded = JSON.parse(readFileSync(join(directory, 'organization.json'), 'utf8')) as Organization
  const { Id, MasterAccountId } = recorded.DescribeOrganization.Organization
  const { Organization: made } = await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  renaming.set(Id, made!.Id!)
  renaming.set(MasterAccountId, management)
  const oldRoot = recorded.ListRoots.Roots[0]!.Id
  const { Roots: roots } = await client.send(new organizations.ListRootsCommand({}))
  const root = roots![0]!.Id!
  const parents = new Map([[oldRoot, root]])
  for (const [oldParent, parent] of parents) {
    for (const unit of recorded.ListOrganizationalUnitsForParent[oldParent]?.OrganizationalUnits ?? []) {
      const { OrganizationalUnit: created } = await client.send(
        new organizations.CreateOrganizationalUnitCommand({ ParentId: parent, Name: unit.Name }),
      )
      parents.set(unit.Id, created!.Id!)
    }
  }
  for (const [old, fresh] of parents) renaming.set(old, fresh)
  for (const { Id: old, Name } of recorded.ListAccounts.Accounts) {
    if (old === MasterAccountId) continue
    const { CreateAccountStatus: status } = await client.send(
      new organizations.CreateAccountCommand({ AccountName: Name, Email: `${Name}@example.com` }),
    )
    renaming.set(old, status!.AccountId!)
  }
  for (const [oldParent, parent] of parents) {
    for (const { Id: old } of recorded.ListAccountsForParent[oldParent]?.Accounts ?? []) {
      if (parent === root) continue
      const AccountId = renaming.apply(old)
      await client.send(
        new organizations.MoveAccountCommand({ AccountId, SourceParentId: root, DestinationParentId: parent }),
      )
    }
  }
  for (const [old, { Tags }] of Object.entries(recorded.ListTagsForResource)) {
    if (Tags.length === 0 || !/^\d{12}$/.test(old)) continue
    await client.send(new organizations.TagResourceCommand({ ResourceId: renaming.apply(old), Tags }))
  }
  for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY'] as const) {
    await client.send(new organizations.EnablePolicyTypeCommand({ RootId: root, PolicyType })).catch(() => undefined)
  }
  return recorded.ListAccounts.Accounts.map(({ Id: old }) => old)
}

async function rebuildPolicies(own: Access, directory: string, renaming: Renaming): Promise<void> {
  const client = new organizations.OrganizationsClient(own)
  const recorded = renaming.read<Organization>(directory, 'organization.json')
  for (const [Type, { Policies }] of Object.entries(recorded.ListPolicies)) {
    const { Policies: there = [] } = await client.send(
      new organizations.ListPoliciesCommand({ Filter: Type as organizations.PolicyType }),
    )
    for (const { Id, Name } of Policies) {
      let PolicyId = there.find((policy) => policy.Name === Name)?.Id
      if (PolicyId === undefined) {
        const { Policy: made } = await client.send(
          new organizations.CreatePolicyCommand({
            Type: Type as organizations.PolicyType,
            Name,
            Description: Name,
            Content: recorded.DescribePolicy[Id]!.Policy.Content,
          }),
        )
        PolicyId = made!.PolicySummary!.Id!
      }
      renaming.set(Id, PolicyId)
      const { Targets: attached = [] } = await client.send(new organizations.ListTargetsForPolicyCommand({ PolicyId }))
      const wanted = new Set(recorded.ListTargetsForPolicy[Id]!.Targets.map(({ TargetId }) => TargetId))
      for (const TargetId of wanted) {
        if (attached.some((target) => target.TargetId === TargetId)) continue
        await client.send(new organizations.AttachPolicyCommand({ PolicyId, TargetId }))
      }
      for (const { TargetId = '' } of attached) {
        if (!wanted.has(TargetId)) await client.send(new organizations.DetachPolicyCommand({ PolicyId, TargetId }))
      }
    }
  }
}

interface Named {
  readonly Arn: string
  readonly Path: string
  readonly Tags?: iam.Tag[]
  readonly AttachedManagedPolicies?: readonly { readonly PolicyArn: string }[]
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string }
}

interface Inline {
  readonly PolicyName: string
  readonly PolicyDocument: object
}

interface Details {
  readonly UserDetailList: readonly (Named & {
    readonly UserName: string
    readonly UserId: string
    readonly GroupList: readonly string[]
    readonly UserPolicyList?: readonly Inline[]
  })[]
  readonly GroupDetailList: readonly (Named & {
    readonly GroupName: string
    readonly GroupPolicyList?: readonly Inline[]
  })[]
  readonly RoleDetailList: readonly (Named & {
    readonly RoleName: string
    readonly RoleId: string
    readonly AssumeRolePolicyDocument: object
    readonly RolePolicyList?: readonly Inline[]
    readonly InstanceProfileList: readonly { readonly InstanceProfileName: string; readonly Path: string }[]
  })[]
  readonly Policies: readonly (Named & {
    readonly PolicyName: string
    readonly DefaultVersionId: string
    readonly PolicyVersionList: readonly { readonly VersionId: string; readonly Document: object }[]
  })[]
}

const detailsOf = (directory: string, old: string, renaming: Renaming): Details =>
  renaming.read<Details>(directory, `accounts/${old}/account-authorization-details.json`)

/** Users and roles without rights: policies name their ids, which AWS alone chooses. */
async function nameIdentities(access: Access, directory: string, old: string, renaming: Renaming): Promise<void> {
  const client = new iam.IAMClient(access)
  const details = detailsOf(directory, old, renaming)
  await inParallel(details.UserDetailList, atOnce, async ({ UserName, UserId, Path, Tags = [] }) => {
    const { User: made } = await client.send(new iam.CreateUserCommand({ UserName, Path, Tags }))
    renaming.set(UserId, made!.UserId!)
  })
  await inParallel(details.RoleDetailList, atOnce, async ({ RoleName, RoleId, Path, Tags = [] }) => {
    // Accounts that Organizations makes have one role.
    const { Role: there } = await client.send(new iam.GetRoleCommand({ RoleName })).catch(() => ({ Role: undefined }))
    const { Role: made } =
      there === undefined
        ? await client.send(new iam.CreateRoleCommand({ RoleName, Path, Tags, AssumeRolePolicyDocument: nobody }))
        : { Role: there }
    renaming.set(RoleId, made!.RoleId!)
  })
  const { ListAccessKeys: keys } = renaming.read<{
    ListAccessKeys: Record<string, { AccessKeyMetadata: { AccessKeyId: string; Status: 'Active' | 'Inactive' }[] }>
  }>(directory, `accounts/${old}/iam.json`)
  for (const [UserName, { AccessKeyMetadata }] of Object.entries(keys)) {
    for (const { AccessKeyId, Status } of AccessKeyMetadata) {
      const { AccessKey: made } = await client.send(new iam.CreateAccessKeyCommand({ UserName }))
      renaming.set(AccessKeyId, made!.AccessKeyId!)
      if (Status === 'Active') continue
      await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId: made!.AccessKeyId!, Status }))
    }
  }
}

async function rebuildIam(access: Access, directory: string, old: string, renaming: Renaming): Promise<void> {
  const client = new iam.IAMClient(access)
  const details = detailsOf(directory, old, renaming)
  for (const policy of details.Policies) if (!policy.Arn.includes(':iam::aws:')) await rebuildPolicy(client, policy)
  await inParallel(details.GroupDetailList, atOnce, async ({ GroupName, Path, GroupPolicyList = [], ...more }) => {
    await client.send(new iam.CreateGroupCommand({ GroupName, Path }))
    for (const inline of GroupPolicyList)
      await client.send(new iam.PutGroupPolicyCommand({ GroupName, ...textOf(inline) }))
    for (const { PolicyArn } of more.AttachedManagedPolicies ?? []) {
      await client.send(new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }))
    }
  })
  await inParallel(details.UserDetailList, atOnce, async ({ UserName, UserPolicyList = [], GroupList, ...more }) => {
    for (const inline of UserPolicyList)
      await client.send(new iam.PutUserPolicyCommand({ UserName, ...textOf(inline) }))
    for (const { PolicyArn } of more.AttachedManagedPolicies ?? []) {
      await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }))
    }
    for (const GroupName of GroupList) await client.send(new iam.AddUserToGroupCommand({ GroupName, UserName }))
  })
  await inParallel(details.RoleDetailList, atOnce, async ({ RoleName, RolePolicyList = [], ...more }) => {
    const PolicyDocument = JSON.stringify(more.AssumeRolePolicyDocument)
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }))
    for (const inline of RolePolicyList)
      await client.send(new iam.PutRolePolicyCommand({ RoleName, ...textOf(inline) }))
    for (const { PolicyArn } of more.AttachedManagedPolicies ?? []) {
      await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }))
    }
    const boundary = more.PermissionsBoundary?.PermissionsBoundaryArn
    if (boundary !== undefined) {
      await client.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: boundary }))
    }
    for (const { InstanceProfileName, Path } of more.InstanceProfileList) {
      await client.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName, Path }))
      await client.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }))
    }
  })
  await rebuildProviders(client, directory, old, renaming)
}

const textOf = ({ PolicyName, PolicyDocument }: Inline) => ({
  PolicyName,
  PolicyDocument: JSON.stringify(PolicyDocument),
})

/** Versions have the numbers that they had: those between are made and removed. */
async function rebuildPolicy(
  client: iam.IAMClient,
  { Arn: PolicyArn, PolicyName, Path, DefaultVersionId, PolicyVersionList }: Details['Policies'][number],
): Promise<void> {
  const documents = new Map(PolicyVersionList.map(({ VersionId, Document }) => [VersionId, JSON.stringify(Document)]))
  const last = Math.max(...[...documents.keys()].map((id) => Number(id.slice(1))))
  const documentOf = (number: number) => documents.get(`v${number}`) ?? placeholder
  await client.send(new iam.CreatePolicyCommand({ PolicyName, Path, PolicyDocument: documentOf(1) }))
  for (let number = 2; number <= last; number++) {
    const PolicyDocument = documentOf(number)
    await client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }))
    if (documents.has(`v${number - 1}`)) continue
    await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: `v${number - 1}` }))
  }
  await client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: DefaultVersionId }))
}

async function rebuildProviders(
  client: iam.IAMClient,
  directory: string,
  old: string,
  renaming: Renaming,
): Promise<void> {
  const recorded = renaming.read<{
    GetOpenIDConnectProvider?: Record<string, { Url: string; ClientIDList: string[]; ThumbprintList: string[] }>
    ListSAMLProviders?: { SAMLProviderList: { Arn: string }[] }
    GetLoginProfile?: Record<string, unknown>
  }>(directory, `accounts/${old}/iam.json`)
  for (const { Url, ...more } of Object.values(recorded.GetOpenIDConnectProvider ?? {})) {
    await client.send(new iam.CreateOpenIDConnectProviderCommand({ Url: `https://${Url}`, ...more }))
  }
  for (const { Arn } of recorded.ListSAMLProviders?.SAMLProviderList ?? []) {
    const Name = Arn.slice(Arn.lastIndexOf('/') + 1)
    await client.send(new iam.CreateSAMLProviderCommand({ Name, SAMLMetadataDocument: '<x/>'.padEnd(1200, ' ') }))
  }
  for (const UserName of Object.keys(recorded.GetLoginProfile ?? {})) {
    await client.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'Example-0123456789' }))
  }
}

type Attributes = Readonly<Record<string, { readonly Attributes: Readonly<Record<string, string>> }>>

async function rebuildResources(access: Access, directory: string, old: string, renaming: Renaming): Promise<void> {
  const folder = join(directory, 'accounts', old)
  const read = <Shape>(path: string) => renaming.read<Shape>(directory, `accounts/${old}/${path}`)
  await rebuildBuckets(access, read)
  if (readdirSync(folder).includes('s3control.json')) {
    const { GetPublicAccessBlock: blocks } = read<{
      GetPublicAccessBlock: Record<string, { PublicAccessBlockConfiguration: s3control.PublicAccessBlockConfiguration }>
    }>('s3control.json')
    const client = new s3control.S3ControlClient({
      ...access,
      endpoint: access.endpoint.replace('127.0.0.1', 'localhost'),
    })
    for (const [AccountId, more] of Object.entries(blocks)) {
      await client.send(new s3control.PutPublicAccessBlockCommand({ AccountId, ...more }))
    }
  }
  for (const region of readdirSync(folder).filter((name) => !name.includes('.'))) {
    const files = readdirSync(join(folder, region))
    const there = { ...access, region }
    if (files.includes('sqs.json')) {
      const { GetQueueAttributes: queues } = read<{ GetQueueAttributes: Attributes }>(`${region}/sqs.json`)
      const client = new sqs.SQSClient(there)
      for (const { Attributes: all } of Object.values(queues)) {
        const { QueueUrl } = await client.send(
          new sqs.CreateQueueCommand({ QueueName: all.QueueArn!.split(':').at(-1)! }),
        )
        const kept = Object.fromEntries(
          Object.entries(all).filter(([name]) => ['Policy', 'KmsMasterKeyId'].includes(name)),
        )
        if (Object.keys(kept).length > 0) {
          await client.send(new sqs.SetQueueAttributesCommand({ QueueUrl: QueueUrl!, Attributes: kept }))
        }
      }
    }
    if (files.includes('sns.json')) {
      const { GetTopicAttributes: topics } = read<{ GetTopicAttributes: Attributes }>(`${region}/sns.json`)
      const client = new sns.SNSClient(there)
      for (const [TopicArn, { Attributes: all }] of Object.entries(topics)) {
        await client.send(new sns.CreateTopicCommand({ Name: TopicArn.split(':').at(-1)! }))
        for (const AttributeName of ['Policy', 'KmsMasterKeyId']) {
          const AttributeValue = all[AttributeName]
          if (AttributeValue === undefined) continue
          await client.send(new sns.SetTopicAttributesCommand({ TopicArn, AttributeName, AttributeValue }))
        }
      }
    }
    if (files.includes('ecr.json')) {
      const { DescribeRepositories: listed, GetRepositoryPolicy: policies = {} } = read<{
        DescribeRepositories: { repositories: { repositoryName: string }[] }
        GetRepositoryPolicy?: Record<string, { policyText: string }>
      }>(`${region}/ecr.json`)
      const client = new ecr.ECRClient(there)
      for (const { repositoryName } of listed.repositories) {
        await client.send(new ecr.CreateRepositoryCommand({ repositoryName }))
        const policyText = policies[repositoryName]?.policyText
        if (policyText !== undefined)
          await client.send(new ecr.SetRepositoryPolicyCommand({ repositoryName, policyText }))
      }
    }
  }
}

async function rebuildBuckets(access: Access, read: <Shape>(path: string) => Shape): Promise<void> {
  const recorded = read<{
    ListBuckets: { Buckets: { Name: string; BucketRegion: string }[] }
    GetBucketPolicy?: Record<string, { Policy: string }>
    GetBucketTagging?: Record<string, { TagSet: s3.Tag[] }>
    GetBucketEncryption?: Record<string, { ServerSideEncryptionConfiguration: s3.ServerSideEncryptionConfiguration }>
    GetPublicAccessBlock?: Record<string, { PublicAccessBlockConfiguration: s3.PublicAccessBlockConfiguration }>
  }>('s3.json')
  await inParallel(recorded.ListBuckets.Buckets, atOnce, async ({ Name: Bucket, BucketRegion: region }) => {
    const client = new s3.S3Client({ ...access, region })
    const place = { LocationConstraint: region as s3.BucketLocationConstraint }
    await client.send(
      new s3.CreateBucketCommand({ Bucket, ...(region !== 'us-east-1' && { CreateBucketConfiguration: place }) }),
    )
    const policy = recorded.GetBucketPolicy?.[Bucket]
    if (policy !== undefined) await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: policy.Policy }))
    const tags = recorded.GetBucketTagging?.[Bucket]
    if (tags !== undefined) await client.send(new s3.PutBucketTaggingCommand({ Bucket, Tagging: tags }))
    const encryption = recorded.GetBucketEncryption?.[Bucket]
    if (encryption !== undefined) await client.send(new s3.PutBucketEncryptionCommand({ Bucket, ...encryption }))
    const block = recorded.GetPublicAccessBlock?.[Bucket]
    if (block !== undefined) await client.send(new s3.PutPublicAccessBlockCommand({ Bucket, ...block }))
  })
}
