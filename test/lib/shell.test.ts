import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { quoteArgument } from '#src/lib/shell.ts'

test.each([
  'ci',
  'a b',
  "it's",
  '$(id)',
  '`id`',
  '-rf',
  '',
  '*',
  'a\nb',
  '!x',
  '"',
  '\\',
  '~',
  'arn:aws:iam::1:role/a+b=c,d@e',
])('a shell gets %j as it is', (text) => {
  const printed = execFileSync('sh', ['-c', `printf '%s' ${quoteArgument(text)}`], { encoding: 'utf8' })
  expect(printed).toBe(text)
})

test('plain words stay plain', () => {
  expect(quoteArgument('role/runner')).toBe('role/runner')
  expect(quoteArgument('-x')).toBe("'-x'")
})
