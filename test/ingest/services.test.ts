import { describe, expect, test } from 'vitest'
import { loadModel } from '#ingest/load-model.ts'
import { services } from '#ingest/services/index.ts'
import type { Account, Compute } from '#src/model/model.ts'
import { account, details, detailsPath, role, temporaryDirectory, user, writeFiles } from '../support/snapshots.ts'

const region = 'eu-west-1'
const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`
const policyText = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*' }],
})

const everything = {
  regions: [region],
  global: Object.fromEntries(
    services.filter(({ scope }) => scope === 'account').map(({ name, operations }) => [name, operations]),
  ),
  regional: Object.fromEntries(
    services.filter(({ scope }) => scope === 'region').map(({ name, operations }) => [name, operations]),
  ),
}

/** The account of a snapshot for which everything was asked, and which holds these answers. */
async function read(
  answers: Readonly<Record<string, unknown>>,
  {
    collected = everything,
    errors = [] as readonly object[],
    roles = [] as readonly unknown[],
    users = [] as readonly unknown[],
  } = {},
): Promise<Account> {
  const files = Object.fromEntries(
    Object.entries(answers).map(([path, content]) => [`accounts/${account}/${path}.json`, content]),
  )
  const model = await loadModel(
    writeFiles(temporaryDirectory(), {
      'metadata.json': { schemaVersion: '1', capturedAt: '2026-01-15T00:00:00Z', collected },
      [detailsPath()]: details({ roles, users }),
      [`accounts/${account}/errors.json`]: { Errors: errors },
      ...files,
    }),
  )
  return model.accounts.get(account)!
}

describe('missing is not empty', () => {
  const bucket = { s3: { ListBuckets: { Buckets: [{ Name: 'a' }] } } }
  const refused = { service: 's3', operation: 'GetBucketPolicy', code: 'AccessDenied' }
  test.each([
    ['asked for, and no error speaks of it: empty', {}, undefined],
    ['refused for all', { errors: [refused] }, 'AccessDenied'],
    ['refused for this one', { errors: [{ ...refused, resource: 'a' }] }, 'AccessDenied'],
    ['refused for another one: empty', { errors: [{ ...refused, resource: 'b' }] }, undefined],
    ['refused in a region, which buckets have none of: empty', { errors: [{ ...refused, region }] }, undefined],
    ['not asked for', { collected: { ...everything, global: { s3: ['ListBuckets'] } } }, 'NotCollected'],
  ])('%s', async (_, options, code) => {
    const [resource] = (await read(bucket, options)).resources
    expect(resource!.policy).toBeUndefined()
    expect(resource!.policyGap?.code).toBe(code)
  })

  test('there, although refused and not asked for: collected', async () => {
    const s3 = { ...bucket.s3, GetBucketPolicy: { a: { Policy: policyText } } }
    const options = { errors: [refused], collected: { ...everything, global: {} } }
    const [resource] = (await read({ s3 }, options)).resources
    expect(resource!.policy?.policy.statements).toHaveLength(1)
    expect(resource!.policyGap).toBeUndefined()
  })

  test('a region that was not asked for', async () => {
    const sns = { ListTopics: { Topics: [{ TopicArn: `arn:aws:sns:us-east-2:${account}:t` }] } }
    const [resource] = (await read({ 'us-east-2/sns': sns })).resources
    expect(resource!.policyGap).toMatchObject({ region: 'us-east-2', code: 'NotCollected' })
  })
})

describe('S3: the account and the bucket restrict public access, either', () => {
  const block = (RestrictPublicBuckets: boolean) => ({ PublicAccessBlockConfiguration: { RestrictPublicBuckets } })
  const unasked = { ...everything, global: { ...everything.global, s3: ['ListBuckets'] } }
  test.each([
    ['neither', {}, {}, {}, false],
    ['the bucket', { a: block(true) }, {}, {}, true],
    ['the account', { a: block(false) }, { [account]: block(true) }, {}, true],
    ['both say no', { a: block(false) }, { [account]: block(false) }, {}, false],
    ['the bucket is not known', {}, { [account]: block(false) }, { collected: unasked }, undefined],
    ['the bucket is not known, the account restricts', {}, { [account]: block(true) }, { collected: unasked }, true],
  ])('%s', async (_, ofBucket, ofAccount, options, expected) => {
    const answers = {
      s3: { ListBuckets: { Buckets: [{ Name: 'a', BucketRegion: region }] }, GetPublicAccessBlock: ofBucket },
      s3control: { GetPublicAccessBlock: ofAccount },
    }
    expect((await read(answers, options)).resources[0]!.bucket).toEqual({ restrictPublicBuckets: expected })
  })
})

describe('keys', () => {
  const key = `arn:aws:kms:${region}:${account}:key/k1`
  const kms = {
    ListKeys: { Keys: [{ KeyId: 'k1', KeyArn: key }] },
    DescribeKey: { k1: { KeyMetadata: { KeyState: 'Disabled', KeyManager: 'AWS' } } },
    ListAliases: {
      Aliases: [
        { AliasName: 'alias/x', AliasArn: `arn:aws:kms:${region}:${account}:alias/x`, TargetKeyId: 'k1' },
        { AliasName: 'alias/unused', AliasArn: `arn:aws:kms:${region}:${account}:alias/unused` },
      ],
    },
    ListGrants: {
      k1: {
        Grants: [
          {
            GranteePrincipal: roleArn('a'),
            Operations: ['Decrypt'],
            Constraints: { EncryptionContextEquals: { a: 'b' } },
          },
          { GranteePrincipal: roleArn('b'), Operations: ['Encrypt'], Constraints: {} },
        ],
      },
    },
  }

  test('have state, manager, aliases and grants', async () => {
    const [resource] = (await read({ [`${region}/kms`]: kms })).resources
    expect(resource).toMatchObject({
      arn: key,
      key: {
        enabled: false,
        manager: 'AWS',
        aliases: ['alias/x'],
        grants: [
          { granteePrincipal: roleArn('a'), operations: ['Decrypt'], isConstrained: true },
          { granteePrincipal: roleArn('b'), operations: ['Encrypt'] },
        ],
      },
    })
  })

  test('of which nothing is described are taken as usable, and their grants as unknown when refused', async () => {
    const errors = [{ service: 'kms', operation: 'ListGrants', region, code: 'AccessDeniedException' }]
    const [resource] = (await read({ [`${region}/kms`]: { ListKeys: kms.ListKeys } }, { errors })).resources
    expect(resource!.key).toMatchObject({
      enabled: true,
      manager: 'CUSTOMER',
      grants: [],
      grantsGap: { code: 'AccessDeniedException' },
    })
  })

  test.each([
    ['ARN', key, key],
    ['id', 'k1', key],
    ['alias', 'alias/x', key],
    ['alias ARN', `arn:aws:kms:${region}:${account}:alias/x`, key],
    ['alias of a key that is not there', 'alias/gone', 'alias/gone'],
    ['ARN in another account', 'arn:aws:kms:eu-west-1:444455556666:key/z', 'arn:aws:kms:eu-west-1:444455556666:key/z'],
  ])('named by %s', async (_, KMSMasterKeyID, expected) => {
    const rule = (SSEAlgorithm: string) => ({
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
    })
    const s3 = {
      ListBuckets: {
        Buckets: [
          { Name: 'a', BucketRegion: region },
          { Name: 'b', BucketRegion: region },
        ],
      },
      GetBucketEncryption: {
        a: { ServerSideEncryptionConfiguration: rule('aws:kms') },
        b: { ServerSideEncryptionConfiguration: rule('AES256') },
      },
    }
    const queue = 'https://sqs/1/q'
    const sqs = {
      GetQueueAttributes: {
        [queue]: { Attributes: { QueueArn: `arn:aws:sqs:${region}:${account}:q`, KmsMasterKeyId: KMSMasterKeyID } },
      },
    }
    const { resources } = await read({ s3, [`${region}/kms`]: kms, [`${region}/sqs`]: sqs })
    const keyOf = (name: string) => resources.find((resource) => resource.name === name)!.kmsKey
    expect([keyOf('a'), keyOf('b'), keyOf('q')]).toEqual([expected, undefined, expected])
  })
})

describe('a queue', () => {
  test('of which the attributes were refused is there, and its policy is not known', async () => {
    const errors = [{ service: 'sqs', operation: 'GetQueueAttributes', region, code: 'AccessDenied' }]
    const sqs = { ListQueues: { QueueUrls: [`https://sqs.${region}.amazonaws.com/${account}/q`] } }
    const [resource] = (await read({ [`${region}/sqs`]: sqs }, { errors })).resources
    expect(resource).toMatchObject({ arn: `arn:aws:sqs:${region}:${account}:q`, policyGap: { code: 'AccessDenied' } })
    expect((await read({ [`${region}/sqs`]: sqs })).resources).toEqual([])
  })
})

