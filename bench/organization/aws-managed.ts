import { allow, type DocumentJson, document } from './policies.ts'

/**
 * AWS managed policies as an account's details show them, by ARN. The long read-only ones are rebuilt from a list of
 * services: their length matters here, not their last action.
 */
export const awsManaged: ReadonlyMap<string, DocumentJson> = new Map(
  Object.entries({
    AdministratorAccess: document(allow('*', '*')),
    PowerUserAccess: document(
      { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
      allow(
        [
          'account:GetAccountInformation',
          'account:ListRegions',
          'iam:CreateServiceLinkedRole',
          'iam:DeleteServiceLinkedRole',
          'iam:ListRoles',
          'organizations:DescribeOrganization',
        ],
        '*',
      ),
    ),
    ReadOnlyAccess: document(allow(eachService(['BatchGet*', 'Describe*', 'Get*', 'List*']), '*')),
    SecurityAudit: document(allow(eachService(['Describe*', 'GetPolicy*', 'List*']).slice(0, 340), '*')),
    'job-function/ViewOnlyAccess': document(allow(eachService(['Describe*', 'List*']).slice(0, 180), '*')),
    AWSSupportAccess: document(allow(['support:*', 'support-console:*'], '*')),
    AmazonS3FullAccess: document(allow(['s3:*', 's3-object-lambda:*'], '*')),
    AmazonS3ReadOnlyAccess: document(
      allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'], '*'),
    ),
    AmazonSSMManagedInstanceCore: document(
      allow(['ssm:DescribeAssociation', 'ssm:GetDocument', 'ssm:GetManifest', 'ssm:UpdateInstanceInformation'], '*'),
      allow(
        [
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        '*',
      ),
      allow(['ec2messages:AcknowledgeMessage', 'ec2messages:GetMessages', 'ec2messages:SendReply'], '*'),
    ),
    CloudWatchAgentServerPolicy: document(
      allow(['cloudwatch:PutMetricData', 'ec2:DescribeVolumes', 'ec2:DescribeTags', 'logs:PutLogEvents'], '*'),
    ),
    'service-role/AWSLambdaBasicExecutionRole': document(
      allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
    ),
    'service-role/AWSLambdaVPCAccessExecutionRole': document(
      allow(
        [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:PutLogEvents',
          'ec2:CreateNetworkInterface',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DeleteNetworkInterface',
        ],
        '*',
      ),
    ),
    'service-role/AmazonECSTaskExecutionRolePolicy': document(
      allow(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents'], '*'),
    ),
  }).map(([name, content]) => [managedArn(name), content]),
)

export function managedArn(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`
}

/** Without services whose reading gives away secrets or roles. */
function eachService(verbs: readonly string[]): string[] {
  const services =
    'access-analyzer acm acm-pca airflow amplify apigateway app-integrations appconfig appflow application-autoscaling appmesh apprunner appstream appsync athena auditmanager autoscaling backup batch bedrock braket budgets cassandra ce chime cloud9 clouddirectory cloudformation cloudfront cloudhsm cloudsearch cloudtrail cloudwatch codeartifact codebuild codecommit codedeploy codeguru codepipeline codestar cognito-identity cognito-idp comprehend compute-optimizer config connect databrew dataexchange datapipeline datasync dax detective devicefarm directconnect discovery dlm dms ds dynamodb ec2 ecr ecs eks elasticache elasticbeanstalk elasticfilesystem elasticloadbalancing elasticmapreduce es events firehose fis fms forecast freertos fsx gamelift geo glacier globalaccelerator glue grafana greengrass groundstation guardduty health healthlake identitystore imagebuilder inspector2 iot iotanalytics iotevents iotsitewise ivs kafka kendra kinesis kinesisanalytics lakeformation lex license-manager lightsail logs lookoutvision m2 machinelearning macie2 managedblockchain mediaconnect mediaconvert medialive mediapackage mediastore memorydb mgh mgn mobiletargeting mq networkmanager nimble oam opsworks outposts panorama personalize pi polly proton qldb quicksight ram rds redshift rekognition resiliencehub resource-explorer-2 resource-groups robomaker route53 route53domains route53resolver rum s3 s3-outposts sagemaker schemas sdb securityhub serverlessrepo servicecatalog servicediscovery servicequotas ses shield signer simspaceweaver sms snowball sns sqs ssm-incidents states storagegateway swf synthetics tag textract timestream transcribe transfer translate trustedadvisor voiceid waf wafv2 wellarchitected workdocs workmail workspaces xray'
  return services.split(' ').flatMap((service) => verbs.map((verb) => `${service}:${verb}`))
}
