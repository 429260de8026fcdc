import type { ResourceType } from '#src/model/model.ts'
import type { Context } from './technique.ts'

/** One action that opens a resource, by itself. */
export interface Access {
  readonly action: string
  readonly access: 'read' | 'write' | 'admin'
  /** Technique to name on the hop. */
  readonly technique: string
  /** What the action is decided on: the resource itself, or the objects in it (`<arn>/*`). */
  readonly on: 'resource' | 'objects'
  readonly context?: Context
  /** What the caller must be allowed on the key besides, where a customer managed key encrypts the resource. */
  readonly onKey?: string
}

interface AccessTable {
  /** Nobody needs to sign: a policy that lets `*` in lets in the whole internet. */
  readonly isOpenToAnybody: boolean
  readonly actions: readonly Access[]
}

/**
 * By which actions a resource is read, written or administered. Whoever may write its policy administers it: the policy then says
 * what he likes. Listing and describing open nothing. Clusters are opened by techniques (`eks-901`), not by their API's read actions.
 */
export const accessTables: Readonly<Record<ResourceType, AccessTable>> = {
  's3:bucket': {
    isOpenToAnybody: true,
    actions: [
      { action: 's3:GetObject', access: 'read', technique: 's3-901', on: 'objects', onKey: 'kms:Decrypt' },
      { action: 's3:PutObject', access: 'write', technique: 's3-903', on: 'objects', onKey: 'kms:GenerateDataKey' },
      { action: 's3:DeleteObject', access: 'write', technique: 's3-903', on: 'objects' },
      { action: 's3:PutBucketPolicy', access: 'admin', technique: 's3-902', on: 'resource' },
      { action: 's3:DeleteBucketPolicy', access: 'admin', technique: 's3-902', on: 'resource' },
      { action: 's3:PutBucketOwnershipControls', access: 'admin', technique: 's3-902', on: 'resource' },
    ],
  },
  'kms:key': {
    isOpenToAnybody: false,
    actions: [
      { action: 'kms:Decrypt', access: 'read', technique: 'kms-903', on: 'resource' },
      { action: 'kms:ReEncryptFrom', access: 'read', technique: 'kms-903', on: 'resource' },
      { action: 'kms:GenerateDataKey', access: 'write', technique: 'kms-903', on: 'resource' },
      { action: 'kms:Sign', access: 'write', technique: 'kms-903', on: 'resource' },
      { action: 'kms:PutKeyPolicy', access: 'admin', technique: 'kms-901', on: 'resource' },
      {
        action: 'kms:CreateGrant',
        access: 'admin',
        technique: 'kms-902',
        on: 'resource',
        // A grant that only a service may use opens nothing to the caller.
        context: { 'kms:GrantIsForAWSResource': ['false'], 'kms:GrantOperations': ['Decrypt'] },
      },
    ],
  },
  'sqs:queue': {
    isOpenToAnybody: true,
    actions: [
      { action: 'sqs:ReceiveMessage', access: 'read', technique: 'sqs-901', on: 'resource', onKey: 'kms:Decrypt' },
      {
        action: 'sqs:SendMessage',
        access: 'write',
        technique: 'sqs-901',
        on: 'resource',
        onKey: 'kms:GenerateDataKey',
      },
      { action: 'sqs:SetQueueAttributes', access: 'admin', technique: 'sqs-901', on: 'resource' },
      { action: 'sqs:AddPermission', access: 'admin', technique: 'sqs-901', on: 'resource' },
    ],
  },
  'sns:topic': {
    isOpenToAnybody: true,
    actions: [
      { action: 'sns:Subscribe', access: 'read', technique: 'sns-901', on: 'resource' },
      { action: 'sns:Publish', access: 'write', technique: 'sns-901', on: 'resource', onKey: 'kms:GenerateDataKey' },
      { action: 'sns:SetTopicAttributes', access: 'admin', technique: 'sns-901', on: 'resource' },
      { action: 'sns:AddPermission', access: 'admin', technique: 'sns-901', on: 'resource' },
    ],
  },
  'secretsmanager:secret': {
    isOpenToAnybody: false,
    actions: [
      {
        action: 'secretsmanager:GetSecretValue',
        access: 'read',
        technique: 'secretsmanager-901',
        on: 'resource',
        onKey: 'kms:Decrypt',
      },
      {
        action: 'secretsmanager:PutSecretValue',
        access: 'write',
        technique: 'secretsmanager-901',
        on: 'resource',
        onKey: 'kms:GenerateDataKey',
      },
      { action: 'secretsmanager:PutResourcePolicy', access: 'admin', technique: 'secretsmanager-902', on: 'resource' },
      {
        action: 'secretsmanager:DeleteResourcePolicy',
        access: 'admin',
        technique: 'secretsmanager-902',
        on: 'resource',
      },
    ],
  },
  'lambda:function': {
    isOpenToAnybody: true,
    actions: [
      { action: 'lambda:GetFunction', access: 'read', technique: 'lambda-908', on: 'resource' },
      { action: 'lambda:GetFunctionConfiguration', access: 'read', technique: 'lambda-908', on: 'resource' },
      { action: 'lambda:InvokeFunction', access: 'write', technique: 'lambda-910', on: 'resource' },
      { action: 'lambda:InvokeFunctionUrl', access: 'write', technique: 'lambda-910', on: 'resource' },
      { action: 'lambda:UpdateFunctionCode', access: 'admin', technique: 'lambda-003', on: 'resource' },
      { action: 'lambda:UpdateFunctionConfiguration', access: 'admin', technique: 'lambda-902', on: 'resource' },
      { action: 'lambda:AddPermission', access: 'admin', technique: 'lambda-910', on: 'resource' },
    ],
  },
  'ecr:repository': {
    isOpenToAnybody: false,
    actions: [
      { action: 'ecr:BatchGetImage', access: 'read', technique: 'ecr-903', on: 'resource' },
      { action: 'ecr:PutImage', access: 'write', technique: 'ecr-901', on: 'resource' },
      { action: 'ecr:SetRepositoryPolicy', access: 'admin', technique: 'ecr-902', on: 'resource' },
    ],
  },
  'eks:cluster': { isOpenToAnybody: false, actions: [] },
}
