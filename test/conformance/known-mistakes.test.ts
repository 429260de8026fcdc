import { describe, expect, test } from 'vitest'
import { can } from '#queries/can.ts'
import { pathsPairs } from '#queries/paths-pairs.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { registerOf } from '#src/graph/register.ts'
import type { Model } from '#src/model/model.ts'
import { agreement } from '../support/agreement.ts'
import {
  type AccountSpec,
  fullAccess,
  identityArn,
  modelOf,
  type OrganizationSpec,
  resourceArn,
  type Statement,
} from '../support/organizations.ts'
import { management, member, sibling } from '../support/random-organizations.ts'

/** What programs of this kind were seen to get wrong, in one direction or the other, made small. */

type Verdict = 'certain' | 'conditional' | 'no' | 'unknown'

const statement = (Effect: string, Action: unknown, Resource: unknown = '*', more: Statement = {}): Statement => ({
  Effect,
  Action,
  Resource,
  ...more,
})
const allow = (action: unknown, resource: unknown = '*', more: Statement = {}) => [
  statement('Allow', action, resource, more),
]
const deny = (action: unknown, resource: unknown = '*', more: Statement = {}) => [
  statement('Deny', action, resource, more),
]
const trusts = (Principal: unknown, more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Principal,
  Action: 'sts:AssumeRole',
  ...more,
})
const when = (operator: string, key: string, value: unknown): Statement => ({
  Condition: { [operator]: { [key]: value } },
})

const alice = identityArn(member, 'user', 'alice')
const runner = identityArn(member, 'role', 'runner')
const app = identityArn(member, 'role', 'app')
const far = identityArn(sibling, 'role', 'far')
const account = { AWS: `arn:aws:iam::${member}:root` }
const ecs = { Service: 'ecs-tasks.amazonaws.com' }
const assume = allow('sts:AssumeRole')
const noMfa = when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false')
const mfa = when('Bool', 'aws:MultiFactorAuthPresent', 'true')
const ourOrganization = when('StringEquals', 'aws:PrincipalOrgID', 'o-acme')

const user = (...policies: (readonly Statement[])[]) => ({ name: 'alice', policies })
const role = (...trust: Statement[]) => ({ name: 'app', trust })
/** An account in which alice has these policies, and the role `app` this trust. */
const aliceAndApp = (policies: readonly (readonly Statement[])[], ...trust: Statement[]): Partial<AccountSpec> => ({
  users: [user(...policies)],
  roles: [role(...trust)],
})
/** The same where a role, `runner`, is the one that acts. */
const runnerAndApp = (policies: readonly (readonly Statement[])[], ...trust: Statement[]): Partial<AccountSpec> => ({
  roles: [{ name: 'runner', trust: [trusts(ecs)], policies }, role(...trust)],
})

interface Parts {
  readonly own?: Partial<AccountSpec>
  readonly other?: Partial<AccountSpec>
  readonly root?: OrganizationSpec['levels']['root']
  readonly manager?: string
}

const organization = ({ own = {}, other = {}, root = {}, manager = management }: Parts): Model =>
  modelOf({
    hasScps: true,
    levels: { root, prod: {}, dev: {} },
    management: manager,
    accounts: [
      { id: member, unit: 'prod', ...own },
      { id: sibling, unit: 'dev', ...other },
    ],
  })

const questioned = (model: Model) => {
  const graph = buildGraph(model)
  return { graph, register: registerOf(model, graph), have: new Map() }
}

type Row = readonly [behaviour: string, from: string, to: string, verdict: Verdict, parts: Parts]

const admin = `admin:${member}`
/** A boundary under which everything but this is allowed. */
const allBut = (...actions: string[]) => [...fullAccess, ...deny(actions)]

const conditionsOfTrust: readonly Row[] = (
  [
    ['an external id', 'StringEquals', 'sts:ExternalId', 'x', 'conditional'],
    ['a second factor', 'Bool', 'aws:MultiFactorAuthPresent', 'true', 'conditional'],
    ['an address', 'IpAddress', 'aws:SourceIp', '192.0.2.0/24', 'conditional'],
    ['the organization', 'StringEquals', 'aws:PrincipalOrgID', 'o-acme', 'certain'],
    ['another organization', 'StringEquals', 'aws:PrincipalOrgID', 'o-other', 'no'],
    ['a session name', 'StringEquals', 'sts:RoleSessionName', 'alice', 'certain'],
    ['a time that has not come', 'DateLessThan', 'aws:CurrentTime', '2030-01-01T00:00:00Z', 'certain'],
    ['a time that is over', 'DateLessThan', 'aws:CurrentTime', '2020-01-01T00:00:00Z', 'no'],
    ['a tag of the caller', 'StringEquals', 'aws:PrincipalTag/team', 'data', 'certain'],
    ['another tag of the caller', 'StringEquals', 'aws:PrincipalTag/team', 'web', 'no'],
    ['the ARN of the caller', 'ArnLike', 'aws:PrincipalArn', alice, 'certain'],
    ['the ARN of somebody else', 'ArnLike', 'aws:PrincipalArn', `${alice}x`, 'no'],
  ] as const
).map(([what, operator, key, value, verdict]) => [
  `a trust in one's own account that asks for ${what}`,
  alice,
  app,
  verdict,
  {
    own: {
      users: [{ ...user(assume), tags: { team: 'data' } }],
      roles: [role(trusts(account, when(operator, key, value)))],
    },
  },
])

