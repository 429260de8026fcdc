import * as names from './names.ts'
import type { Plan, PlannedAccount, PlannedRole } from './plan.ts'
import { allow, rootOf, type StatementJson } from './policies.ts'
import { hexadecimal } from './random.ts'

/** What AWS's calls answer about one more resource. Each function returns the resource's ARN. */

export interface KeyOptions {
  readonly region?: string
  readonly policy?: readonly StatementJson[]
  readonly isDisabled?: boolean
  readonly isAwsManaged?: boolean
  /** ARN of a principal with a grant to decrypt. */
  readonly grantee?: string
}

/** The statement that leaves a key to the identity policies of its account. */
export const keyOfAccount = (account: string): StatementJson => ({
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: rootOf(account) },
  Action: 'kms:*',
  Resource: '*',
})

export function recordKey(plan: Plan, account: PlannedAccount, options: KeyOptions = {}): string {
  const region = options.region ?? plan.region()
  const id = names.uuid(plan.random)
  const arn = `arn:aws:kms:${region}:${account.id}:key/${id}`
  const policy = options.policy ?? [keyOfAccount(account.id)]
  append(plan, account, region, 'kms', 'ListKeys', 'Keys', { KeyId: id, KeyArn: arn })
  put(plan, account, region, 'kms', 'DescribeKey', id, {
    KeyMetadata: {
      AWSAccountId: account.id,
      KeyId: id,
      Arn: arn,
      CreationDate: names.moment(plan.random),
      Enabled: !options.isDisabled,
      KeyUsage: 'ENCRYPT_DECRYPT',
      KeyState: options.isDisabled ? 'Disabled' : 'Enabled',
      Origin: 'AWS_KMS',
      KeyManager: options.isAwsManaged ? 'AWS' : 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      MultiRegion: false,
    },
  })
  put(plan, account, region, 'kms', 'GetKeyPolicy', id, { Policy: text(policy), PolicyName: 'default' })
  const alias = `alias/${plan.company}-${names.token(plan.random, 8)}`
  append(plan, account, region, 'kms', 'ListAliases', 'Aliases', {
    AliasName: alias,
    TargetKeyId: id,
    AliasArn: `arn:aws:kms:${region}:${account.id}:${alias}`,
  })
  const grant = {
    KeyId: arn,
    GrantId: plan.random.text(hexadecimal, 64),
    Name: '',
    GranteePrincipal: options.grantee,
    CreationDate: names.moment(plan.random),
    IssuingAccount: rootOf(account.id),
    Operations: ['Decrypt', 'DescribeKey'],
  }
  put(plan, account, region, 'kms', 'ListGrants', id, { Grants: options.grantee === undefined ? [] : [grant] })
  return arn
}

export function recordQueue(plan: Plan, account: PlannedAccount, policyOf: PolicyOf = none): string {
  const region = plan.region()
  const name = resourceName(plan)
  const arn = `arn:aws:sqs:${region}:${account.id}:${name}`
  const url = `https://sqs.${region}.amazonaws.com/${account.id}/${name}`
  const policy = policyOf(arn)
  plan.record(account, region, 'sqs', 'ListQueues', (response) => listOf(response, 'QueueUrls').push(url))
  put(plan, account, region, 'sqs', 'GetQueueAttributes', url, {
    Attributes: {
      QueueArn: arn,
      VisibilityTimeout: '30',
      SqsManagedSseEnabled: 'true',
      ...(policy && { Policy: text(policy) }),
    },
  })
  return arn
}

export function recordTopic(plan: Plan, account: PlannedAccount, policyOf: PolicyOf = none): string {
  const region = plan.region()
  const arn = `arn:aws:sns:${region}:${account.id}:${resourceName(plan)}`
  const policy = policyOf(arn)
  append(plan, account, region, 'sns', 'ListTopics', 'Topics', { TopicArn: arn })
  put(plan, account, region, 'sns', 'GetTopicAttributes', arn, {
    Attributes: { TopicArn: arn, Owner: account.id, DisplayName: '', ...(policy && { Policy: text(policy) }) },
  })
  return arn
}

