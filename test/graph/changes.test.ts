import { expect, test } from 'vitest'
import type { Account } from '#src/model/model.ts'
import { arn, attached, group, id, inline, managed, role, user } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const admin = `admin:${id}`
const assume = inline('assume', { Action: 'sts:AssumeRole', Resource: '*' })
const target = role('target', { AWS: arn('root') })
const one = (parts: Partial<Account>) => organizationOf(accountOf({ roles: [target], ...parts }))
const may = (action: string, resource = '*') => inline(action, { Action: action, Resource: resource })

/** Caps everything but what lifts it. */
const narrow = attached(managed('narrow', { Action: ['iam:*Boundary', 'iam:Detach*', 'iam:Delete*'], Resource: '*' }))
const denies = inline('no-assume', { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' })

test.each([
  ['works', 'iam:DeleteUserPermissionsBoundary', ['iam-022 certain']],
  ['is stopped without the right', 'iam:ListUsers', []],
])('deleting the own boundary %s', (_why, action, expected) => {
  const alice = user('alice', { policies: [assume, may(action)], boundary: narrow })
  expect(hopsOf(one({ users: [alice] }), 'user/alice', 'role/target', 'iam-022')).toEqual(expected)
})

test('without its boundary an identity that writes policies is administrator', () => {
  const alice = user('alice', { policies: [may('iam:*')], boundary: narrow })
  expect(hopsOf(one({ users: [alice] }), 'user/alice', admin, 'iam-022')).toEqual(['iam-022 certain'])
})

test.each([
  ['works for a role that can be assumed', [assume], ['iam-023 certain']],
  ['is no use if the role cannot be had', [], []],
])('deleting the boundary of another %s', (_why, more, expected) => {
  const writer = user('writer', { policies: [may('iam:DeleteRolePermissionsBoundary'), ...more] })
  const capped = role(
    'capped',
    { AWS: arn('user/writer') },
    { policies: [may('iam:PutRolePolicy'), may('iam:PutUserPolicy')], boundary: narrow },
  )
  const trusting = more.length > 0 ? capped : { ...capped, trust: role('x', { Service: 'ec2.amazonaws.com' }).trust }
  expect(hopsOf(one({ users: [writer], roles: [trusting] }), 'user/writer', admin, 'iam-023')).toEqual(expected)
})

test.each([
  ['works', may('iam:DeleteUserPolicy'), ['iam-026 certain']],
  ['needs the policy to be inline', may('iam:DetachUserPolicy'), []],
])('deleting a Deny %s', (_why, right, expected) => {
  const alice = user('alice', { policies: [assume, denies, right] })
  expect(hopsOf(one({ users: [alice] }), 'user/alice', 'role/target', 'iam-026')).toEqual(expected)
})

test('a group that denies can be left', () => {
  const alice = user('alice', { policies: [assume, may('iam:RemoveUserFromGroup')], groups: [group('fenced', denies)] })
  expect(hopsOf(one({ users: [alice] }), 'user/alice', 'role/target', 'iam-910')).toEqual(['iam-910 certain'])
})

const joiner = user('joiner', { policies: [may('iam:AddUserToGroup', arn('group/assumers'))] })
const assumers = group('assumers', assume)

test('whoever joins a group reaches it and what it may', () => {
  const model = one({ users: [joiner], groups: [assumers] })
  expect(hopsOf(model, 'user/joiner', 'group/assumers', 'iam-013')).toEqual(['iam-013 certain'])
  expect(hopsOf(model, 'user/joiner', 'role/target', 'iam-013')).toEqual(['iam-013 certain'])
})

test('a boundary caps the rights of a group that is joined', () => {
  const fence = attached(managed('fence', { Action: 'iam:*', Resource: '*' }))
  const model = one({ users: [{ ...joiner, boundary: fence }], groups: [assumers] })
  expect(hopsOf(model, 'user/joiner', 'role/target', 'iam-013')).toEqual([])
})

test('other groups than the one named cannot be joined', () => {
  const model = one({ users: [joiner], groups: [group('others', assume)] })
  expect(hopsOf(model, 'user/joiner', 'role/target')).toEqual([])
})

test.each([
  ['works', 'iam:TagUser', ['iam-914 certain']],
  ['is another call', 'iam:UntagUser', []],
])('setting a tag that a trust asks for %s', (_why, action, expected) => {
  const alice = user('alice', { policies: [assume, may(action)] })
  const gated = {
    ...target,
    trust: {
      name: 'target',
      policy: role('t', { AWS: arn('root') }).trust.policy,
    },
  }
  const [statement] = gated.trust.policy.statements
  const condition = { operator: 'StringEquals', key: 'aws:PrincipalTag/team', values: ['blue'] }
  const policy = { ...gated.trust.policy, statements: [{ ...statement!, conditions: [condition] }] }
  const model = one({ users: [alice], roles: [{ ...gated, trust: { name: 'target', policy } }] })
  expect(hopsOf(model, 'user/alice', 'role/target', 'iam-914')).toEqual(expected)
})

test('the second factor of a user whose password can be reset is taken over with it', () => {
  const withMfa = inline('mfa', {
    Action: 'sts:AssumeRole',
    Resource: '*',
    Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  })
  const bob = user('bob', { policies: [withMfa], mfaDevices: 1 })
  const mallory = user('mallory', { policies: [may('iam:CreateAccessKey'), may('iam:EnableMFADevice')] })
  const model = one({ users: [bob, mallory] })
  expect(hopsOf(model, 'user/mallory', 'role/target', 'iam-913')).toEqual(['iam-913 certain'])
  expect(hopsOf(model, 'user/bob', 'role/target')).toEqual(['sts-001 conditional'])
})

test('what is written on an identity counts where the identity is in hand', () => {
  const fence = attached(managed('fence', { Action: 'sts:*', Resource: '*' }))
  const capped = role('capped', { AWS: arn('user/writer') }, { boundary: fence })
  const writer = user('writer', { policies: [may('iam:PutRolePolicy', arn('role/capped'))] })
  const stranger = { ...writer, arn: arn('user/stranger'), name: 'stranger' }
  const model = one({ users: [writer, stranger], roles: [target, capped] })
  expect(hopsOf(model, 'user/writer', 'role/target', 'iam-906')).toEqual(['iam-906 certain'])
  expect(hopsOf(model, 'user/stranger', 'role/target', 'iam-906')).toEqual([])
})
