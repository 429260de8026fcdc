import { expect, test } from 'vitest'
import { addressRangeOf, binaryOf, contains, numberOf, secondsOf } from '#src/policy/conditions/values.ts'

test.each([
  ['10', 10],
  ['-1.5', -1.5],
  ['+2.', 2],
  ['.5', 0.5],
  ['1e3', 1000],
  ['', undefined],
  ['0x10', undefined],
  ['1 ', undefined],
  ['Infinity', undefined],
])('the number %j is %s', (text, expected) => {
  expect(numberOf(text)).toBe(expected)
})

/** W3C profile of ISO 8601, or epoch seconds: IAM User Guide, "Date condition operators". */
test.each([
  ['1970-01-01T00:01:00Z', 60],
  ['1970-01-01T00:01:00', 60],
  ['1970-01-01T01:00:00.250+01:00', 0.25],
  ['1969-12-31T23:00:00-0100', 0],
  ['1970-01-02', 86_400],
  ['1970-02', 2_678_400],
  ['1971', 31_536_000],
  ['19700102T000000Z', 86_400],
  ['1970-01-01T00:01Z', 60],
  ['1970-01-01T24:00:00Z', 86_400],
  ['1700000000', 1_700_000_000],
  ['1700000000.5', 1_700_000_000.5],
  ['1970-02-30', undefined],
  ['1970-13-01', undefined],
  ['today', undefined],
])('the date %j is %s', (text, expected) => {
  expect(secondsOf(text)).toBe(expected)
})

test.each([
  ['QQ==', 'A'],
  ['QR', 'A'],
  ['QUJDR', undefined],
  ['Q Q', undefined],
])('the binary %j is %s', (text, expected) => {
  expect(binaryOf(text)).toBe(expected)
})

test.each([
  ['10.0.0.0/8', '10.255.1.2', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['0.0.0.0/0', '255.255.255.255', true],
  ['10.0.0.1', '10.0.0.0/31', false],
  ['2001:db8::/32', '2001:db8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::', false],
  ['::/0', '::1', true],
  ['::ffff:0:0/96', '::ffff:10.0.0.1', true],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', true],
  ['::/0', '1.2.3.4', false],
])('%s contains %s: %s', (outer, inner, expected) => {
  expect(contains(addressRangeOf(outer)!, addressRangeOf(inner)!)).toBe(expected)
})

test.each([
  '',
  '1.2.3',
  '1.2.3.256',
  '1.2.3.04',
  '1.2.3.4/33',
  '1.2.3.4/x',
  '1.2.3.4/8/8',
  '1.2.3.4/',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7:8::',
  'g::',
  '::1.2.3',
  '1.2.3.4::',
  '::x',
  '::/129',
])('%j is no address', (text) => {
  expect(addressRangeOf(text)).toBeUndefined()
})