describe('compute runs with', () => {
  const profile = { Arn: `arn:aws:iam::${account}:instance-profile/p`, InstanceProfileName: 'p', Roles: [] }
  const roles = [role('r', { InstanceProfileList: [profile] })]
  const instance = { InstanceId: 'i-1', State: { Name: 'running' } }
  const ec2 = (more: object, associations: readonly object[] = []) => ({
    DescribeInstances: { Reservations: [{ OwnerId: account, Instances: [{ ...instance, ...more }] }] },
    DescribeIamInstanceProfileAssociations: { IamInstanceProfileAssociations: associations },
  })
  const associated = (State: string) => [{ InstanceId: 'i-1', State, IamInstanceProfile: { Arn: profile.Arn } }]
  const compute = async (...parameters: Parameters<typeof read>): Promise<Compute> =>
    (await read(...parameters)).compute[0]!

  test.each([
    ['the role in the instance profile', ec2({ IamInstanceProfile: { Arn: profile.Arn } }), roleArn('r')],
    ['the role in the associated profile', ec2({}, associated('associated')), roleArn('r')],
    ['no role, where the association is going', ec2({}, associated('disassociating')), undefined],
    ['no role, without a profile', ec2({}), undefined],
    ['no role, where the profile has none', ec2({ IamInstanceProfile: { Arn: `${profile.Arn}2` } }), undefined],
  ])('%s', async (_, answer, expected) => {
    expect(await compute({ [`${region}/ec2`]: answer }, { roles })).toMatchObject({
      arn: `arn:aws:ec2:${region}:${account}:instance/i-1`,
      state: 'running',
      role: expected,
      isManaged: false,
    })
  })

  test.each([
    ['Online', {}, true],
    ['ConnectionLost', {}, false],
    [undefined, {}, false],
    [undefined, { collected: { ...everything, regional: { ec2: ['DescribeInstances'] } } }, undefined],
  ])('Systems Manager says %s of the instance: managed', async (PingStatus, options, expected) => {
    const ssm = { DescribeInstanceInformation: { InstanceInformationList: [{ InstanceId: 'i-1', PingStatus }] } }
    const answers = { [`${region}/ec2`]: ec2({}), ...(PingStatus !== undefined && { [`${region}/ssm`]: ssm }) }
    expect(await compute(answers, options)).toMatchObject({ isManaged: expected })
  })

  test.each([
    [
      'the override of the task',
      { overrides: { taskRoleArn: roleArn('o') } },
      { taskRoleArn: roleArn('d') },
      roleArn('o'),
    ],
    ['the role of the task definition', {}, { taskRoleArn: roleArn('d') }, roleArn('d')],
    ['a role registered by its bare name', {}, { taskRoleArn: 'd' }, roleArn('d')],
    ['no role', {}, {}, undefined],
  ])('%s', async (_, task, definition, expected) => {
    const [cluster, taskArn, definitionArn] = ['cluster/c', 'task/c/t', 'task-definition/d:1'].map(
      (part) => `arn:aws:ecs:${region}:${account}:${part}`,
    )
    const ecs = {
      DescribeTasks: {
        [cluster!]: {
          tasks: [
            {
              taskArn,
              clusterArn: cluster,
              taskDefinitionArn: definitionArn,
              enableExecuteCommand: true,
              group: 'service:web',
              ...task,
            },
          ],
        },
      },
      DescribeTaskDefinition: { [definitionArn!]: { taskDefinition: definition } },
    }
    expect(await compute({ [`${region}/ecs`]: ecs })).toMatchObject({
      kind: 'task',
      arn: taskArn,
      cluster,
      role: expected,
      execEnabled: true,
      serviceName: 'web',
    })
    const unknown = await compute(
      { [`${region}/ecs`]: { DescribeTasks: ecs.DescribeTasks } },
      { errors: [{ service: 'ecs', operation: 'DescribeTaskDefinition', region, code: 'AccessDenied' }] },
    )
    expect(unknown.gap?.code).toBe('overrides' in task ? undefined : 'AccessDenied')
  })

  test('the role that a machine outside EC2 was registered with, while it is online', async () => {
    const at = async (machine: object) =>
      (
        await read(
          {
            [`${region}/ssm`]: {
              DescribeInstanceInformation: { InstanceInformationList: [{ InstanceId: 'mi-1', ...machine }] },
            },
          },
          { roles },
        )
      ).compute
    const online = { PingStatus: 'Online', IamRole: 'service-role/r' }
    const arn = `arn:aws:ssm:${region}:${account}:managed-instance/mi-1`
    expect(await at(online)).toMatchObject([{ kind: 'node', arn, account, region, role: roleArn('r') }])
    expect(await at({ ...online, PingStatus: 'ConnectionLost' })).toEqual([])
    expect(await at({ ...online, IamRole: 'gone' })).toEqual([])
    expect(await at({ PingStatus: 'Online' })).toEqual([])
    expect(await at({ ...online, InstanceId: 'i-1' })).toEqual([])
  })

  test('tasks that have stopped run with nothing; clusters are listed without tasks', async () => {
    const cluster = `arn:aws:ecs:${region}:${account}:cluster/c`
    const stopped = { taskArn: `arn:aws:ecs:${region}:${account}:task/c/t`, lastStatus: 'STOPPED' }
    const ecs = { ListClusters: { clusterArns: [cluster] }, DescribeTasks: { [cluster]: { tasks: [stopped] } } }
    expect(await read({ [`${region}/ecs`]: ecs })).toMatchObject({ compute: [], ecsClusters: [cluster] })
  })

  test('the role of the function, which is a resource as well', async () => {
    const FunctionArn = `arn:aws:lambda:${region}:${account}:function:f`
    const lambda = {
      ListFunctions: { Functions: [{ FunctionName: 'f', FunctionArn, Role: roleArn('r') }] },
      GetPolicy: { f: { Policy: policyText } },
      ListFunctionUrlConfigs: { f: { FunctionUrlConfigs: [{ AuthType: 'NONE' }] } },
    }
    const { compute, resources } = await read({ [`${region}/lambda`]: lambda })
    expect(compute).toMatchObject([{ kind: 'function', arn: FunctionArn, role: roleArn('r'), functionName: 'f' }])
    expect(resources).toMatchObject([
      { type: 'lambda:function', arn: FunctionArn, hasPublicUrl: true, policy: { name: 'f' } },
    ])
  })
})