const roles: readonly Row[] = [
  [
    'a session of a role never has a second factor',
    runner,
    app,
    'no',
    { own: runnerAndApp([assume], trusts(account, mfa)) },
  ],
  [
    'whoever may do all but what is denied without a second factor has one or has nothing',
    alice,
    app,
    'conditional',
    { own: aliceAndApp([[...fullAccess, ...deny('*', '*', noMfa)]], trusts(account)) },
  ],
  [
    'a Deny in a trust keeps out whom it names',
    alice,
    app,
    'no',
    { own: aliceAndApp([assume], trusts(account), { ...trusts({ AWS: alice }), Effect: 'Deny' }) },
  ],
  [
    'an explicit Deny of one’s own goes before a trust that names one',
    alice,
    app,
    'no',
    { own: aliceAndApp([assume, deny('sts:AssumeRole')], trusts({ AWS: alice })) },
  ],
  [
    'a trust that names a user of the same account needs no Allow of his',
    alice,
    app,
    'certain',
    { own: aliceAndApp([], trusts({ AWS: alice })) },
  ],
  ['a bare account id is that account', alice, app, 'certain', { own: aliceAndApp([assume], trusts({ AWS: member })) }],
  [
    'a role whose name begins with `root` is not the root user',
    alice,
    app,
    'no',
    { own: aliceAndApp([assume], trusts({ AWS: identityArn(member, 'role', 'root-cause') })) },
  ],
  ['everybody, written as text', alice, app, 'certain', { own: aliceAndApp([assume], trusts('*')) }],
  [
    'a trust with NotPrincipal, which IAM does not take, is not known to let anybody in',
    alice,
    app,
    'unknown',
    {
      own: aliceAndApp([assume], trusts(account), {
        Effect: 'Deny',
        NotPrincipal: { AWS: runner },
        Action: 'sts:AssumeRole',
      }),
    },
  ],
  [
    'across accounts a trust that names one is not enough',
    alice,
    far,
    'no',
    { own: { users: [user()] }, other: { roles: [{ name: 'far', trust: [trusts({ AWS: alice })] }] } },
  ],
  [
    'nor is an Allow of one’s own',
    alice,
    far,
    'no',
    { own: { users: [user(assume)] }, other: { roles: [{ name: 'far', trust: [trusts({ AWS: sibling })] }] } },
  ],
  [
    'both together are',
    alice,
    far,
    'certain',
    { own: { users: [user(assume)] }, other: { roles: [{ name: 'far', trust: [trusts({ AWS: alice })] }] } },
  ],
  [
    'policies of groups count, across accounts too',
    alice,
    far,
    'certain',
    {
      own: { users: [{ name: 'alice', groups: ['team'] }], groups: [{ name: 'team', policies: [assume] }] },
      other: { roles: [{ name: 'far', trust: [trusts({ AWS: member })] }] },
    },
  ],
  [
    'a boundary that lacks the assumption stops a role',
    runner,
    app,
    'no',
    {
      own: {
        roles: [
          { name: 'runner', trust: [trusts(ecs)], policies: [assume], boundary: allow('s3:*') },
          role(trusts(account)),
        ],
      },
    },
  ],
  [
    'a boundary that denies it does as well',
    runner,
    app,
    'no',
    {
      own: {
        roles: [
          { name: 'runner', trust: [trusts(ecs)], policies: [assume], boundary: allBut('sts:AssumeRole') },
          role(trusts(account)),
        ],
      },
    },
  ],
  [
    'the ARN of a role is compared with regard to case',
    alice,
    app,
    'no',
    { own: aliceAndApp([allow('sts:AssumeRole', identityArn(member, 'role', 'App'))], trusts(account)) },
  ],
  [
    '`?` is exactly one character',
    alice,
    app,
    'no',
    { own: aliceAndApp([allow('sts:AssumeRole', identityArn(member, 'role', 'app?'))], trusts(account)) },
  ],
  [
    'NotResource leaves out each that it lists',
    alice,
    app,
    'no',
    {
      own: aliceAndApp(
        [[{ Effect: 'Allow', Action: 'sts:AssumeRole', NotResource: [app, `${app}x`] }]],
        trusts(account),
      ),
    },
  ],
  [
    'one condition that fails is enough, whatever nobody knows of another',
    alice,
    app,
    'no',
    {
      own: aliceAndApp(
        [assume],
        trusts(account, { Condition: { StringEquals: { 'sts:ExternalId': 'x', 'aws:PrincipalTag/team': 'web' } } }),
      ),
    },
  ],
  [
    'the SCP of the caller’s account binds him, not that of the role’s',
    alice,
    far,
    'certain',
    {
      own: { users: [user(assume)] },
      other: { roles: [{ name: 'far', trust: [trusts({ AWS: member })] }], scps: [allBut('sts:AssumeRole')] },
    },
  ],
  [
    'and so his own does',
    alice,
    far,
    'no',
    {
      own: { users: [user(assume)], scps: [allBut('sts:AssumeRole')] },
      other: { roles: [{ name: 'far', trust: [trusts({ AWS: member })] }] },
    },
  ],
  [
    'SCPs do not bind the management account',
    alice,
    far,
    'certain',
    {
      manager: member,
      root: { scps: [allBut('sts:AssumeRole')] },
      own: { users: [user(assume)] },
      other: { roles: [{ name: 'far', trust: [trusts({ AWS: member })] }] },
    },
  ],
  [
    'an RCP that keeps outsiders out lets the organization’s own in',
    alice,
    far,
    'certain',
    {
      own: { users: [user(assume)] },
      other: {
        roles: [{ name: 'far', trust: [trusts({ AWS: member })] }],
        rcps: [
          [
            ...fullAccess.map((one) => ({ ...one, Principal: '*' })),
            { ...deny('*', '*', when('StringNotEqualsIfExists', 'aws:PrincipalOrgID', 'o-acme'))[0]!, Principal: '*' },
          ],
        ],
      },
    },
  ],
  [
    'the RCP that AWS attaches everywhere denies nothing',
    alice,
    far,
    'certain',
    {
      root: { rcps: [[{ ...fullAccess[0]!, Principal: '*' }]] },
      own: { users: [user(assume)] },
      other: { roles: [{ name: 'far', trust: [trusts({ AWS: member }, ourOrganization)] }] },
    },
  ],
  [
    'a statement with a number for a name and one without are two',
    alice,
    app,
    'no',
    { own: aliceAndApp([[{ Sid: '1', ...assume[0]! }, ...deny('sts:AssumeRole')]], trusts(account)) },
  ],
]

