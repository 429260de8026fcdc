import { expect, test } from 'vitest'
import { existing, needsOf } from '#src/techniques/binding/fill.ts'

const place = { account: '111122223333', partition: 'aws-cn' }
const one = existing('arn:aws-cn:iam::111122223333:role/one')

test('slots are filled, resource types become templates, other slots close what speaks of them', () => {
  const requires = [
    { action: 'iam:PassRole', on: 'target-role' },
    { action: 'lambda:CreateFunction', on: 'lambda:function' },
    { action: 'ec2:CreateFleet', on: 'any' },
  ]
  expect(needsOf({ requires }, place, { 'target-role': [one] })).toEqual([
    [{ action: 'iam:PassRole', resource: one }],
    [
      {
        action: 'lambda:CreateFunction',
        resource: { kind: 'new', name: 'lambda:function', template: 'arn:aws-cn:lambda:*:111122223333:function:*' },
      },
    ],
    [{ action: 'ec2:CreateFleet', resource: { kind: 'any' } }],
  ])
  expect(needsOf({ requires }, place, {})).toBeUndefined()
})

test('alternatives share a label, and what is closed leaves the others', () => {
  const requires = [
    { action: 'iam:PutRolePolicy', on: 'target-role', oneOf: 'policy' },
    { action: 'iam:PutUserPolicy', on: 'target-user', oneOf: 'policy' },
  ]
  expect(needsOf({ requires }, place, { 'target-role': [one] })).toEqual([
    [{ action: 'iam:PutRolePolicy', resource: one }],
  ])
  expect(needsOf({ requires }, place, { 'target-role': [] })).toBeUndefined()
})

test('a slot among context values stands for its ARNs; without any the requirement is closed', () => {
  const requires = [
    { action: 'iam:AttachRolePolicy', on: 'target-role', context: { 'iam:PolicyARN': ['{strong-policy}', 'literal'] } },
  ]
  const filled = needsOf({ requires }, place, { 'target-role': [one], 'strong-policy': [existing('arn:x')] })
  expect(filled?.[0]?.[0]?.context).toEqual({ 'iam:PolicyARN': ['arn:x', 'literal'] })
  const [first] = requires
  const only = [{ ...first!, context: { 'iam:PolicyARN': ['{strong-policy}'] } }]
  expect(needsOf({ requires: only }, place, { 'target-role': [one] })).toBeUndefined()
})
