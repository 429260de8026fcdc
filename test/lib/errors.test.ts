import { expect, test } from 'vitest'
import { InputError, messageOf, renderError, usageError } from '#src/lib/errors.ts'

test('an error says where, what was expected, and what to do', () => {
  const error = new InputError('expected an ARN, got `null`', {
    where: ['accounts/111122223333/iam.json', 'UserDetailList[4].Arn'],
    help: 'import the account again',
  }).within('cannot read snapshot `acme`')
  expect(renderError(error)).toBe(
    'error: cannot read snapshot `acme`: accounts/111122223333/iam.json: UserDetailList[4].Arn: expected an ARN, got `null`\n' +
      '  help: import the account again',
  )
  expect(error.kind).toBe('unreadable')
})

test('without help there is one line', () => {
  expect(renderError(usageError('what is this'))).toBe('error: what is this')
  expect(usageError('what is this').kind).toBe('usage')
})

test('nothing raw from a message reaches the terminal', () => {
  expect(renderError(new InputError('bad \u001b[2J', { where: 'a\u202e', help: 'b\n' }))).toBe(
    'error: a\\u{202e}: bad \\u{1b}[2J\n  help: b\\u{a}',
  )
  expect(messageOf('x\u0007')).toBe('x\\u{7}')
})
