import * as apigateway from '@aws-sdk/client-api-gateway'
import * as apigatewayv2 from '@aws-sdk/client-apigatewayv2'
import * as backup from '@aws-sdk/client-backup'
import * as cloudformation from '@aws-sdk/client-cloudformation'
import * as codebuild from '@aws-sdk/client-codebuild'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as ec2 from '@aws-sdk/client-ec2'
import * as ecr from '@aws-sdk/client-ecr'
import * as ecs from '@aws-sdk/client-ecs'
import * as efs from '@aws-sdk/client-efs'
import * as eks from '@aws-sdk/client-eks'
import * as events from '@aws-sdk/client-eventbridge'
import * as glue from '@aws-sdk/client-glue'
import * as iam from '@aws-sdk/client-iam'
import * as identitystore from '@aws-sdk/client-identitystore'
import * as kms from '@aws-sdk/client-kms'
import * as lambda from '@aws-sdk/client-lambda'
import * as opensearch from '@aws-sdk/client-opensearch'
import * as organizations from '@aws-sdk/client-organizations'
import * as s3 from '@aws-sdk/client-s3'
import * as sagemaker from '@aws-sdk/client-sagemaker'
import * as secretsmanager from '@aws-sdk/client-secrets-manager'
import * as sesv2 from '@aws-sdk/client-sesv2'
import * as sfn from '@aws-sdk/client-sfn'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import * as ssoAdmin from '@aws-sdk/client-sso-admin'
import * as sts from '@aws-sdk/client-sts'
import { collectorTemplate } from '#ingest/collector-template.ts'

/** An organization that is made through the API, and what is to be found in it. */
export interface Planted {
  readonly management: string
  readonly dev: string
  readonly prod: string
  readonly closed: string
  /** Access key of `user/ci` in dev, which leads to `role/deploy` in prod, an administrator. */
  readonly leakedKey: string
  readonly person: string
}

export const region = 'eu-west-1'
export const externalId = 'walk-0123456789'
/** Stands in every field that must not be kept. */
export const secret = 'hunter2-must-not-be-kept'

const allow = (action: unknown, resource: unknown = '*', more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: resource, ...more }],
  })
const trusting = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  })

interface Access {
  readonly region: string
  readonly endpoint: string
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  }
  readonly maxAttempts: number
}

const ownAccess = (endpoint: string): Access => ({
  region,
  endpoint,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  maxAttempts: 3,
})

/** To make things in any account of the emulator. */
export const plantingAccess = (endpoint: string, account: string): Promise<Access> =>
  enter(ownAccess(endpoint), account)

/** Makes it in an emulator that was reset. */
export async function plant(endpoint: string): Promise<Planted> {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' })
  const own = ownAccess(endpoint)
  const accounts = await plantOrganization(own)
  const dev = await enter(own, accounts.dev)
  const prod = await enter(own, accounts.prod)
  const leakedKey = await plantDev(dev, accounts.prod)
  await plantProd(prod, accounts)
  await plantCompute(prod, accounts.prod)
  await plantServices(prod, accounts.prod)
  const person = await plantPeople(own, accounts.prod)
  return { ...accounts, leakedKey, person }
}

async function enter(own: Access, account: string): Promise<Access> {
  const { Credentials: given } = await new sts.STSClient(own).send(
    new sts.AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
      RoleSessionName: 'planting',
    }),
  )
  return {
    ...own,
    credentials: {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
    },
  }
}

