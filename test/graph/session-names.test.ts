import { expect, test } from 'vitest'
import { arn, document, id, inline, role } from '../techniques/small-model.ts'
import { accountOf, hopsOf, organizationOf } from './small-account.ts'

const session = (name: string, of = 'holder') => `arn:aws:sts::${id}:assumed-role/${of}/${name}`
const assume = inline('assume', { Action: 'sts:AssumeRole', Resource: '*' })
const holder = role('holder', { Service: 'ec2.amazonaws.com' }, { policies: [assume] })
const other = role('other', { Service: 'ec2.amazonaws.com' }, { policies: [assume] })
const root = { AWS: arn('root') }
const userid = (value: string, operator = 'StringLike') => ({ Condition: { [operator]: { 'aws:userid': value } } })

test.each([
  ['names a session of it', { AWS: session('alice') }, {}, ['sts-001 certain']],
  ['names a session of another', { AWS: session('alice', 'other') }, {}, []],
  ['asks for its id and a session name', root, userid('AROAHOLDER:alice', 'StringEquals'), ['sts-001 certain']],
  ['asks for a session name', root, userid('*:alice'), ['sts-001 certain']],
  ['asks for another id', root, userid('AROAOTHER:alice', 'StringEquals'), []],
  ['asks for a name that no session can have', root, userid('*:al ice'), []],
  ['refuses one name', root, userid('*:alice', 'StringNotLike'), ['sts-001 certain']],
])('whoever holds a role chooses the name of its session: the trust %s', (_why, principal, more, expected) => {
  const trust = document('trust', { Principal: principal, Action: 'sts:AssumeRole', ...more })
  const target = { ...role('target', root), trust: { name: 'target', policy: trust } }
  const model = organizationOf(accountOf({ roles: [holder, other, target] }))
  expect(hopsOf(model, 'role/holder', 'role/target', 'sts-001')).toEqual(expected)
})

test('a role whose own policy asks for a session name', () => {
  const named = inline('named', { Action: 'sts:AssumeRole', Resource: '*', ...userid('*:deploy') })
  const target = role('target', root)
  const model = organizationOf(accountOf({ roles: [{ ...holder, policies: [named] }, target] }))
  expect(hopsOf(model, 'role/holder', 'role/target', 'sts-001')).toEqual(['sts-001 certain'])
})
