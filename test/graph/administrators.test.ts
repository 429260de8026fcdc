import { expect, test } from 'vitest'
import type { Membership } from '#src/evaluate/request.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import { id, inline, role, user } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const closed = role('closed', { Service: 'ec2.amazonaws.com' })

/** A member account whose root lets everything but some actions. */
function membership(...denied: readonly string[]): Membership {
  const scp = (name: string, statement: object) => ({
    name,
    policy: parsePolicy({ Version: '2012-10-17', Statement: [statement] }, 'scp'),
  })
  const scps = [
    scp('full', { Effect: 'Allow', Action: '*', Resource: '*' }),
    ...(denied.length === 0 ? [] : [scp('guard', { Effect: 'Deny', Action: denied, Resource: '*' })]),
  ]
  return {
    organizationId: 'o-test',
    path: 'o-test/r-test/',
    isManagement: false,
    hasScps: true,
    levels: [{ id: 'r-test', type: 'ROOT', name: 'root', scps, rcps: [] }],
  }
}

const admin = user('admin', { policies: [inline('all', { Action: '*', Resource: '*' })] })
const modelWith = (...denied: readonly string[]) =>
  organizationOf(accountOf({ users: [admin], roles: [closed], membership: membership(...denied) }))

test('an administrator takes a role over by its trust policy, and needs no other technique', () => {
  expect(hopsOf(modelWith(), `admin:${id}`, 'role/closed')).toEqual(['admin certain'])
})

test('where an SCP keeps him from trust policies, he passes the role to something new', () => {
  const hops = hopsOf(modelWith('iam:UpdateAssumeRolePolicy'), `admin:${id}`, 'role/closed')
  // The first of the catalogue's ways that is certain.
  expect(hops).toEqual(['autoscaling-901 certain'])
})

test('where SCPs keep him from both, nothing leads there', () => {
  const denied = ['iam:UpdateAssumeRolePolicy', 'iam:PassRole', 'iam:AddRoleToInstanceProfile']
  expect(hopsOf(modelWith(...denied), `admin:${id}`, 'role/closed')).toEqual([])
})
