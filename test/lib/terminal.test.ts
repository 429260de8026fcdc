import { expect, test } from 'vitest'
import { padEnd, padStart, shorten, textWidth, wrap } from '#src/lib/terminal.ts'

test.each([
  ['abc', 3, 'letters'],
  ['\u001b[31mabc\u001b[39m', 3, 'colour takes no room'],
  ['東京', 4, 'wide characters take two columns'],
  ['e\u0301', 1, 'an accent sits on its letter'],
  ['🚀', 2, 'emoji'],
  ['', 0, 'nothing'],
])('%j is %i columns wide: %s', (text, columns) => {
  expect(textWidth(text)).toBe(columns)
})

test('padding counts columns, not characters', () => {
  expect(padEnd('東', 4)).toBe('東  ')
  expect(padStart('7', 3)).toBe('  7')
  expect(padEnd('long', 2)).toBe('long')
})

test.each([
  ['abcdefghij', 7, 'abc…hij'],
  ['abcdefghij', 10, 'abcdefghij'],
  ['abcdefghij', 1, '…'],
  ['東京大阪名古屋', 7, '東京…屋'],
])('%j in %i columns is %j', (text, columns, expected) => {
  expect(shorten(text, columns)).toBe(expected)
  expect(textWidth(expected)).toBeLessThanOrEqual(columns)
})

test('lines break at spaces, continue under the indent, and never inside a word', () => {
  expect(wrap('  one two three', 9, '    ')).toEqual(['  one two', '    three'])
  expect(wrap('a arn:aws:iam::1:role/very-long b', 10)).toEqual(['a', 'arn:aws:iam::1:role/very-long', 'b'])
  expect(wrap('short', 80)).toEqual(['short'])
})