export function recordSecret(plan: Plan, account: PlannedAccount, policyOf: PolicyOf = none): string {
  const region = plan.region()
  const name = resourceName(plan)
  const suffix = plan.random.text('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 6)
  const arn = `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-${suffix}`
  const policy = policyOf(arn)
  append(plan, account, region, 'secretsmanager', 'ListSecrets', 'SecretList', { ARN: arn, Name: name, Tags: [] })
  put(plan, account, region, 'secretsmanager', 'GetResourcePolicy', arn, {
    ARN: arn,
    Name: name,
    ...(policy && { ResourcePolicy: text(policy) }),
  })
  return arn
}

export function recordFunction(
  plan: Plan,
  account: PlannedAccount,
  role: PlannedRole,
  policyOf: PolicyOf = none,
): string {
  const region = plan.region()
  const name = resourceName(plan)
  const arn = `arn:aws:lambda:${region}:${account.id}:function:${name}`
  const policy = policyOf(arn)
  append(plan, account, region, 'lambda', 'ListFunctions', 'Functions', {
    FunctionName: name,
    FunctionArn: arn,
    Runtime: plan.random.pick(['nodejs22.x', 'python3.13']),
    Role: role.arn,
    Handler: 'index.handler',
    PackageType: 'Zip',
    Version: '$LATEST',
  })
  put(plan, account, region, 'lambda', 'ListFunctionUrlConfigs', name, { FunctionUrlConfigs: [] })
  if (policy) put(plan, account, region, 'lambda', 'GetPolicy', name, { Policy: text(policy) })
  return arn
}

export interface InstanceOptions {
  readonly tags?: Readonly<Record<string, string>>
  /** Without it the instance runs without a role. */
  readonly role?: PlannedRole
  readonly isManaged?: boolean
}

export function recordInstance(plan: Plan, account: PlannedAccount, options: InstanceOptions): string {
  const { random } = plan
  const region = plan.region()
  const id = `i-${random.text(hexadecimal, 17)}`
  const profile =
    options.role?.instanceProfile && `arn:aws:iam::${account.id}:instance-profile/${options.role.instanceProfile}`
  const instanceProfile = profile && { Arn: profile, Id: names.uniqueId('AIPA', random) }
  append(plan, account, region, 'ec2', 'DescribeInstances', 'Reservations', {
    ReservationId: `r-${random.text(hexadecimal, 17)}`,
    OwnerId: account.id,
    Instances: [
      {
        InstanceId: id,
        ImageId: `ami-${random.text(hexadecimal, 17)}`,
        InstanceType: 'm7g.large',
        State: { Code: 16, Name: 'running' },
        Tags: Object.entries(options.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
        ...(instanceProfile && { IamInstanceProfile: instanceProfile }),
      },
    ],
  })
  plan.record(account, region, 'ec2', 'DescribeIamInstanceProfileAssociations', (response) => {
    const list = listOf(response, 'IamInstanceProfileAssociations')
    if (instanceProfile) {
      const AssociationId = `iip-assoc-${random.text(hexadecimal, 17)}`
      list.push({ AssociationId, InstanceId: id, IamInstanceProfile: instanceProfile, State: 'associated' })
    }
  })
  plan.record(account, region, 'ssm', 'DescribeInstanceInformation', (response) => {
    const list = listOf(response, 'InstanceInformationList')
    if (options.isManaged)
      list.push({ InstanceId: id, PingStatus: 'Online', PlatformType: 'Linux', ResourceType: 'EC2Instance' })
  })
  return `arn:aws:ec2:${region}:${account.id}:instance/${id}`
}

/** A running task of a service of its own. */
export function recordTask(plan: Plan, account: PlannedAccount, role: PlannedRole, canExecute: boolean): string {
  const { random } = plan
  const region = plan.region()
  const base = `arn:aws:ecs:${region}:${account.id}`
  const cluster = `${base}:cluster/workloads`
  const family = `${names.workload(random)}-${random.text(hexadecimal, 6)}`
  const definition = `${base}:task-definition/${family}:${1 + random.below(40)}`
  const service = `${base}:service/workloads/${family}`
  const task = `${base}:task/workloads/${random.text(hexadecimal, 32)}`
  plan.record(account, region, 'ecs', 'ListClusters', (response) => {
    const list = listOf(response, 'clusterArns')
    if (!list.includes(cluster)) list.push(cluster)
  })
  plan.record(account, region, 'ecs', 'ListTaskDefinitions', (response) =>
    listOf(response, 'taskDefinitionArns').push(definition),
  )
  put(plan, account, region, 'ecs', 'DescribeTaskDefinition', definition, {
    taskDefinition: {
      taskDefinitionArn: definition,
      family,
      taskRoleArn: role.arn,
      status: 'ACTIVE',
      containerDefinitions: [{ name: 'app', image: `${family}:latest`, essential: true }],
    },
  })
  const within = (operation: string, list: string, entry: unknown) =>
    plan.record(account, region, 'ecs', operation, (response) => {
      response[cluster] ??= {}
      listOf(response[cluster] as Record<string, unknown>, list).push(entry)
    })
  within('ListServices', 'serviceArns', service)
  within('ListTasks', 'taskArns', task)
  within('DescribeServices', 'services', {
    serviceArn: service,
    serviceName: family,
    clusterArn: cluster,
    status: 'ACTIVE',
    taskDefinition: definition,
    enableExecuteCommand: canExecute,
  })
  within('DescribeTasks', 'tasks', {
    taskArn: task,
    clusterArn: cluster,
    taskDefinitionArn: definition,
    lastStatus: 'RUNNING',
    group: `service:${family}`,
    enableExecuteCommand: canExecute,
  })
  return task
}

/** A role for a function that nobody asks about. */
export const runtimeRole = (plan: Plan, account: PlannedAccount) =>
  plan.role(account, { path: '/service-role/', service: 'lambda.amazonaws.com' })

export type PolicyOf = (arn: string) => readonly StatementJson[] | undefined

export const resourceName = (plan: Plan) =>
  `${plan.company}-${names.workload(plan.random)}-${names.token(plan.random, 4)}${plan.number()}`

/** A statement of a resource's own policy. */
export const admit = (principal: unknown, action: string, resource: string): StatementJson => ({
  ...allow(action, resource),
  Principal: principal,
})

const none: PolicyOf = () => undefined

const text = (statements: readonly StatementJson[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })

function listOf(response: Record<string, unknown>, name: string): unknown[] {
  response[name] ??= []
  return response[name] as unknown[]
}

function append(
  plan: Plan,
  account: PlannedAccount,
  region: string,
  service: string,
  operation: string,
  list: string,
  entry: unknown,
): void {
  plan.record(account, region, service, operation, (response) => listOf(response, list).push(entry))
}

function put(
  plan: Plan,
  account: PlannedAccount,
  region: string,
  service: string,
  operation: string,
  argument: string,
  answer: unknown,
): void {
  plan.record(account, region, service, operation, (response) => {
    response[argument] = answer
  })
}