describe('workload identities', () => {
  const cluster = `arn:aws:eks:${region}:${account}:cluster/c`
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/A1'
  const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`
  const eks = {
    ListClusters: { clusters: ['c'] },
    DescribeCluster: { c: { cluster: { arn: cluster, identity: { oidc: { issuer: `https://${issuer}` } } } } },
  }
  const iam = { ListOpenIDConnectProviders: { OpenIDConnectProviderList: [{ Arn: provider }] } }
  const irsa = (conditions: object, effect = 'Allow') =>
    role('r', {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: effect,
            Principal: { Federated: provider },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: conditions,
          },
        ],
      },
    })
  const subject = (value: unknown, operator = 'StringEquals') => ({ [operator]: { [`${issuer}:sub`]: value } })

  test.each([
    ['a subject', irsa(subject('system:serviceaccount:ns:sa')), iam, [['ns', 'sa']]],
    ['a pattern', irsa(subject('system:serviceaccount:ns:*', 'StringLike')), iam, [['ns', '*']]],
    [
      'several',
      irsa(subject(['system:serviceaccount:a:b', 'system:serviceaccount:c:d', 'other'])),
      iam,
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['no provider in the account', irsa(subject('system:serviceaccount:ns:sa')), {}, []],
    ['a Deny', irsa(subject('system:serviceaccount:ns:sa'), 'Deny'), iam, []],
    ['another key', irsa({ StringEquals: { [`${issuer}:aud`]: 'system:serviceaccount:ns:sa' } }), iam, []],
    ['a negated operator', irsa(subject('system:serviceaccount:ns:sa', 'StringNotEquals')), iam, []],
  ])('IRSA: %s', async (_, entry, providers, expected) => {
    const { workloadIdentities } = await read({ [`${region}/eks`]: eks, iam: providers }, { roles: [entry] })
    expect(workloadIdentities.map(({ namespace, serviceAccount }) => [namespace, serviceAccount])).toEqual(expected)
  })

  test('Pod Identity: the associations of a cluster', async () => {
    const item = { associationId: 'a-1', namespace: 'ns', serviceAccount: 'sa' }
    const answers = { ...eks, ListPodIdentityAssociations: { c: { associations: [item] } } }
    const described = { c: { 'a-1': { association: { ...item, roleArn: roleArn('r') } } } }
    const found = await read({ [`${region}/eks`]: { ...answers, DescribePodIdentityAssociation: described } })
    expect(found.workloadIdentities).toEqual([
      { cluster, mechanism: 'pod-identity', namespace: 'ns', serviceAccount: 'sa', role: roleArn('r') },
    ])
    const refused = await read(
      { [`${region}/eks`]: answers },
      { errors: [{ service: 'eks', operation: 'DescribePodIdentityAssociation', region, code: 'AccessDenied' }] },
    )
    expect(refused.workloadIdentities).toEqual([])
  })
})

