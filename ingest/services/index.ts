import type { Service } from '../service.ts'
import { ec2 } from './ec2.ts'
import { ecr } from './ecr.ts'
import { ecs } from './ecs.ts'
import { eks } from './eks.ts'
import { iam } from './iam.ts'
import { identitystore } from './identitystore.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { rolesanywhere } from './rolesanywhere.ts'
import { s3 } from './s3.ts'
import { s3control } from './s3control.ts'
import { secretsmanager } from './secretsmanager.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { ssm } from './ssm.ts'
import { ssoAdmin } from './sso-admin.ts'

/** Every service whose answers are read, in the order of their names. */
export const services: readonly Service[] = [
  ec2,
  ecr,
  ecs,
  eks,
  iam,
  identitystore,
  kms,
  lambda,
  rolesanywhere,
  s3,
  s3control,
  secretsmanager,
  sns,
  sqs,
  ssm,
  ssoAdmin,
]
