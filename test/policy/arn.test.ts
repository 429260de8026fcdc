import { expect, test } from 'vitest'
import { arnMatches, parseArn, splitArn } from '#src/policy/arn.ts'

/** IAM User Guide, "IAM JSON policy elements: Resource"; rule: the six parts are compared one by one. */
test.each([
  ['*', 'arn:aws:s3:::b', true, 'a lone * is every resource'],
  ['*', '*', true, 'also of actions that have none'],
  ['arn:aws:s3:::b', '*', false, 'an ARN is not the resource of an action that has none'],
  ['arn:aws:s3:::b/*', '*', false, 'nor is a pattern'],
  ['arn:aws:s3:::b', 'arn:aws:s3:::b', true, 'as written'],
  ['arn:aws:s3:::B', 'arn:aws:s3:::b', false, 'case matters'],
  ['arn:aws:s3:::b/*', 'arn:aws:s3:::b/x/y:z', true, 'the last part may hold slashes and colons'],
  ['arn:aws:s3:::b/*', 'arn:aws:s3:::b', false, 'a bucket is not its objects'],
  ['arn:aws:sqs:*:111122223333:q', 'arn:aws:sqs:eu-west-1:111122223333:q', true, 'any region'],
  ['arn:aws:sqs:*:q', 'arn:aws:sqs:eu-west-1:111122223333:q', false, 'a wildcard does not run over a colon'],
  ['arn:aws:*:*:*:*', 'arn:aws:sqs:eu-west-1:111122223333:q', true, 'each part its own wildcard'],
  ['arn:*', 'arn:aws:sqs:eu-west-1:111122223333:q', false, 'fewer than six parts match nothing'],
  ['arn:aws:iam::1111222?3333:role/*', 'arn:aws:iam::111122223333:role/a', true, '? in an account'],
  ['arn:aws:s3:::b', 'arn:aws-cn:s3:::b', false, 'another partition'],
  ['urn:aws:s3:::*', 'arn:aws:s3:::b', false, 'no ARN'],
  ['arn:*:s3:::b', 'arn:aws-cn:s3:::b', true, 'any partition'],
  ['arn:aws:s3:*::b', 'arn:aws:s3:::b', true, '* is an empty part as well'],
])('%j against %j is %s: %s', (pattern, arn, expected) => {
  expect(arnMatches(pattern, arn)).toBe(expected)
})

test('an ARN has six parts', () => {
  expect(splitArn(':b:c:d:e:f:g')).toEqual(['', 'b', 'c', 'd', 'e', 'f:g'])
  const parts = { partition: 'aws', service: 'sns', region: 'eu-west-1', account: '111122223333', resource: 't:sub:1' }
  expect(parseArn('arn:aws:sns:eu-west-1:111122223333:t:sub:1')).toEqual(parts)
  expect(parseArn('arn:aws:sns')).toBeUndefined()
  expect(parseArn('urn:aws:sns:eu-west-1:111122223333:t')).toBeUndefined()
})
