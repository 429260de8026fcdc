import { awsManaged, managedArn } from './aws-managed.ts'
import * as names from './names.ts'
import { organizationOnly, type Plan, type PlannedAccount } from './plan.ts'
import { allow, type ConditionJson, deny, rootOf, type StatementJson, trust, trustService } from './policies.ts'
import type { Random } from './random.ts'

/** An everyday identity: written once, kept by nobody. */
export interface NoiseRole {
  readonly name: string
  readonly path: string
  readonly trust: readonly StatementJson[]
  readonly inline: readonly { readonly name: string; readonly statements: readonly StatementJson[] }[]
  readonly attached: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly boundary?: string
  readonly hasInstanceProfile?: boolean
}

export interface NoiseUser {
  readonly name: string
  readonly path: string
  readonly groups: readonly string[]
  readonly inline: NoiseRole['inline']
  readonly tags: Readonly<Record<string, string>>
  readonly boundary?: string
}

/** Services with some of their actions and the shape of a resource. None of them gives a way to another identity. */
const services: Readonly<
  Record<string, { readonly actions: readonly string[]; readonly resource: string; readonly bare?: boolean }>
> = {
  s3: {
    actions: split(
      'GetObject PutObject DeleteObject ListBucket GetObjectTagging PutObjectTagging GetBucketLocation AbortMultipartUpload GetObjectVersion GetEncryptionConfiguration PutLifecycleConfiguration RestoreObject',
    ),
    resource: 'arn:aws:s3:::NAME/*',
  },
  dynamodb: {
    actions: split(
      'GetItem PutItem UpdateItem DeleteItem Query Scan BatchGetItem BatchWriteItem DescribeTable UpdateTable',
    ),
    resource: 'arn:aws:dynamodb:REGION:ACCOUNT:table/NAME',
  },
  sqs: {
    actions: split(
      'SendMessage ReceiveMessage DeleteMessage GetQueueAttributes GetQueueUrl ChangeMessageVisibility ListQueues PurgeQueue',
    ),
    resource: 'arn:aws:sqs:REGION:ACCOUNT:NAME',
  },
  sns: {
    actions: split('Publish Subscribe Unsubscribe GetTopicAttributes ListSubscriptionsByTopic'),
    resource: 'arn:aws:sns:REGION:ACCOUNT:NAME',
  },
  logs: {
    actions: split(
      'CreateLogStream PutLogEvents GetLogEvents FilterLogEvents DescribeLogGroups DescribeLogStreams PutRetentionPolicy',
    ),
    resource: 'arn:aws:logs:REGION:ACCOUNT:log-group:/NAME:*',
  },
  secretsmanager: {
    actions: split('GetSecretValue DescribeSecret PutSecretValue ListSecretVersionIds RotateSecret UpdateSecret'),
    resource: 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-*',
  },
  kms: {
    actions: split('Decrypt Encrypt GenerateDataKey DescribeKey ReEncryptFrom ReEncryptTo ListAliases GetKeyPolicy'),
    resource: 'arn:aws:kms:REGION:ACCOUNT:key/UUID',
  },
  ecr: {
    actions: split(
      'BatchGetImage GetDownloadUrlForLayer PutImage UploadLayerPart InitiateLayerUpload CompleteLayerUpload DescribeImages',
    ),
    resource: 'arn:aws:ecr:REGION:ACCOUNT:repository/NAME',
  },
  ecs: {
    actions: split('DescribeServices DescribeTasks ListTasks StopTask UpdateService DescribeTaskDefinition'),
    resource: 'arn:aws:ecs:REGION:ACCOUNT:service/NAME/*',
  },
  lambda: {
    actions: split('InvokeFunction GetFunctionConfiguration ListFunctions PublishVersion GetAlias'),
    resource: 'arn:aws:lambda:REGION:ACCOUNT:function:NAME',
  },
  events: {
    actions: split('PutEvents ListRules PutTargets RemoveTargets DescribeRule'),
    resource: 'arn:aws:events:REGION:ACCOUNT:event-bus/NAME',
  },
  states: {
    actions: split('ListExecutions SendTaskSuccess SendTaskFailure DescribeStateMachine DescribeExecution'),
    resource: 'arn:aws:states:REGION:ACCOUNT:stateMachine:NAME',
  },
  ssm: {
    actions: split('GetParameter GetParameters GetParametersByPath PutParameter DescribeParameters'),
    resource: 'arn:aws:ssm:REGION:ACCOUNT:parameter/NAME/*',
  },
  ec2: {
    actions: split(
      'DescribeInstances DescribeVolumes DescribeSubnets DescribeTags CreateTags StartInstances StopInstances AttachVolume CreateSnapshot AuthorizeSecurityGroupIngress',
    ),
    resource: 'arn:aws:ec2:REGION:ACCOUNT:instance/*',
    bare: true,
  },
  cloudwatch: {
    actions: split(
      'PutMetricData GetMetricData ListMetrics DescribeAlarms PutMetricAlarm DeleteAlarms GetMetricStatistics',
    ),
    resource: '*',
  },
  glue: {
    actions: split('GetTable GetTables GetPartitions UpdateTable BatchCreatePartition GetDatabase'),
    resource: 'arn:aws:glue:REGION:ACCOUNT:table/NAME/*',
  },
  'cognito-idp': {
    actions: split('AdminGetUser AdminCreateUser ListUsers DescribeUserPool AdminUpdateUserAttributes'),
    resource: 'arn:aws:cognito-idp:REGION:ACCOUNT:userpool/*',
  },
}
const serviceNames = Object.keys(services)