async function plantOrganization(own: Access) {
  const client = new organizations.OrganizationsClient(own)
  const { Organization: made } = await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }))
  const { Roots: roots } = await client.send(new organizations.ListRootsCommand({}))
  const root = roots![0]!.Id!
  const unit = async (Name: string, ParentId: string) =>
    (await client.send(new organizations.CreateOrganizationalUnitCommand({ Name, ParentId }))).OrganizationalUnit!.Id!
  const prodUnit = await unit('Prod', root)
  const payments = await unit('Payments', prodUnit)
  const account = async (AccountName: string, parent: string) => {
    const { CreateAccountStatus: status } = await client.send(
      new organizations.CreateAccountCommand({ AccountName, Email: `${AccountName}@example.com` }),
    )
    const id = status!.AccountId!
    if (parent !== root) {
      await client.send(
        new organizations.MoveAccountCommand({ AccountId: id, SourceParentId: root, DestinationParentId: parent }),
      )
    }
    return id
  }
  const [dev, prod, closed] = [await account('dev', root), await account('prod', payments), await account('old', root)]
  await client.send(new organizations.CloseAccountCommand({ AccountId: closed }))
  await client.send(
    new organizations.TagResourceCommand({ ResourceId: prod, Tags: [{ Key: 'stage', Value: 'production' }] }),
  )
  const policy = async (Type: organizations.PolicyType, Name: string, document: object, target: string) => {
    await client
      .send(new organizations.EnablePolicyTypeCommand({ RootId: root, PolicyType: Type }))
      .catch(() => undefined)
    const { Policy: policy } = await client.send(
      new organizations.CreatePolicyCommand({ Type, Name, Description: Name, Content: JSON.stringify(document) }),
    )
    await client.send(new organizations.AttachPolicyCommand({ PolicyId: policy!.PolicySummary!.Id!, TargetId: target }))
  }
  await policy(
    'SERVICE_CONTROL_POLICY',
    'NoStreams',
    { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'kinesis:*', Resource: '*' }] },
    payments,
  )
  await policy(
    'RESOURCE_CONTROL_POLICY',
    'OnlyTls',
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
    root,
  )
  await client.send(
    new organizations.RegisterDelegatedAdministratorCommand({
      AccountId: dev,
      ServicePrincipal: 'ssm.amazonaws.com',
    }),
  )
  await client.send(new organizations.EnableAWSServiceAccessCommand({ ServicePrincipal: 'ssm.amazonaws.com' }))
  return { management: made!.MasterAccountId!, dev, prod, closed }
}

/** `user/ci` may become `role/deploy` of prod. */
async function plantDev(access: Access, prod: string): Promise<string> {
  const client = new iam.IAMClient(access)
  await client.send(new iam.CreateUserCommand({ UserName: 'ci' }))
  await client.send(new iam.CreateGroupCommand({ GroupName: 'builders' }))
  await client.send(new iam.AddUserToGroupCommand({ GroupName: 'builders', UserName: 'ci' }))
  await client.send(new iam.CreateLoginProfileCommand({ UserName: 'ci', Password: secret }))
  await client.send(
    new iam.PutGroupPolicyCommand({
      GroupName: 'builders',
      PolicyName: 'deploys',
      PolicyDocument: allow('sts:AssumeRole', `arn:aws:iam::${prod}:role/deploy`),
    }),
  )
  const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'ci' }))
  await client.send(
    new iam.CreateOpenIDConnectProviderCommand({
      Url: 'https://token.actions.githubusercontent.com',
      ClientIDList: ['sts.amazonaws.com'],
      ThumbprintList: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
    }),
  )
  await client.send(
    new iam.CreateSAMLProviderCommand({ Name: 'corp', SAMLMetadataDocument: `<x>${secret}</x>`.padEnd(1200, ' ') }),
  )
  await client.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'planted-dev' }))
  return key!.AccessKeyId!
}

