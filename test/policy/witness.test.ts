import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arnMatches } from '#src/policy/arn.ts'
import { globMatches } from '#src/policy/glob.ts'
import { areDisjoint, areDisjointArns, arnWitness, witness } from '#src/policy/witness.ts'

test.each<[readonly string[], string | undefined, string]>([
  [[], 'trustwalk', 'nothing is asked'],
  [['*'], 'trustwalk', 'a wildcard stands for a text of ours'],
  [['ci-*'], 'ci-trustwalk', 'after what the pattern says'],
  [['ci-?'], 'ci-t', 'a question mark is one character'],
  [['exact'], 'exact', 'a plain text is itself'],
  [['exact', 'ex*'], 'exact', 'and may fit a pattern'],
  [['exact', 'other'], undefined, 'two texts differ'],
  [['a*', '*b'], 'ab', 'a star may be nothing'],
  [['a*c', 'ab*'], 'abc', 'both ends'],
  [['a*', 'b*'], undefined, 'two beginnings'],
  [['*a', '*b'], undefined, 'two ends'],
  [['a?', 'a'], undefined, 'a question mark is not nothing'],
  [['??', '*?'], 'tt', 'patterns of wildcards'],
  [['*aa*', '?b*b?'], 'abaabt', 'what stands between'],
  [['a*', 'a*', 'a*'], 'atrustwalk', 'the same thrice'],
  [['${*}', '?'], '*', 'a star that is meant'],
  [['${*}', 'a'], undefined, 'is only a star'],
  [['', '*'], '', 'no text at all'],
  [['', '?'], undefined, 'is not one character'],
  [['😀*', '?x'], '😀x', 'a character of two units is one'],
])('%j are matched by %j: %s', (patterns, text) => {
  expect(witness(patterns)).toBe(text)
  expect(areDisjoint(patterns)).toBe(text === undefined)
})

test.each<[readonly string[], string | undefined, string]>([
  [['*'], 'arn:aws:s3:us-east-1:000000000000:trustwalk', 'a lone star is any ARN'],
  [
    ['arn:aws:lambda:*:*:function:x*', '*', 'arn:aws:lambda:eu-west-1:123456789012:function:*y'],
    'arn:aws:lambda:eu-west-1:123456789012:function:xy',
    'part by part',
  ],
  [['arn:aws:s3:::bucket/*', 'arn:aws:s3:*:*:*/key'], 'arn:aws:s3:::bucket/key', 'an empty part'],
  [['arn:aws:iam::123456789012:role/*', 'arn:*:role/admin'], undefined, 'a wildcard stays within its part'],
  [['arn:aws:iam::1*:role/a', 'arn:aws:iam::2*:role/a'], undefined, 'accounts apart'],
  [
    ['arn:aws:logs:*:*:log-group:a:*', 'arn:aws:logs:*:*:*:b'],
    'arn:aws:logs:us-east-1:000000000000:log-group:a:b',
    'the last part has colons',
  ],
  [['not-an-arn'], undefined, 'fewer than six parts'],
])('%j are matched by the ARN %j: %s', (patterns, arn) => {
  expect(arnWitness(patterns)).toBe(arn)
  expect(areDisjointArns(patterns)).toBe(arn === undefined)
})

const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '${*}'), { maxLength: 7 }).map((tokens) => tokens.join(''))
const text = fc.array(fc.constantFrom('a', 'b', 'c', '*'), { maxLength: 7 }).map((tokens) => tokens.join(''))

test('a witness is matched by every pattern', () => {
  fc.assert(
    fc.property(fc.array(pattern, { minLength: 1, maxLength: 4 }), (patterns) => {
      const found = witness(patterns)
      if (found !== undefined) expect(patterns.every((one) => globMatches(one, found))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('where there is none, no text is matched by every pattern', () => {
  fc.assert(
    fc.property(
      fc.array(pattern, { minLength: 1, maxLength: 3 }),
      fc.array(text, { maxLength: 50 }),
      (patterns, texts) => {
        if (witness(patterns) === undefined)
          for (const one of texts) expect(patterns.every((wanted) => globMatches(wanted, one))).toBe(false)
      },
    ),
    { numRuns: 2_000 },
  )
})

const part = fc.constantFrom('*', '', 'a', 'a*', '*b', '?', 'ab')
const arnPattern = fc.oneof(
  { weight: 1, arbitrary: fc.constant('*') },
  {
    weight: 9,
    arbitrary: fc
      .tuple(part, part, part, part, fc.array(part, { minLength: 1, maxLength: 2 }))
      .map(
        ([partition, service, region, account, rest]) =>
          `arn:${partition}:${service}:${region}:${account}:${rest.join(':')}`,
      ),
  },
)

test('an ARN is matched by every pattern', () => {
  fc.assert(
    fc.property(fc.array(arnPattern, { minLength: 1, maxLength: 3 }), (patterns) => {
      const found = arnWitness(patterns)
      if (found !== undefined) expect(patterns.every((one) => arnMatches(one, found))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})

test('long patterns end, and prove nothing where they are given up', () => {
  const long = `${'a*?'.repeat(500)}b`
  expect(areDisjoint([long, `${'*a?'.repeat(500)}*`])).toBe(false)
  expect(areDisjoint([long, `${long}c`])).toBe(true)
  expect(areDisjoint(Array.from({ length: 12 }, (_, index) => `${'*'.repeat(index + 1)}${'a*b*'.repeat(20)}x`))).toBe(
    false,
  )
})
