import { expect, test } from 'vitest'
import { arn, document, inline, role, user } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const asks = (operator: string, key: string) => ({ Condition: { [operator]: { [key]: 'team-x' } } })
const assume = 'sts:AssumeRole'

test.each([
  ['a source identity that may be set', ['sts:AssumeRole', 'sts:SetSourceIdentity'], 'sts:SourceIdentity', true],
  ['a source identity that may not be set', assume, 'sts:SourceIdentity', false],
  ['a tag that may be passed', ['sts:AssumeRole', 'sts:TagSession'], 'aws:RequestTag/team', true],
  ['a tag that may not be passed', assume, 'aws:RequestTag/team', false],
  ['the permission for the other one', ['sts:AssumeRole', 'sts:TagSession'], 'sts:SourceIdentity', false],
])('a trust that asks for %s', (_why, actions, key, isOpen) => {
  const trust = document('trust', {
    Principal: { AWS: arn('user/alice') },
    Action: actions,
    ...asks('StringEquals', key),
  })
  const target = { ...role('target', '*'), trust: { name: 'target', policy: trust } }
  const model = organizationOf(accountOf({ users: [user('alice')], roles: [target] }))
  expect(hopsOf(model, 'user/alice', 'role/target', 'sts-001')).toEqual(isOpen ? ['sts-001 certain'] : [])
})

test('a trust that refuses one source identity is open without any', () => {
  const trust = document('trust', {
    Principal: { AWS: arn('user/alice') },
    Action: assume,
    ...asks('StringNotEquals', 'sts:SourceIdentity'),
  })
  const target = { ...role('target', '*'), trust: { name: 'target', policy: trust } }
  const model = organizationOf(accountOf({ users: [user('alice')], roles: [target] }))
  expect(hopsOf(model, 'user/alice', 'role/target', 'sts-001')).toEqual(['sts-001 certain'])
})

test("a Deny of tagging on the caller's side", () => {
  const policies = [
    inline('may', { Action: 'sts:*', Resource: '*' }),
    inline('no', { Effect: 'Deny', Action: 'sts:TagSession', Resource: '*' }),
  ]
  const trust = document('trust', {
    Principal: { AWS: arn('root') },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    ...asks('StringEquals', 'aws:RequestTag/team'),
  })
  const target = { ...role('target', '*'), trust: { name: 'target', policy: trust } }
  const model = organizationOf(accountOf({ users: [user('alice', { policies })], roles: [target] }))
  expect(hopsOf(model, 'user/alice', 'role/target')).toEqual([])
})