async function plantProd(access: Access, { dev, prod }: { dev: string; prod: string }): Promise<void> {
  const roles = new iam.IAMClient(access)
  await roles.send(
    new iam.CreateRoleCommand({
      RoleName: 'deploy',
      AssumeRolePolicyDocument: trusting({ AWS: `arn:aws:iam::${dev}:user/ci` }),
    }),
  )
  await roles.send(new iam.PutRolePolicyCommand({ RoleName: 'deploy', PolicyName: 'all', PolicyDocument: allow('*') }))
  for (const [name, service] of Object.entries(workers)) {
    await roles.send(
      new iam.CreateRoleCommand({
        RoleName: name,
        AssumeRolePolicyDocument: trusting({ Service: `${service}.amazonaws.com` }),
      }),
    )
  }
  await roles.send(new iam.CreateInstanceProfileCommand({ InstanceProfileName: 'machine' }))
  await roles.send(new iam.AddRoleToInstanceProfileCommand({ InstanceProfileName: 'machine', RoleName: 'machine' }))
  await plantReader(roles)
  await new cloudformation.CloudFormationClient(access).send(
    new cloudformation.CreateStackCommand({
      StackName: 'planted',
      TemplateBody: JSON.stringify({
        Parameters: { Token: { Type: 'String' } },
        Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
        Outputs: { Token: { Value: { Ref: 'Token' } } },
      }),
      Parameters: [{ ParameterKey: 'Token', ParameterValue: secret }],
      RoleARN: arn(prod, 'worker'),
    }),
  )
  const keys = new kms.KMSClient(access)
  const { KeyMetadata: key } = await keys.send(new kms.CreateKeyCommand({ Description: 'ledger' }))
  await keys.send(new kms.CreateAliasCommand({ AliasName: 'alias/ledger', TargetKeyId: key!.KeyId! }))
  await keys.send(
    new kms.CreateGrantCommand({ KeyId: key!.KeyId!, GranteePrincipal: arn(prod, 'worker'), Operations: ['Decrypt'] }),
  )
  const buckets = new s3.S3Client(access)
  await buckets.send(
    new s3.CreateBucketCommand({ Bucket: 'planted-ledger', CreateBucketConfiguration: { LocationConstraint: region } }),
  )
  await buckets.send(
    new s3.PutBucketPolicyCommand({
      Bucket: 'planted-ledger',
      Policy: allow('s3:GetObject', 'arn:aws:s3:::planted-ledger/*', {
        Principal: { AWS: `arn:aws:iam::${dev}:user/ci` },
      }),
    }),
  )
  await buckets.send(
    new s3.PutBucketTaggingCommand({
      Bucket: 'planted-ledger',
      Tagging: { TagSet: [{ Key: 'classification', Value: 'crown-jewel' }] },
    }),
  )
  await buckets.send(
    new s3.PutBucketEncryptionCommand({
      Bucket: 'planted-ledger',
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key!.Arn! } }],
      },
    }),
  )
  await buckets.send(
    new s3.PutPublicAccessBlockCommand({
      Bucket: 'planted-ledger',
      PublicAccessBlockConfiguration: { RestrictPublicBuckets: true, BlockPublicPolicy: true },
    }),
  )
}

/** The role that the template of `collector-policy` makes. (Roles that stacks make break the emulator's authorization details.) */
async function plantReader(client: iam.IAMClient): Promise<void> {
  const { RoleName, AssumeRolePolicyDocument, Policies } = collectorTemplate('trustwalk-reader', {}).Resources
    .CollectorRole.Properties
  const trust = JSON.stringify(AssumeRolePolicyDocument)
    .replace('{"Fn::Sub":"arn:${AWS::Partition}:iam::${CollectorAccountId}:root"}', '"arn:aws:iam::123456789012:root"')
    .replace('{"Ref":"ExternalId"}', JSON.stringify(externalId))
    .replace('{"Ref":"CollectorPrincipalArn"}', '"*"')
  await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  for (const { PolicyName, PolicyDocument } of Policies) {
    await client.send(
      new iam.PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) }),
    )
  }
}