const changes: readonly Row[] = [
  ...(['iam:AttachUserPolicy', 'iam:PutUserPolicy'] as const).map(
    (action): Row => [
      `${action} on oneself alone makes an administrator`,
      alice,
      admin,
      'certain',
      { own: { users: [user(allow(action, alice))] } },
    ],
  ),
  [
    'an own policy that one may rewrite makes an administrator',
    alice,
    admin,
    'certain',
    {
      own: {
        users: [
          {
            name: 'alice',
            attached: ['own'],
            policies: [allow('iam:CreatePolicyVersion', `arn:aws:iam::${member}:policy/own`)],
          },
        ],
        managed: { own: [allow('s3:ListAllMyBuckets')] },
      },
    },
  ],
  [
    'a right that is limited to another ARN does not',
    alice,
    admin,
    'no',
    { own: { users: [user(allow('iam:AttachUserPolicy', `${alice}x`))] } },
  ],
  [
    'an SCP that denies the writing of policies stops it',
    alice,
    admin,
    'no',
    {
      root: { scps: [[...fullAccess, ...deny('iam:*')]] },
      own: { users: [user(allow('iam:AttachUserPolicy'), allow('iam:CreateRole'))] },
    },
  ],
  [
    'a boundary on a role stops it',
    runner,
    admin,
    'no',
    {
      own: {
        roles: [
          {
            name: 'runner',
            trust: [trusts(ecs)],
            policies: [allow('iam:AttachRolePolicy')],
            boundary: allBut('iam:*'),
          },
        ],
      },
    },
  ],
  [
    'rights that lie in two policies are joined',
    alice,
    app,
    'certain',
    {
      own: aliceAndApp(
        [allow('iam:PassRole'), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])],
        trusts({ Service: 'lambda.amazonaws.com' }),
      ),
    },
  ],
  [
    'a Deny on something else does not undo them',
    alice,
    app,
    'certain',
    {
      own: aliceAndApp(
        [allow(['iam:PassRole', 'lambda:CreateFunction', 'lambda:InvokeFunction']), deny('iam:PassRole', `${app}x`)],
        trusts({ Service: 'lambda.amazonaws.com' }),
      ),
    },
  ],
  [
    'a role of Lambda cannot be passed to EC2',
    alice,
    app,
    'no',
    {
      own: aliceAndApp(
        [
          allow('iam:PassRole', '*', when('StringEquals', 'iam:PassedToService', 'ec2.amazonaws.com')),
          allow(['lambda:*', 'ec2:*']),
        ],
        trusts({ Service: 'lambda.amazonaws.com' }),
      ),
    },
  ],
  [
    'a pattern of actions means them all',
    alice,
    app,
    'certain',
    {
      own: aliceAndApp(
        [allow(['iam:Pass*', 'lambda:Create*', 'lambda:Invoke*'])],
        trusts({ Service: 'lambda.amazonaws.com' }),
      ),
    },
  ],
]