/** One statement about one service, as people write it. */
export function dataStatement(plan: Plan, account: PlannedAccount, random: Random): StatementJson {
  const service = random.pick(serviceNames)
  const { actions, resource, bare } = services[service]!
  const name = `${plan.company}-${names.workload(random)}`
  const arn = resource
    .replace('REGION', random.pick(plan.regions))
    .replace('ACCOUNT', account.id)
    .replace('NAME', name)
    .replace('UUID', resource.includes('UUID') ? names.uuid(random) : '')
  const chosen = random.chance(0.08)
    ? [`${service}:Get*`, `${service}:List*`, `${service}:Describe*`]
    : random.sample(actions, 2 + random.below(actions.length - 2)).map((action) => `${service}:${action}`)
  const resources = service === 's3' ? [arn.slice(0, -2), arn] : bare ? ['*', arn] : arn
  const statement = allow(chosen, resources, noiseCondition(plan, random))
  return random.chance(0.4) ? { Sid: `${service.replace(/\W/g, '')}${random.below(9)}`, ...statement } : statement
}

/** The account's customer managed policies, which its everyday roles share. */
export function sharedPolicies(plan: Plan, account: PlannedAccount, random: Random) {
  const count = 3 + Math.floor(plan.settings.roles / 8)
  return Array.from({ length: count }, (_, index) => {
    const name = `${names.workload(random)}-policy-${index}`
    const versions = Array.from({ length: random.chance(0.2) ? 2 + random.below(3) : 1 }, () =>
      statements(plan, account, random, 3),
    )
    return { arn: `arn:aws:iam::${account.id}:policy/${name}`, name, path: '/', versions }
  })
}

const workloadServices = [
  'lambda',
  'lambda',
  'lambda',
  'ec2',
  'ec2',
  'ecs-tasks',
  'ecs-tasks',
  'states',
  'codebuild',
  'glue',
  'events',
]

export function noiseRole(plan: Plan, account: PlannedAccount, shared: readonly string[], random: Random): NoiseRole {
  const path = random.pick(['/', '/', '/', '/app/', '/teams/', '/service-role/'])
  const service = random.pick(workloadServices)
  const attached: string[] = []
  if (service === 'lambda') attached.push(managedArn('service-role/AWSLambdaBasicExecutionRole'))
  if (service === 'ec2') attached.push(managedArn('AmazonSSMManagedInstanceCore'))
  if (service === 'ecs-tasks') attached.push(managedArn('service-role/AmazonECSTaskExecutionRolePolicy'))
  attached.push(...random.sample(shared, random.below(3)))
  const grant = outgoing(plan, account, random)
  if (grant?.attached) attached.push(grant.attached)
  const inline = statements(plan, account, random, 3)
  return {
    name: `${names.workload(random)}-${names.token(random)}`,
    path,
    trust: noiseTrust(plan, account, service, random),
    inline: [
      { name: 'access', statements: inline },
      ...(grant?.statements ? [{ name: 'more', statements: grant.statements }] : []),
    ],
    attached,
    tags: random.chance(0.5) ? { team: random.pick(names.teams), env: random.pick(names.stages) } : {},
    ...(random.chance(0.12) && { boundary: `arn:aws:iam::${account.id}:policy/boundaries/WorkloadBoundary` }),
    hasInstanceProfile: service === 'ec2',
  }
}

export function noiseUser(plan: Plan, account: PlannedAccount, index: number, random: Random): NoiseUser {
  if (random.chance(0.4)) {
    return {
      name: `svc-${names.workload(random)}-${index}`,
      path: '/machine/',
      groups: [],
      inline: [{ name: 'access', statements: statements(plan, account, random, 2) }],
      tags: {},
      ...(random.chance(0.3) && { boundary: `arn:aws:iam::${account.id}:policy/boundaries/WorkloadBoundary` }),
    }
  }
  return {
    name: `${names.person(random)}-${index}`,
    path: '/',
    groups: [random.pick(['Developers', 'Developers', 'Auditors', 'Support', 'DataReaders', 'Administrators'])],
    inline: [],
    tags: { team: random.pick(names.teams) },
  }
}

