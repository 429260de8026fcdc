import fc from 'fast-check'
import { expect, test } from 'vitest'
import { globMatches, hasSpecial, literal, matchesAnything, plainText } from '#src/policy/glob.ts'

/** IAM User Guide, "IAM JSON policy elements: Resource", wildcards; "Policy variables", special characters. */
test.each([
  ['', '', true, 'nothing is nothing'],
  ['', 'a', false, 'nothing is not something'],
  ['abc', 'abc', true, 'text stands for itself'],
  ['abc', 'abcd', false, 'all of the text must fit'],
  ['abc', 'ABC', false, 'case matters'],
  ['*', '', true, '* may be empty'],
  ['*', 'a/b:c', true, '* runs over slashes and colons'],
  ['a*', 'abc', true, '* at the end'],
  ['*c', 'abc', true, '* at the start'],
  ['a*c', 'ac', true, '* in the middle may be empty'],
  ['a*b*c', 'a1b2c', true, 'several runs'],
  ['a*b*c', 'a1c2b', false, 'in their order'],
  ['ab*ba', 'aba', false, 'head and tail do not overlap'],
  ['*ab*ab*', 'ab', false, 'segments do not overlap'],
  ['*ab*ab', 'abab', true, 'the last segment is at the end'],
  ['a**c', 'abc', true, '** is *'],
  ['a?c', 'abc', true, '? is one character'],
  ['a?c', 'ac', false, '? is not none'],
  ['a?c', 'abbc', false, '? is not two'],
  ['*?', '', false, '*? wants one at least'],
  ['*?', 'a', true, '*? takes one'],
  ['*b?d*', 'abcde', true, '? inside a segment that moves'],
  ['*b?d*', 'abce', false, '? inside a segment that is not there'],
  ['?', '😀', true, 'one character, also where UTF-16 needs two'],
  ['a*z', 'a😀z', true, '* over such characters'],
  ['*😀?', 'x😀y', true, 'such characters in a pattern'],
  ['a.c', 'abc', false, 'no regular expression'],
  ['[a]', 'a', false, 'no classes'],
  ['\\*', '\\x', true, 'a backslash escapes nothing'],
  ['a${*}', 'a*', true, '${*} is the character'],
  ['a${*}', 'ab', false, '${*} is no wildcard'],
  ['${?}${$}', '?$', true, '${?} and ${$} too'],
  ['*${*}*', 'a*b', true, 'beside wildcards'],
  ['${x}', '${x}', true, 'other braces stand for themselves'],
])('%j against %j is %s: %s', (pattern, text, expected) => {
  expect(globMatches(pattern, text)).toBe(expected)
})

test.each([
  ['*', true],
  ['***', true],
  ['', false],
  ['*a', false],
  ['?', false],
])('%j matches everything: %s', (pattern, expected) => {
  expect(matchesAnything(pattern)).toBe(expected)
})

const characters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '$', '{', '}', ':', '😀'), maxLength: 12 })

test('a literal matches its own text and nothing else', () => {
  fc.assert(
    fc.property(characters, characters, (text, other) => {
      expect(globMatches(literal(text), text)).toBe(true)
      expect(globMatches(literal(text), other)).toBe(text === other)
      expect(plainText(literal(text))).toBe(text)
    }),
  )
})

test('matching is what the definition says', () => {
  const unit = fc.constantFrom('a', 'b', '*', '?')
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 10 })
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 8 }), text, (pattern, text) => {
      expect(globMatches(pattern, text)).toBe(byDefinition(pattern, text))
      if (!hasSpecial(pattern)) expect(globMatches(pattern, text)).toBe(pattern === text)
    }),
    { numRuns: 2000 },
  )
})

function byDefinition(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  const rest = pattern.slice(1)
  if (pattern[0] === '*') return byDefinition(rest, text) || (text !== '' && byDefinition(pattern, text.slice(1)))
  return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && byDefinition(rest, text.slice(1))
}
