import { expect, test } from 'vitest'
import type { Resource } from '#src/model/model.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import { arn, functionRole, id, inline, lambda, role, user } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const worker = (principal: unknown, action: unknown): Resource => ({
  type: 'lambda:function',
  arn: lambda.arn,
  name: 'worker',
  account: id,
  region: 'eu-west-1',
  tags: {},
  policy: {
    name: 'worker',
    policy: parsePolicy(
      {
        Version: '2012-10-17',
        Statement: { Effect: 'Allow', Principal: principal, Action: action, Resource: lambda.arn },
      },
      'resource',
    ),
  },
})
const alice = user('alice')

test.each([
  ['by name', { AWS: arn('user/alice') }, 'lambda:UpdateFunctionCode', ['lambda-003 certain']],
  ['by `*`', '*', ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], ['lambda-004 certain']],
  ['for another action', { AWS: arn('user/alice') }, 'lambda:GetFunction', []],
  ['by the account alone, which delegates', { AWS: arn('root') }, 'lambda:UpdateFunctionCode', []],
  ['as somebody else', { AWS: arn('user/bob') }, 'lambda:UpdateFunctionCode', []],
])('code of a function whose policy lets the caller in %s', (_why, principal, action, expected) => {
  const model = organizationOf(
    accountOf({ users: [alice], roles: [functionRole], resources: [worker(principal, action)], compute: [lambda] }),
  )
  const technique = expected[0]?.split(' ', 1)[0] ?? 'lambda-003'
  expect(hopsOf(model, 'user/alice', functionRole.arn, technique)).toEqual(expected)
})

test.each([
  ['its trust names', { AWS: arn('user/writer') }, ['iam-014 certain']],
  ['its trust does not name', { AWS: arn('user/bob') }, []],
])('a role that is strengthened by whom %s', (_why, principal, expected) => {
  const writer = user('writer', { policies: [inline('w', { Action: 'iam:AttachRolePolicy', Resource: '*' })] })
  const model = organizationOf(accountOf({ users: [writer], roles: [role('weak', principal)] }))
  expect(hopsOf(model, 'user/writer', `admin:${id}`, 'iam-014')).toEqual(expected)
})
