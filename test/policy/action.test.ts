import { expect, test } from 'vitest'
import { coversAction } from '#src/policy/action.ts'

/** IAM User Guide, "IAM JSON policy elements: Action" and "NotAction". */
test.each([
  ['*', 's3:GetObject', true, 'a lone * is every action'],
  ['*:*', 's3:GetObject', true, 'so is *:*'],
  ['s3:*', 's3:GetObject', true, 'every action of a service'],
  ['s3:*', 's3-object-lambda:GetObject', false, 'of that service alone'],
  ['s3*:*', 's3-object-lambda:GetObject', true, 'a wildcard in the service'],
  ['S3:getobject', 's3:GetObject', true, 'case does not matter'],
  ['s3:Get*', 's3:GetObject', true, 'a wildcard at the end'],
  ['s3:*Object', 's3:GetObjectAcl', false, 'a wildcard at the start'],
  ['sqs:?eceiveMessage', 'sqs:ReceiveMessage', true, '? is one character'],
  ['s3:GetObject', 's3:GetObjects', false, 'all of the name must fit'],
  ['*:GetObject', 's3:GetObject', true, 'the same action of any service'],
  ['s3:GetObject', 'GetObject', false, 'an action has a service'],
  ['*:GetObject', ':GetObject', true, 'an empty service is one'],
])('%j covers %j: %s, %s', (pattern, action, expected) => {
  expect(coversAction({ action: [pattern] }, action)).toBe(expected)
  expect(coversAction({ notAction: [pattern] }, action)).toBe(!expected)
})

test('one of several is enough, and none of several must match', () => {
  expect(coversAction({ action: ['iam:*', 's3:Get*'] }, 's3:GetObject')).toBe(true)
  expect(coversAction({ notAction: ['iam:*', 's3:Get*'] }, 's3:GetObject')).toBe(false)
  expect(coversAction({ notAction: ['iam:*', 's3:Put*'] }, 's3:GetObject')).toBe(true)
})
