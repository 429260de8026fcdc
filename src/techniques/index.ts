import { amplify } from './amplify.ts'
import { apigateway } from './apigateway.ts'
import { apprunner } from './apprunner.ts'
import { appsync } from './appsync.ts'
import { autoscaling } from './autoscaling.ts'
import { backup } from './backup.ts'
import { batch } from './batch.ts'
import { bedrock } from './bedrock.ts'
import { binders } from './binders/index.ts'
import { braket } from './braket.ts'
import { budgets } from './budgets.ts'
import { cdk } from './cdk.ts'
import { chatbot } from './chatbot.ts'
import { cloudformation } from './cloudformation.ts'
import { cloudfront } from './cloudfront.ts'
import { codebuild } from './codebuild.ts'
import { codepipeline } from './codepipeline.ts'
import { codestar } from './codestar.ts'
import { cognitoidentity } from './cognitoidentity.ts'
import { cognitoidp } from './cognitoidp.ts'
import { config } from './config.ts'
import { datapipeline } from './datapipeline.ts'
import { deadline } from './deadline.ts'
import { ec2 } from './ec2.ts'
import { ec2instanceconnect } from './ec2instanceconnect.ts'
import { ecr } from './ecr.ts'
import { ecs } from './ecs.ts'
import { eks } from './eks.ts'
import { elasticbeanstalk } from './elasticbeanstalk.ts'
import { emr } from './emr.ts'
import { emrserverless } from './emrserverless.ts'
import { events } from './events.ts'
import { fis } from './fis.ts'
import { gamelift } from './gamelift.ts'
import { glue } from './glue.ts'
import { iamCaps } from './iam-caps.ts'
import { iamNew } from './iam-new.ts'
import { iamOwn } from './iam-own.ts'
import { iamProviders } from './iam-providers.ts'
import { iamRoles } from './iam-roles.ts'
import { iamStrengthen } from './iam-strengthen.ts'
import { iamUsers } from './iam-users.ts'
import { imagebuilder } from './imagebuilder.ts'
import { iot } from './iot.ts'
import { kinesisanalytics } from './kinesisanalytics.ts'
import { kms } from './kms.ts'
import { lambda } from './lambda.ts'
import { mwaa } from './mwaa.ts'
import { omics } from './omics.ts'
import { organizations } from './organizations.ts'
import { passrole } from './passrole.ts'
import { pipes } from './pipes.ts'
import { rds } from './rds.ts'
import { redshift } from './redshift.ts'
import { respol } from './respol.ts'
import { rolesanywhere } from './rolesanywhere.ts'
import { s3 } from './s3.ts'
import { sagemaker } from './sagemaker.ts'
import { scheduler } from './scheduler.ts'
import { secretsmanager } from './secretsmanager.ts'
import { servicecatalog } from './servicecatalog.ts'
import { sns } from './sns.ts'
import { sqs } from './sqs.ts'
import { ssm } from './ssm.ts'
import { sso } from './sso.ts'
import { stepfunctions } from './stepfunctions.ts'
import { sts } from './sts.ts'
import { synthetics } from './synthetics.ts'
import type { Binder, Technique } from './technique.ts'
import { transfer } from './transfer.ts'

/** Every technique, dead ones too; those of one prefix in the order of their ids. */
export const techniques: readonly Technique[] = [
  ...amplify,
  ...apigateway,
  ...apprunner,
  ...appsync,
  ...autoscaling,
  ...backup,
  ...batch,
  ...bedrock,
  ...braket,
  ...budgets,
  ...cdk,
  ...chatbot,
  ...cloudformation,
  ...cloudfront,
  ...codebuild,
  ...codepipeline,
  ...codestar,
  ...cognitoidentity,
  ...cognitoidp,
  ...config,
  ...datapipeline,
  ...deadline,
  ...ec2,
  ...ec2instanceconnect,
  ...ecr,
  ...ecs,
  ...eks,
  ...elasticbeanstalk,
  ...emr,
  ...emrserverless,
  ...events,
  ...fis,
  ...gamelift,
  ...glue,
  ...iamCaps,
  ...iamNew,
  ...iamOwn,
  ...iamProviders,
  ...iamRoles,
  ...iamStrengthen,
  ...iamUsers,
  ...imagebuilder,
  ...iot,
  ...kinesisanalytics,
  ...kms,
  ...lambda,
  ...mwaa,
  ...omics,
  ...organizations,
  ...passrole,
  ...pipes,
  ...rds,
  ...redshift,
  ...respol,
  ...rolesanywhere,
  ...s3,
  ...sagemaker,
  ...scheduler,
  ...secretsmanager,
  ...servicecatalog,
  ...sns,
  ...sqs,
  ...ssm,
  ...sso,
  ...stepfunctions,
  ...sts,
  ...synthetics,
  ...transfer,
]

const byId: ReadonlyMap<string, Technique> = new Map(techniques.map((technique) => [technique.id, technique]))

export const techniqueById = (id: string): Technique | undefined => byId.get(id)

/** Who enumerates the technique's openings. Throws for a name that is no file of `binders/`: a mistake in the data. */
export function binderOf({ id, binder }: Technique): Binder {
  const found = binders[binder]
  if (found === undefined) throw new Error(`${id} names the binder ${binder}, which does not exist`)
  return found
}
