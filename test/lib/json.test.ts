import { expect, test } from 'vitest'
import { formatJson, formatJsonLine, jsonParts, parseJson } from '#src/lib/json.ts'

test.each([
  ['{"a": 1', 'x.json: is not JSON: it ends too early'],
  ['{"a": 1,\n  oops}', 'x.json: is not JSON: line 2, column 3'],
  ['  ', 'x.json: is empty'],
])('%j: %s', (text, message) => {
  expect(() => parseJson(text, 'x.json')).toThrow(message)
})

test('a byte order mark is no error', () => {
  expect(parseJson('\ufeff{"a":1}', 'x.json')).toEqual({ a: 1 })
})

test('what is written holds nothing raw, and reads back the same', () => {
  const value = { 'a\u202e': '\u0085' }
  expect(formatJson(value)).toBe('{\n  "a\\u202e": "\\u0085"\n}')
  expect(JSON.parse(formatJsonLine(value))).toEqual(value)
})

test.each([
  [
    {
      a: 1,
      b: [],
      c: {},
      d: [{ e: [1, { f: 'g\u202e' }] }, null, undefined, 'x'],
      h: undefined,
      i: { j: { k: [] } },
      l: null,
    },
  ],
  [[1, [2, [3]], { a: { b: 1 } }]],
  [[]],
  ['text'],
  [null],
])('in parts it is the same text: %j', (value) => {
  expect([...jsonParts(value)].join('')).toBe(formatJson(value))
})

test('parts stay small', () => {
  const entries = Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'x'.repeat(20) }))
  const parts = [...jsonParts({ entries })]
  expect(parts.length).toBeGreaterThan(5)
  expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(70_000)
  expect(JSON.parse(parts.join(''))).toEqual({ entries })
})
