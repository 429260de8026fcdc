import type { Service } from '../service.ts'
import { accessanalyzer } from './accessanalyzer.ts'
import { apigateway } from './apigateway.ts'
import { apigatewayv2 } from './apigatewayv2.ts'
import { backup } from './backup.ts'
import { cloudformation } from './cloudformation.ts'
import { codebuild } from './codebuild.ts'
import { dynamodb } from './dynamodb.ts'
import { ec2 } from './ec2.ts'
import { ecr } from './ecr.ts'
import { ecs } from './ecs.ts'
import { efs } from './efs.ts'
import { eks } from './eks.ts'
import { events } from './events.ts'
import { glue } from './glue.ts'
import { iam } from './iam.ts'
import { identitystore } from './identitystore.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { opensearch } from './opensearch.ts'
import { rolesanywhere } from './rolesanywhere.ts'
import { s3 } from './s3.ts'
import { s3control } from './s3control.ts'
import { sagemaker } from './sagemaker.ts'
import { secretsmanager } from './secretsmanager.ts'
import { sesv2 } from './sesv2.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { ssm } from './ssm.ts'
import { ssoAdmin } from './sso-admin.ts'
import { stepfunctions } from './stepfunctions.ts'

/** Every service that is asked, in the order of their names. */
export const services: readonly Service[] = [
  accessanalyzer,
  apigateway,
  apigatewayv2,
  backup,
  cloudformation,
  codebuild,
  dynamodb,
  ec2,
  ecr,
  ecs,
  efs,
  eks,
  events,
  glue,
  iam,
  identitystore,
  kms,
  lambda,
  opensearch,
  rolesanywhere,
  s3,
  s3control,
  sagemaker,
  secretsmanager,
  sesv2,
  sns,
  sqs,
  ssm,
  ssoAdmin,
  stepfunctions,
]
