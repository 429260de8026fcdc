import { expect, test } from 'vitest'
import { arn, attached, id, inline, managed, role, user } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const admin = `admin:${id}`
const closed = role('closed', { Service: 'ec2.amazonaws.com' })
const may = (action: unknown, resource = '*') => inline(String(action), { Action: action, Resource: resource })
const deny = (action: string) => inline(`no-${action}`, { Effect: 'Deny', Action: action, Resource: '*' })

test.each([
  ['needs no Allow to assume it', [], ['iam-012 certain']],
  ['is stopped by a Deny of the assumption', [deny('sts:AssumeRole')], []],
  ['is stopped by a Deny of everything in STS', [deny('sts:*')], []],
  ['is not stopped by other Denies', [deny('sts:GetFederationToken')], ['iam-012 certain']],
])('whoever rewrites the trust of a role %s', (_why, more, expected) => {
  const alice = user('alice', { policies: [may('iam:UpdateAssumeRolePolicy'), ...more] })
  const model = organizationOf(accountOf({ users: [alice], roles: [closed] }))
  expect(hopsOf(model, 'user/alice', 'role/closed', 'iam-012')).toEqual(expected)
})

test('a boundary without the assumption does not stop what a trust policy grants to a user by `*`', () => {
  const fence = attached(managed('fence', { Action: 'iam:*', Resource: '*' }))
  const alice = user('alice', { policies: [may('iam:UpdateAssumeRolePolicy')], boundary: fence })
  const model = organizationOf(accountOf({ users: [alice], roles: [closed] }))
  expect(hopsOf(model, 'user/alice', 'role/closed', 'iam-012')).toEqual(['iam-012 certain'])
})

test.each([
  ['works', [], ['iam-019 certain']],
  ['is stopped by a Deny of the assumption', [deny('sts:AssumeRole')], []],
])('policies and trust of a role rewritten together: %s', (_why, more, expected) => {
  const writes = may(['iam:AttachRolePolicy', 'iam:UpdateAssumeRolePolicy'])
  const alice = user('alice', { policies: [writes, ...more] })
  const model = organizationOf(accountOf({ users: [alice], roles: [closed] }))
  expect(hopsOf(model, 'user/alice', admin, 'iam-019')).toEqual(expected)
})

test.each([
  ['works', [], ['iam-902 certain']],
  ['is stopped by a Deny of the assumption', [deny('sts:AssumeRole')], []],
])('a new role: %s', (_why, more, expected) => {
  const alice = user('alice', { policies: [may(['iam:CreateRole', 'iam:PutRolePolicy']), ...more] })
  const model = organizationOf(accountOf({ users: [alice] }))
  expect(hopsOf(model, 'user/alice', admin, 'iam-902')).toEqual(expected)
})

test.each([
  ['fits the condition on what is attached', `arn:aws:iam::*:policy/teams/*`, '*', ['iam-917 certain']],
  ['fits both', `arn:aws:iam::${id}:policy/teams/*`, arn('policy/*/mine'), ['iam-917 certain']],
  ['cannot fit both', `arn:aws:iam::${id}:policy/teams/*`, arn('policy/others/*'), []],
  ['lies in the account', 'arn:aws:iam::999999999999:policy/*', '*', []],
])('the name of a new policy %s', (_why, attaches, creates, expected) => {
  const attach = inline('attach', {
    Action: 'iam:AttachUserPolicy',
    Resource: '*',
    Condition: { ArnLike: { 'iam:PolicyARN': attaches } },
  })
  const alice = user('alice', { policies: [may('iam:CreatePolicy', creates), attach] })
  const model = organizationOf(accountOf({ users: [alice] }))
  expect(hopsOf(model, 'user/alice', admin, 'iam-917')).toEqual(expected)
})
