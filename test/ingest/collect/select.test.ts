import { expect, test } from 'vitest'
import { isEmptyAnswer, joinPages, parseSelection, select } from '#ingest/collect/select.ts'

const keep = (selection: string, value: unknown) =>
  JSON.parse(JSON.stringify(select(value, parseSelection(selection)) ?? null))

test.each<readonly [selection: string, value: unknown, expected: unknown, why: string]>([
  [
    'Keys { KeyId }',
    { Keys: [{ KeyId: 'a', Secret: 's' }], NextMarker: 'n' },
    { Keys: [{ KeyId: 'a' }] },
    'what is not named is dropped',
  ],
  ['Keys', { Keys: ['a', 'b'] }, { Keys: ['a', 'b'] }, 'lists of text stay'],
  ['Environment', { Environment: { Variables: { TOKEN: 's' } } }, {}, 'an object without braces is dropped'],
  ['Lists', { Lists: [{ value: 's' }, 'a'] }, { Lists: ['a'] }, 'objects in a list without braces as well'],
  [
    'tags { * }',
    { tags: { team: 'a', nested: { deep: 's' } } },
    { tags: { team: 'a' } },
    'a star keeps text, not what is below',
  ],
  [
    'methods { * { type } }',
    { methods: { GET: { type: 'AWS', uri: 's' } } },
    { methods: { GET: { type: 'AWS' } } },
    'a star with braces',
  ],
  [
    'UserData { Value? }',
    { UserData: { Value: 'cGFzc3dvcmQ=' } },
    { UserData: { Value: true } },
    'presence, never the value',
  ],
  ['UserData { Value? }', { UserData: { Value: '' } }, { UserData: {} }, 'an empty value is none'],
  ['At', { At: new Date(0) }, { At: '1970-01-01T00:00:00.000Z' }, 'dates are text'],
  ['Blob', { Blob: Buffer.from('s') }, {}, 'bytes are dropped'],
  ['On Count', { On: false, Count: 0 }, { On: false, Count: 0 }, 'false and zero are values'],
  [
    '__proto__ { a }',
    JSON.parse('{"__proto__": {"a": "b"}}'),
    JSON.parse('{"__proto__": {"a": "b"}}'),
    'names are only names',
  ],
])('%s of %j is %j: %s', (selection, value, expected) => {
  expect(keep(selection, value)).toEqual(expected)
})

test.each(['a { b', 'a } b', 'a { b } }'])('%s is refused: braces do not match', (selection) => {
  expect(() => parseSelection(selection)).toThrow('braces')
})

test('pages are joined: lists, members of objects, the first of anything else', () => {
  expect(joinPages({ a: [1], b: { x: 1 }, c: 'first' }, { a: [2], b: { y: 2 }, c: 'second', d: 1 })).toEqual({
    a: [1, 2],
    b: { x: 1, y: 2 },
    c: 'first',
    d: 1,
  })
})

test.each([
  [{}, true],
  [{ Keys: [] }, true],
  [{ ListTags: { a: { Tags: [] } } }, true],
  [{ Keys: [{}] }, false],
  [{ Policy: '' }, false],
])('%j says nothing: %j', (answer, expected) => {
  expect(isEmptyAnswer(answer)).toBe(expected)
})