test('users: keys with their last use, password and MFA devices', async () => {
  const iam = {
    ListAccountAliases: { AccountAliases: ['acme-prod'] },
    ListAccessKeys: {
      a: { AccessKeyMetadata: [{ AccessKeyId: 'AKIA1', Status: 'Inactive', CreateDate: '2024-01-01T00:00:00Z' }] },
    },
    GetAccessKeyLastUsed: {
      AKIA1: { AccessKeyLastUsed: { LastUsedDate: '2025-01-01T00:00:00Z', ServiceName: 's3', Region: region } },
    },
    GetLoginProfile: { a: { LoginProfile: { UserName: 'a' } } },
    ListMFADevices: { a: { MFADevices: [{ SerialNumber: 'x' }] } },
    ListSAMLProviders: { SAMLProviderList: [{ Arn: `arn:aws:iam::${account}:saml-provider/idp` }] },
  }
  const users = [user('a'), user('b')]
  const known = await read({ iam }, { users })
  expect(known.name).toBe('acme-prod')
  expect(known.identityProviders).toMatchObject([{ kind: 'saml' }])
  expect(known.users).toMatchObject([
    {
      hasLoginProfile: true,
      mfaDevices: 1,
      accessKeys: [
        {
          id: 'AKIA1',
          status: 'Inactive',
          createdAt: '2024-01-01T00:00:00Z',
          lastUsed: { at: '2025-01-01T00:00:00Z', service: 's3', region },
        },
      ],
    },
    { hasLoginProfile: false, mfaDevices: 0, accessKeys: [] },
  ])
  const unasked = await read({}, { users, collected: { ...everything, global: {} } })
  expect(unasked.users).toMatchObject([
    { hasLoginProfile: undefined, mfaDevices: undefined },
    { hasLoginProfile: undefined },
  ])
})

