import { expect, test } from 'vitest'
import { formatJson, formatJsonLine, parseJson } from '#src/lib/json.ts'

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