/** Groups that every account has. */
export function noiseGroups(plan: Plan, account: PlannedAccount, random: Random) {
  const forceMfa = `arn:aws:iam::${account.id}:policy/ForceMFA`
  return [
    { name: 'Administrators', inline: [], attached: [managedArn('AdministratorAccess'), forceMfa] },
    { name: 'Developers', inline: [], attached: [managedArn('PowerUserAccess'), forceMfa] },
    {
      name: 'Auditors',
      inline: [],
      attached: [managedArn('SecurityAudit'), managedArn('job-function/ViewOnlyAccess')],
    },
    { name: 'Support', inline: [], attached: [managedArn('AWSSupportAccess'), managedArn('ReadOnlyAccess')] },
    {
      name: 'DataReaders',
      inline: [{ name: 'read-data', statements: [dataStatement(plan, account, random)] }],
      attached: [managedArn('AmazonS3ReadOnlyAccess')],
    },
  ]
}

/** Customer managed policies that every account has. */
export function standardPolicies(account: PlannedAccount) {
  const base = `arn:aws:iam::${account.id}`
  return [
    {
      arn: `${base}:policy/boundaries/WorkloadBoundary`,
      name: 'WorkloadBoundary',
      path: '/boundaries/',
      versions: [
        [
          { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' } as const,
          allow(['iam:PassRole', 'iam:Get*', 'iam:List*'], `${base}:role/*`),
          deny(['cloudtrail:StopLogging', 'guardduty:DeleteDetector'], '*'),
        ],
      ],
    },
    {
      arn: `${base}:policy/ForceMFA`,
      name: 'ForceMFA',
      path: '/',
      versions: [
        [
          {
            Sid: 'DenyAllExceptListedIfNoMFA',
            Effect: 'Deny',
            NotAction: [
              'iam:CreateVirtualMFADevice',
              'iam:EnableMFADevice',
              'iam:ListMFADevices',
              'sts:GetSessionToken',
            ],
            Resource: '*',
            Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
          } as const,
        ],
      ],
    },
  ]
}

/** Roles that AWS or a landing zone puts into every account. */
export function standardRoles(plan: Plan, account: PlannedAccount, random: Random): NoiseRole[] {
  const company = plan.company
  const management = rootOf(plan.management.id)
  const github = `arn:aws:iam::${account.id}:oidc-provider/token.actions.githubusercontent.com`
  const plain = { inline: [], attached: [], tags: {} }
  const roles: NoiseRole[] = [
    {
      ...plain,
      name: `cdk-hnb659fds-cfn-exec-role-${account.id}-${plan.regions[0]}`,
      path: '/',
      trust: [trustService('cloudformation.amazonaws.com')],
      attached: [managedArn('AdministratorAccess')],
    },
    {
      ...plain,
      name: `cdk-hnb659fds-lookup-role-${account.id}-${plan.regions[0]}`,
      path: '/',
      trust: [trust({ AWS: rootOf(account.id) })],
      attached: [managedArn('ReadOnlyAccess')],
    },
    {
      ...plain,
      name: 'emergency-admin',
      path: '/',
      trust: [
        trust(
          { AWS: management },
          { Bool: { 'aws:MultiFactorAuthPresent': 'true' }, NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } },
        ),
      ],
      attached: [managedArn('AdministratorAccess')],
    },
  ]
  if (account !== plan.management) {
    roles.push({
      ...plain,
      name: 'OrganizationAccountAccessRole',
      path: '/',
      trust: [trust({ AWS: management })],
      attached: [managedArn('AdministratorAccess')],
    })
  }
  for (const service of ['organizations', 'support', 'autoscaling']) {
    roles.push({
      ...plain,
      name: `AWSServiceRoleFor${service[0]!.toUpperCase()}${service.slice(1)}`,
      path: `/aws-service-role/${service}.amazonaws.com/`,
      trust: [trustService(`${service}.amazonaws.com`)],
      inline: [{ name: 'service', statements: [allow([`${service}:Describe*`, `${service}:List*`], '*')] }],
    })
  }
  for (let index = 0; index < 2; index++) {
    const branch = index === 0 ? '*' : 'ref:refs/heads/main'
    roles.push({
      ...plain,
      name: `github-actions-${index}`,
      path: '/',
      trust: [
        {
          Effect: 'Allow',
          Principal: { Federated: github },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
            StringLike: {
              'token.actions.githubusercontent.com:sub': `repo:${company}/${names.workload(random)}:${branch}`,
            },
          },
        },
      ],
      inline: [{ name: 'deploy', statements: statements(plan, account, random, 2) }],
    })
  }
  return roles
}