const arn = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`

/** Roles of compute. */
const workers = {
  worker: 'lambda',
  machine: 'ec2',
  task: 'ecs-tasks',
  build: 'codebuild',
  job: 'glue',
  notebook: 'sagemaker',
  states: 'states',
  cluster: 'eks',
  events: 'events',
} as const

async function plantCompute(access: Access, prod: string): Promise<void> {
  const machines = new ec2.EC2Client(access)
  const { Images: images } = await machines.send(new ec2.DescribeImagesCommand({ Owners: ['amazon'] }))
  await machines.send(
    new ec2.RunInstancesCommand({
      ImageId: images![0]!.ImageId!,
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(secret).toString('base64'),
      IamInstanceProfile: { Name: 'machine' },
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'bastion' }] }],
    }),
  )
  const functions = new lambda.LambdaClient(access)
  await functions.send(
    new lambda.CreateFunctionCommand({
      FunctionName: 'planted',
      Role: arn(prod, 'worker'),
      Runtime: 'nodejs20.x',
      Handler: 'index.handler',
      Code: { ZipFile: Buffer.from(secret) },
      Environment: { Variables: { TOKEN: secret } },
    }),
  )
  await functions.send(
    new lambda.AddPermissionCommand({
      FunctionName: 'planted',
      StatementId: 'events',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
    }),
  )
  await functions.send(
    new lambda.PublishLayerVersionCommand({ LayerName: 'libraries', Content: { ZipFile: Buffer.from(secret) } }),
  )
  const tasks = new ecs.ECSClient(access)
  await tasks.send(new ecs.CreateClusterCommand({ clusterName: 'planted' }))
  await tasks.send(
    new ecs.RegisterTaskDefinitionCommand({
      family: 'planted',
      taskRoleArn: arn(prod, 'task'),
      containerDefinitions: [
        { name: 'one', image: 'example', memory: 64, environment: [{ name: 'TOKEN', value: secret }] },
      ],
    }),
  )
  await tasks.send(
    new ecs.CreateServiceCommand({
      cluster: 'planted',
      serviceName: 'web',
      taskDefinition: 'planted',
      desiredCount: 1,
      launchType: 'FARGATE',
    }),
  )
  const { Subnets: subnets } = await machines.send(new ec2.DescribeSubnetsCommand({}))
  await tasks.send(
    new ecs.RunTaskCommand({
      cluster: 'planted',
      taskDefinition: 'planted',
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: [subnets![0]!.SubnetId!] } },
    }),
  )
  await new eks.EKSClient(access).send(
    new eks.CreateClusterCommand({
      name: 'planted',
      roleArn: arn(prod, 'cluster'),
      resourcesVpcConfig: { subnetIds: [subnets![0]!.SubnetId!] },
    }),
  )
  await new codebuild.CodeBuildClient(access).send(
    new codebuild.CreateProjectCommand({
      name: 'planted',
      serviceRole: arn(prod, 'build'),
      source: { type: 'S3', location: 'planted-ledger/x.zip' },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        image: 'x',
        computeType: 'BUILD_GENERAL1_SMALL',
        environmentVariables: [{ name: 'TOKEN', value: secret }],
      },
    }),
  )
  await new glue.GlueClient(access).send(
    new glue.CreateJobCommand({
      Name: 'planted',
      Role: arn(prod, 'job'),
      Command: { Name: 'glueetl', ScriptLocation: 's3://planted-ledger/job.py' },
      DefaultArguments: { '--token': secret },
    }),
  )
  await new sagemaker.SageMakerClient(access).send(
    new sagemaker.CreateNotebookInstanceCommand({
      NotebookInstanceName: 'planted',
      InstanceType: 'ml.t3.medium',
      RoleArn: arn(prod, 'notebook'),
    }),
  )
  await new sfn.SFNClient(access).send(
    new sfn.CreateStateMachineCommand({
      name: 'planted',
      roleArn: arn(prod, 'states'),
      definition: JSON.stringify({ StartAt: 'x', States: { x: { Type: 'Pass', Result: secret, End: true } } }),
    }),
  )
}

async function plantServices(access: Access, prod: string): Promise<void> {
  const queues = new sqs.SQSClient(access)
  const { QueueUrl: url } = await queues.send(new sqs.CreateQueueCommand({ QueueName: 'planted' }))
  await queues.send(
    new sqs.SetQueueAttributesCommand({
      QueueUrl: url!,
      Attributes: {
        Policy: allow('sqs:SendMessage', `arn:aws:sqs:${region}:${prod}:planted`, {
          Principal: { AWS: arn(prod, 'worker') },
        }),
      },
    }),
  )
  await new sns.SNSClient(access).send(new sns.CreateTopicCommand({ Name: 'planted' }))
  const secrets = new secretsmanager.SecretsManagerClient(access)
  const { ARN: secretArn } = await secrets.send(
    new secretsmanager.CreateSecretCommand({ Name: 'planted', SecretString: secret }),
  )
  await secrets.send(
    new secretsmanager.PutResourcePolicyCommand({
      SecretId: secretArn!,
      ResourcePolicy: allow('secretsmanager:GetSecretValue', '*', { Principal: { AWS: arn(prod, 'worker') } }),
    }),
  )
  const images = new ecr.ECRClient(access)
  await images.send(new ecr.CreateRepositoryCommand({ repositoryName: 'planted' }))
  await images.send(
    new ecr.SetRepositoryPolicyCommand({
      repositoryName: 'planted',
      policyText: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: arn(prod, 'build') }, Action: 'ecr:PutImage' }],
      }),
    }),
  )
  await new dynamodb.DynamoDBClient(access).send(
    new dynamodb.CreateTableCommand({
      TableName: 'planted',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    }),
  )
  const files = new efs.EFSClient(access)
  const { FileSystemId } = await files.send(new efs.CreateFileSystemCommand({ CreationToken: 'planted' }))
  await files.send(
    new efs.PutFileSystemPolicyCommand({
      FileSystemId,
      Policy: allow('elasticfilesystem:ClientMount', '*', { Principal: { AWS: '*' } }),
    }),
  )
  const buses = new events.EventBridgeClient(access)
  await buses.send(new events.CreateEventBusCommand({ Name: 'planted' }))
  await buses.send(
    new events.PutRuleCommand({
      Name: 'nightly',
      EventBusName: 'default',
      ScheduleExpression: 'rate(1 day)',
      RoleArn: arn(prod, 'events'),
    }),
  )
  const apis = new apigateway.APIGatewayClient(access)
  await apis.send(new apigateway.CreateRestApiCommand({ name: 'planted' }))
  const http = new apigatewayv2.ApiGatewayV2Client(access)
  const { ApiId } = await http.send(new apigatewayv2.CreateApiCommand({ Name: 'planted', ProtocolType: 'HTTP' }))
  await http.send(new apigatewayv2.CreateRouteCommand({ ApiId, RouteKey: 'GET /x', AuthorizationType: 'AWS_IAM' }))
  await new backup.BackupClient(access).send(new backup.CreateBackupVaultCommand({ BackupVaultName: 'planted' }))
  await new opensearch.OpenSearchClient(access).send(
    new opensearch.CreateDomainCommand({
      DomainName: 'planted',
      AccessPolicies: allow('es:*', '*', { Principal: { AWS: '*' } }),
    }),
  )
  await new sesv2.SESv2Client(access).send(new sesv2.CreateEmailIdentityCommand({ EmailIdentity: 'mail@example.com' }))
}

/** A person of Identity Center who is assigned a permission set in prod. */
async function plantPeople(own: Access, prod: string): Promise<string> {
  const client = new ssoAdmin.SSOAdminClient(own)
  const { Instances: listed } = await client.send(new ssoAdmin.ListInstancesCommand({}))
  const instance = listed![0]!
  const InstanceArn = instance.InstanceArn!
  const IdentityStoreId = instance.IdentityStoreId!
  const people = new identitystore.IdentitystoreClient(own)
  const { UserId } = await people.send(
    new identitystore.CreateUserCommand({
      IdentityStoreId,
      UserName: 'ada',
      DisplayName: 'Ada',
      Name: { GivenName: 'Ada', FamilyName: secret },
    }),
  )
  const { GroupId } = await people.send(
    new identitystore.CreateGroupCommand({ IdentityStoreId, DisplayName: 'readers' }),
  )
  await people.send(
    new identitystore.CreateGroupMembershipCommand({
      IdentityStoreId,
      GroupId: GroupId!,
      MemberId: { UserId: UserId! },
    }),
  )
  const { PermissionSet: set } = await client.send(
    new ssoAdmin.CreatePermissionSetCommand({ InstanceArn, Name: 'Reading' }),
  )
  const PermissionSetArn = set!.PermissionSetArn!
  await client.send(
    new ssoAdmin.PutInlinePolicyToPermissionSetCommand({
      InstanceArn,
      PermissionSetArn,
      InlinePolicy: allow('s3:Get*'),
    }),
  )
  await client.send(
    new ssoAdmin.CreateAccountAssignmentCommand({
      InstanceArn,
      PermissionSetArn,
      TargetId: prod,
      TargetType: 'AWS_ACCOUNT',
      PrincipalType: 'GROUP',
      PrincipalId: GroupId!,
    }),
  )
  return UserId!
}
