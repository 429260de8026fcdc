/**
 * Condition keys of services that hold a parameter of the request, so that whoever makes the request writes them. Source: the
 * Service Authorization Reference, tables "Condition keys".
 *
 * The rule: a key is here only if, on every action that has it, it is taken from the request. Keys that describe what exists
 * already on some action (`ec2:InstanceType` when an instance is stopped), where the request comes from (`ec2:SourceInstanceARN`),
 * who owns or tagged something, addresses and networks are not here; nor are keys that this table does not know. A condition on
 * these makes a hop conditional, which is never wrong, where calling them free would be.
 */
const parameters: Readonly<Record<string, string>> = {
  cloudformation:
    'ChangeSetName CreateAction ImportResourceTypes ResourceTypes RoleArn StackPolicyUrl TemplateUrl TypeArn',
  codecommit: 'References',
  dynamodb: 'Attributes FullTableScan LeadingKeys ReturnConsumedCapacity ReturnValues Select',
  ec2: 'Add/group Add/userId Attribute Attribute/* BootModeOverride CreateAction IsLaunchTemplateResource LaunchTemplate NewInstanceProfile osuser Remove/group Remove/userId SnapshotLockDuration SnapshotCoolOffPeriod',
  'ec2-instance-connect': 'maxTunnelDuration remotePort',
  ecs: 'account-setting auto-assign-public-ip capacity-provider compute-compatibility container-instances container-name CreateAction enable-ebs-volumes enable-ecs-managed-tags enable-execute-command enable-service-connect enable-vpc-lattice fargate-ephemeral-storage-kms-key instance-metadata-tags-propagation privileged propagate-tags task-cpu task-definition task-memory',
  eks: 'accessEntryType accessScope bootstrapClusterCreatorAdminPermissions bootstrapSelfManagedAddons clientId issuerUrl kubernetesGroups namespaces policyArn username',
  elasticmapreduce: 'ExecutionRoleArn RequestTag/*',
  'emr-containers': 'ExecutionRoleArn',
  events: 'detail-type PolicyName source TargetArn',
  glue: 'SecurityGroupIds SubnetIds VpcIds',
  iam: 'AssociatedResourceArn DelegationDuration NotificationChannel OrganizationsPolicyId PermissionsBoundary PolicyARN RoleTemplateARN ServiceSpecificCredentialAgeDays ServiceSpecificCredentialServiceName TemplateArn',
  kms: 'BypassPolicyLockoutSafetyCheck DataKeyPairSpec EncryptionAlgorithm ExpirationModel GrantConstraintSourceArn GrantConstraintType GranteePrincipal GranteeServicePrincipal GrantOperations KeyAgreementAlgorithm MacAlgorithm MessageType PrimaryRegion ReplicaRegion RetiringPrincipal RetiringServicePrincipal RotationPeriodInDays ScheduleKeyDeletionPendingWindowInDays SigningAlgorithm ValidTo WrappingAlgorithm WrappingKeySpec',
  lambda: 'CodeSigningConfigArn FunctionArn Layer Principal',
  organizations: 'ServicePrincipal',
  ram: 'RequestedAllowsExternalPrincipals RequestedResourceType',
  rds: 'req-tag/*',
  redshift: 'DbName DbUser DurationSeconds',
  s3: 'delimiter if-match if-none-match locationconstraint max-keys object-lock-legal-hold object-lock-mode object-lock-remaining-retention-days object-lock-retain-until-date prefix RequestJobOperation RequestJobPriority RequestObjectTag/* signatureversion TlsVersion x-amz-acl x-amz-content-sha256 x-amz-copy-source x-amz-grant-full-control x-amz-grant-read x-amz-grant-read-acp x-amz-grant-write x-amz-grant-write-acp x-amz-metadata-directive x-amz-object-ownership x-amz-server-side-encryption x-amz-server-side-encryption-aws-kms-key-id x-amz-server-side-encryption-customer-algorithm x-amz-storage-class x-amz-website-redirect-location',
  secretsmanager:
    'AddReplicaRegions BlockPublicPolicy Description ForceDeleteWithoutRecovery ForceOverwriteReplicaSecret KmsKeyArn KmsKeyId ModifyRotationRules RecoveryWindowInDays RotateImmediately RotationLambdaARN VersionId VersionStage',
  sns: 'Endpoint Protocol',
  ssm: 'AutoApprove DocumentVersion InventoryTypeName Overwrite Policies Recursive SyncType',
  states: 'HTTPEndpoint HTTPMethod',
  sts: 'AWSServiceName DurationSeconds IdentityTokenAudience RequestContext/* SigningAlgorithm TaskPolicyArn',
}

/** Keys in lower case; one that ends in `/` stands for all that begin so. */
export const requestParameters: readonly string[] = Object.entries(parameters).flatMap(([service, names]) =>
  names.split(' ').map((name) => `${service}:${name.replace('*', '')}`.toLowerCase()),
)