/** Roles opened to the organization, for stress: they lead nowhere, but everybody leads to them. */
export function openRole(plan: Plan, account: PlannedAccount, index: number): NoiseRole {
  const { openBy } = plan.settings
  const tag =
    openBy === 'shared-tag'
      ? { 'aws:PrincipalTag/team': names.teams[index % names.teams.length]! }
      : openBy === 'unique-tag'
        ? { 'aws:PrincipalTag/slot': slot(account.index, index) }
        : {}
  return {
    name: `open-${index}`,
    path: '/shared/',
    trust: [trust({ AWS: '*' }, { StringEquals: { 'aws:PrincipalOrgID': plan.organizationId, ...tag } })],
    inline: [],
    attached: [],
    tags: {},
  }
}

/** The tag value that opens one role of one account. */
export const slot = (account: number, index: number) => `slot-${account}-${index}`

function noiseTrust(plan: Plan, account: PlannedAccount, service: string, random: Random): StatementJson[] {
  const draw = random.next()
  if (draw < 0.78) return [trustService(`${service}.amazonaws.com`)]
  if (draw < 0.85) return [trust({ AWS: rootOf(account.id) })]
  if (draw < 0.91)
    return [trust({ AWS: `arn:aws:iam::${account.id}:role/app/${names.workload(random)}-${names.token(random)}` })]
  const other = random.pick(plan.accounts)
  if (draw < 0.94)
    return [trust({ AWS: rootOf(other.id) }, { StringEquals: { 'sts:ExternalId': `x-${names.token(random, 8)}` } })]
  if (draw < 0.96) return [trust({ AWS: rootOf(other.id) }, organizationOnly(plan))]
  if (draw < 0.99) {
    const condition = {
      ...organizationOnly(plan),
      ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/shared-services/*' },
    }
    return [trust({ AWS: '*' }, condition)]
  }
  return [trust({ AWS: rootOf(account.id) }, { StringEquals: { 'aws:PrincipalTag/team': random.pick(names.teams) } })]
}

/** Few everyday roles may assume others: by `*`, by a pattern, by one ARN. */
function outgoing(
  plan: Plan,
  account: PlannedAccount,
  random: Random,
): { statements?: StatementJson[]; attached?: string } | undefined {
  const draw = random.next()
  if (draw < 0.035) return { attached: managedArn('PowerUserAccess') }
  if (draw < 0.045) return { attached: managedArn('AdministratorAccess') }
  if (draw < 0.06) return { attached: managedArn('ReadOnlyAccess') }
  if (draw < 0.075) return { statements: [allow('sts:AssumeRole', '*')] }
  if (draw < 0.09) return { statements: [allow('sts:AssumeRole', `arn:aws:iam::${account.id}:role/*`)] }
  if (draw < 0.1)
    return { statements: [allow('sts:AssumeRole', `arn:aws:iam::*:role/app/${names.workload(random)}-*`)] }
  if (draw < 0.115) {
    const other = random.pick(plan.accounts)
    return { statements: [allow('sts:AssumeRole', `arn:aws:iam::${other.id}:role/cicd/deploy`)] }
  }
  if (draw < 0.125) {
    return {
      statements: [
        allow('iam:PassRole', `arn:aws:iam::${account.id}:role/app/*`, {
          StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' },
        }),
        allow(['lambda:CreateFunction', 'lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], '*'),
      ],
    }
  }
  return undefined
}

function statements(plan: Plan, account: PlannedAccount, random: Random, most: number): StatementJson[] {
  const list = Array.from({ length: 1 + random.below(most) }, () => dataStatement(plan, account, random))
  if (random.chance(0.08)) list.push(deny(['s3:DeleteBucket', 'kms:ScheduleKeyDeletion', 'dynamodb:DeleteTable'], '*'))
  return list
}

function noiseCondition(plan: Plan, random: Random): ConditionJson | undefined {
  const draw = random.next()
  if (draw < 0.08) return { StringEquals: { 'aws:RequestedRegion': random.pick(plan.regions) } }
  if (draw < 0.12) return { StringEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } }
  if (draw < 0.14) return organizationOnly(plan)
  if (draw < 0.16) return { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24'] } }
  return undefined
}

/** Documents of the AWS managed policies that these ARNs name. */
export function managedDocuments(arns: Iterable<string>) {
  return [...new Set(arns)].sort().flatMap((arn) => {
    const content = awsManaged.get(arn)
    return content ? [{ arn, document: content }] : []
  })
}

function split(list: string): readonly string[] {
  return list.split(' ')
}
