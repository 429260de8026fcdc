import { expect, test } from 'vitest'
import type { Resource } from '#src/model/model.ts'
import { parsePolicy } from '#src/policy/parse.ts'
import { document, id, role } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const cases = [
  ['nothing', {}, 'certain'],
  ['a role name', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/vendor-*' } }, 'certain'],
  ['a name with any account', { StringLike: { 'aws:PrincipalArn': '*:user/scanner' } }, 'certain'],
  ['an account', { StringEquals: { 'aws:PrincipalAccount': '999988887777' } }, 'conditional'],
  ['a role of an account', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::999988887777:role/ci' } }, 'conditional'],
  ['an account of the organization', { StringEquals: { 'aws:PrincipalAccount': id } }, undefined],
  ['a tag', { StringEquals: { 'aws:PrincipalTag/team': 'red' } }, 'certain'],
  [
    'a tag with two values',
    { StringEquals: { 'aws:PrincipalTag/team': 'red' }, StringLike: { 'aws:PrincipalTag/team': 'blue*' } },
    undefined,
  ],
  ['the organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, undefined],
] as const

test.each(cases)('a role that trusts everybody and asks for %s', (_why, condition, verdict) => {
  const trust = document('trust', { Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition: condition })
  const target = { ...role('target', '*'), trust: { name: 'target', policy: trust } }
  const model = organizationOf(accountOf({ roles: [target] }))
  expect(hopsOf(model, 'external', 'role/target', 'sts-003')).toEqual(verdict ? [`sts-003 ${verdict}`] : [])
})

test.each(cases)('a queue that is open to everybody and asks for %s', (_why, condition, verdict) => {
  const arn = `arn:aws:sqs:eu-west-1:${id}:jobs`
  const statement = {
    Effect: 'Allow',
    Principal: '*',
    Action: 'sqs:ReceiveMessage',
    Resource: arn,
    Condition: condition,
  }
  const policy = parsePolicy({ Version: '2012-10-17', Statement: statement }, 'resource')
  const queue: Resource = {
    type: 'sqs:queue',
    arn,
    name: 'jobs',
    account: id,
    region: 'eu-west-1',
    tags: {},
    policy: { name: 'jobs', policy },
  }
  const model = organizationOf(accountOf({ resources: [queue] }))
  expect(hopsOf(model, 'external', arn, 'sqs-901')).toEqual(verdict ? [`sqs-901 ${verdict}`] : [])
})
