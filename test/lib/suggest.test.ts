import { expect, test } from 'vitest'
import { nearestNames } from '#src/lib/suggest.ts'

test.each([
  ['blast-radios', ['paths', 'blast-radius', 'reach'], ['blast-radius'], 'one letter'],
  ['pahts', ['paths', 'can'], ['paths'], 'two letters swapped'],
  ['RUNNER', ['role/runner', 'runner'], ['runner', 'role/runner'], 'case, and a part of a longer name'],
  ['xyz', ['paths', 'can'], [], 'nothing is near'],
  ['', ['paths'], [], 'nothing was typed'],
  ['can', ['can', 'can'], ['can'], 'each candidate once'],
] as [string, string[], string[], string][])('%s among %j: %j (%s)', (name, candidates, expected) => {
  expect(nearestNames(name, candidates)).toEqual(expected)
})

test('a million long names are compared by their beginning only', () => {
  const long = 'a'.repeat(1_000_000)
  expect(nearestNames(long, [`${long}b`])).toEqual([`${long}b`])
})