describe.each([
  ['conditions of a trust', conditionsOfTrust],
  ['assuming roles', roles],
  ['changing what is there', changes],
] as const)('%s', (_, rows) => {
  test.each(rows)('%s', (_, from, to, verdict, parts) => {
    const model = organization(parts)
    const { lines } = pathsPairs.prepare(questioned(model), { pairs: [{ from, to }] }).answer(model)
    expect(lines).toMatchObject([{ verdict }])
    expect(agreement(model).differences).toEqual([])
  })
})

describe('requests on resources', () => {
  const queue = resourceArn('sqs:queue', member, 'jobs')
  const object = 'arn:aws:s3:::Ledger/Key'
  const queueWith = (policy: readonly Statement[]): Partial<AccountSpec> => ({
    users: [user()],
    roles: [{ name: 'runner', trust: [trusts(ecs)], boundary: allow('s3:*') }],
    resources: [{ type: 'sqs:queue', name: 'jobs', policy }],
  })
  const letsIn = (AWS: string, action: string) => [{ ...allow(action, queue)[0]!, Principal: { AWS } }]
  const bucket: Partial<AccountSpec> = { resources: [{ type: 's3:bucket', name: 'Ledger' }] }

  test.each<readonly [string, string, string, string, Verdict, Partial<AccountSpec>]>([
    [
      'the key of an object is compared with regard to case',
      alice,
      's3:GetObject',
      object,
      'no',
      { ...bucket, users: [user(allow('s3:GetObject', object.toLowerCase()))] },
    ],
    [
      'and found where it is the same',
      alice,
      's3:GetObject',
      object,
      'certain',
      { ...bucket, users: [user(allow('s3:GetObject', object))] },
    ],
    [
      'an action is compared without regard to case',
      alice,
      'sqs:SendMessage',
      queue,
      'certain',
      queueWith(letsIn(alice, 'SQS:SendMessage')),
    ],
    [
      'and is still that action alone',
      alice,
      'sqs:DeleteQueue',
      queue,
      'no',
      queueWith(letsIn(alice, 'SQS:SendMessage')),
    ],
    [
      'a policy that names a role does not lift its boundary',
      runner,
      'sqs:SendMessage',
      queue,
      'no',
      queueWith(letsIn(runner, 'sqs:SendMessage')),
    ],
    [
      'a Deny on one action leaves another',
      alice,
      'dynamodb:GetItem',
      '*',
      'certain',
      { users: [user(allow('dynamodb:*'), deny('dynamodb:BatchGetItem'))] },
    ],
    [
      'ForAllValues is looked at',
      alice,
      's3:GetObject',
      object,
      'no',
      {
        ...bucket,
        users: [
          user(allow('s3:GetObject', '*', when('ForAllValues:StringEquals', 'aws:PrincipalOrgPaths', 'o-other/*'))),
        ],
      },
    ],
    [
      'ForAnyValue is looked at',
      alice,
      's3:GetObject',
      object,
      'no',
      {
        ...bucket,
        users: [user(allow('s3:GetObject', '*', when('ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-other/*')))],
      },
    ],
    [
      'across accounts the policy of the resource must let one in',
      alice,
      'sqs:SendMessage',
      resourceArn('sqs:queue', sibling, 'jobs'),
      'no',
      { users: [user(allow('sqs:*'))] },
    ],
  ])('%s', (_, principal, action, resource, verdict, own) => {
    const model = organization({ own, other: { resources: [{ type: 'sqs:queue', name: 'jobs' }] } })
    const answer = can.prepare(questioned(model), { principal, action, resource }).answer(model)
    expect(answer.verdict).toBe(verdict)
  })
})

test('the same organization has the same hops each time', () => {
  const model = () => organization({ own: aliceAndApp([allow(['ec2:*', 'iam:*', 'sts:*'])], trusts(account)) })
  const hops = (one: Model) => {
    const graph = buildGraph(one)
    return [...graph.out.end, ...graph.out.label]
  }
  expect(hops(model())).toEqual(hops(model()))
})