test('Roles Anywhere, repositories, secrets, topics', async () => {
  const arn = (service: string, part: string) => `arn:aws:${service}:${region}:${account}:${part}`
  const found = await read({
    [`${region}/rolesanywhere`]: {
      ListTrustAnchors: { trustAnchors: [{ trustAnchorArn: arn('rolesanywhere', 'trust-anchor/t'), enabled: false }] },
      ListProfiles: {
        profiles: [{ profileArn: arn('rolesanywhere', 'profile/p'), enabled: true, roleArns: [roleArn('r'), 'no'] }],
      },
    },
    [`${region}/ecr`]: {
      DescribeRepositories: { repositories: [{ repositoryArn: arn('ecr', 'repository/i'), repositoryName: 'i' }] },
      GetRepositoryPolicy: { i: { policyText } },
    },
    [`${region}/secretsmanager`]: {
      ListSecrets: {
        SecretList: [
          {
            ARN: arn('secretsmanager', 'secret:s-abc'),
            Name: 's',
            KmsKeyId: 'alias/k',
            Tags: [{ Key: 'a', Value: 'b' }],
          },
        ],
      },
      GetResourcePolicy: { [arn('secretsmanager', 'secret:s-abc')]: { ResourcePolicy: policyText } },
    },
    [`${region}/sns`]: {
      ListTopics: { Topics: [{ TopicArn: arn('sns', 't') }] },
      GetTopicAttributes: { [arn('sns', 't')]: { Attributes: { Policy: policyText } } },
    },
  })
  expect(found.rolesAnywhere).toEqual({
    trustAnchors: [{ arn: arn('rolesanywhere', 'trust-anchor/t'), enabled: false }],
    profiles: [{ arn: arn('rolesanywhere', 'profile/p'), enabled: true, roles: [roleArn('r')] }],
  })
  expect(found.resources.map(({ type, name, policy }) => [type, name, policy?.policy.statements.length])).toEqual([
    ['ecr:repository', 'i', 1],
    ['secretsmanager:secret', 's', 1],
    ['sns:topic', 't', 1],
  ])
  expect({ ...found.resources[1]!.tags }).toEqual({ a: 'b' })
})

test('every service is in the index, in the order of their names', () => {
  const names = services.map(({ name }) => name)
  expect(names).toEqual([...names].sort())
  expect(new Set(names).size).toBe(names.length)
})
