import { expect, test } from 'vitest'
import { buildGraph } from '#src/graph/build-graph.ts'
import { agreement, hopsByPair } from '../support/agreement.ts'
import {
  type AccountSpec,
  identityArn,
  modelOf,
  type ResourceSpec,
  resourceArn,
  type Statement,
} from '../support/organizations.ts'
import { management, member, outside, sibling, uncollected } from '../support/random-organizations.ts'

/** What the comparison of builder and reference evaluator once found, made small. */

const allow = (Action: string | readonly string[], Resource: string): readonly Statement[] => [
  { Effect: 'Allow', Action, Resource },
]
const trusts = (Principal: unknown): readonly Statement[] => [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }]
const root = (account: string) => `arn:aws:iam::${account}:root`
const key = resourceArn('kms:key', member, 'k-1')
const queue = resourceArn('sqs:queue', member, 'jobs')
const bucket = resourceArn('s3:bucket', member, 'data')

function keyWith(policy: readonly Statement[], grantee?: string): ResourceSpec {
  const grants = grantee === undefined ? [] : [{ granteePrincipal: grantee, operations: ['Decrypt'] }]
  return {
    type: 'kms:key',
    name: 'k-1',
    policy,
    more: { key: { enabled: true, manager: 'CUSTOMER', aliases: [], grants } },
  }
}

const queueWith = (Principal: unknown): ResourceSpec => ({
  type: 'sqs:queue',
  name: 'jobs',
  policy: [{ Effect: 'Allow', Principal, Action: 'sqs:ReceiveMessage', Resource: '*' }],
})

const cases: readonly (readonly [
  string,
  accounts: readonly AccountSpec[],
  from: string,
  to: string,
  isOpen: boolean,
])[] = [
  [
    'an administrator gives himself what a role elsewhere trusts his account with',
    [
      { id: member, unit: 'prod', roles: [{ name: 'app', trust: trusts({ AWS: sibling }) }] },
      { id: sibling, unit: 'dev' },
    ],
    `admin:${sibling}`,
    identityArn(member, 'role', 'app'),
    true,
  ],
  [
    'an administrator gives himself what a queue elsewhere lets his account do',
    [
      { id: member, unit: 'prod', resources: [queueWith({ AWS: sibling })] },
      { id: sibling, unit: 'dev' },
    ],
    `admin:${sibling}`,
    queue,
    true,
  ],
  [
    'a role that trusts everybody is open to whoever controls another account',
    [
      { id: member, unit: 'prod', roles: [{ name: 'app', trust: trusts('*') }] },
      { id: sibling, unit: 'dev' },
    ],
    root(sibling),
    identityArn(member, 'role', 'app'),
    true,
  ],
  [
    'an outsider whom only a queue names gets into a role that is open to everybody',
    [
      {
        id: member,
        unit: 'prod',
        roles: [{ name: 'app', trust: trusts('*') }],
        resources: [queueWith({ AWS: identityArn(outside, 'role', 'far') })],
      },
    ],
    identityArn(outside, 'role', 'far'),
    identityArn(member, 'role', 'app'),
    true,
  ],
  [
    'an outsider is meant by a policy that names his account',
    [
      {
        id: member,
        unit: 'prod',
        roles: [{ name: 'app', trust: trusts({ AWS: outside }) }],
        resources: [queueWith({ AWS: identityArn(outside, 'role', 'far') })],
      },
    ],
    identityArn(outside, 'role', 'far'),
    identityArn(member, 'role', 'app'),
    true,
  ],
  [
    'whoever may assume any role may get into one that could not be read',
    [
      {
        id: member,
        unit: 'prod',
        users: [{ name: 'alice', policies: [allow('sts:AssumeRole', '*')] }],
        roles: [{ name: 'app', trust: trusts({ AWS: identityArn(uncollected, 'role', 'hidden') }) }],
      },
      { id: uncollected, unit: 'dev', isCollected: false },
    ],
    identityArn(member, 'user', 'alice'),
    identityArn(uncollected, 'role', 'hidden'),
    true,
  ],
  [
    'a trust statement that cannot be read may let anybody in',
    [
      {
        id: member,
        unit: 'prod',
        roles: [{ name: 'app', trust: [{ Effect: 'Allow', Principal: 7, Action: 'sts:AssumeRole' }] }],
      },
      { id: sibling, unit: 'dev', users: [{ name: 'alice', policies: [allow('sts:AssumeRole', '*')] }] },
    ],
    identityArn(sibling, 'user', 'alice'),
    identityArn(member, 'role', 'app'),
    true,
  ],
  [
    'a KMS grant to one account is none to another',
    [
      {
        id: member,
        unit: 'prod',
        resources: [keyWith(trusts({ AWS: [root(outside), root(management)] }), root(outside))],
      },
    ],
    root(management),
    key,
    false,
  ],
  [
    'a KMS grant to an account is its identities to use, by their own policies',
    [
      { id: member, unit: 'prod', resources: [keyWith(trusts({ AWS: root(management) }), root(sibling))] },
      { id: sibling, unit: 'dev', users: [{ name: 'alice', policies: [allow('kms:Decrypt', '*')] }] },
    ],
    identityArn(sibling, 'user', 'alice'),
    key,
    true,
  ],
  [
    'a bucket name with a variable may be any',
    [
      {
        id: member,
        unit: 'prod',
        users: [
          {
            name: 'alice',
            tags: { team: 'data' },
            policies: [allow('s3:GetObject', 'arn:aws:s3:::${aws:PrincipalTag/team}/*')],
          },
        ],
        resources: [{ type: 's3:bucket', name: 'data' }],
      },
    ],
    identityArn(member, 'user', 'alice'),
    bucket,
    true,
  ],
  [
    'a session that a queue names is that of its role',
    [
      {
        id: member,
        unit: 'prod',
        roles: [{ name: 'app', trust: trusts({ AWS: sibling }) }],
        resources: [queueWith({ AWS: `arn:aws:sts::${member}:assumed-role/app/trustwalk` })],
      },
    ],
    identityArn(member, 'role', 'app'),
    queue,
    true,
  ],
  [
    'whoever may add access entries administers a cluster',
    [
      {
        id: member,
        unit: 'prod',
        users: [
          {
            name: 'alice',
            policies: [allow(['eks:CreateAccessEntry', 'eks:AssociateAccessPolicy'], '*')],
          },
        ],
        resources: [{ type: 'eks:cluster', name: 'blue', more: { cluster: { authenticationMode: 'API' } } }],
      },
    ],
    identityArn(member, 'user', 'alice'),
    resourceArn('eks:cluster', member, 'blue'),
    true,
  ],
  [
    'an administrator needs the hop to a cluster: his account does not lead there',
    [
      {
        id: member,
        unit: 'prod',
        users: [{ name: 'alice', policies: [allow('*', '*')] }],
        resources: [{ type: 'eks:cluster', name: 'blue', more: { cluster: { authenticationMode: 'API' } } }],
      },
    ],
    identityArn(member, 'user', 'alice'),
    resourceArn('eks:cluster', member, 'blue'),
    true,
  ],
]

test.each(cases)('%s', (_, accounts, from, to, isOpen) => {
  const model = modelOf({ hasScps: true, levels: { root: {}, prod: {}, dev: {} }, management, accounts })
  expect(hopsByPair(buildGraph(model)).has(`${from}\n${to}`)).toBe(isOpen)
  expect(agreement(model).differences).toEqual([])
})
