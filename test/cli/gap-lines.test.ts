import { expect, test } from 'vitest'
import { gapLine, gapLines } from '#src/cli/gap-lines.ts'
import type { Gap } from '#src/model/model.ts'

const gap = (more: Partial<Gap>): Gap => ({
  account: '111122223333',
  region: undefined,
  service: 'iam',
  operation: 'ListAccessKeys',
  code: 'AccessDenied',
  ...more,
})

test.each([
  [gap({}), 'not collected: 111122223333: iam ListAccessKeys (AccessDenied)'],
  [
    gap({ region: 'eu-west-1', resource: 'x' }),
    'not collected: 111122223333, eu-west-1: iam ListAccessKeys of x (AccessDenied)',
  ],
  [gap({ account: undefined, operation: '*', code: 'NotCollected' }), 'not collected: iam'],
  [gap({ code: 'Unreadable', message: 'a.json: is not JSON\u001b' }), 'not readable: a.json: is not JSON\\u{1b}'],
  [gap({ code: 'Unreadable' }), 'not readable: 111122223333: iam ListAccessKeys'],
])('%j', (one, line) => {
  expect(gapLine(one)).toBe(line)
})

test('one line each, the same once, services that were not asked for together', () => {
  const nobodyAsked = { account: undefined, operation: '*', code: 'NotCollected' }
  expect(
    gapLines([gap({}), gap({}), gap({ ...nobodyAsked, service: 'kms' }), gap({ ...nobodyAsked, service: 'sqs' })]),
  ).toEqual(['not collected: 111122223333: iam ListAccessKeys (AccessDenied)', 'not collected: kms, sqs'])
})

test('a summary beyond ten', () => {
  const lines = gapLines(Array.from({ length: 25 }, (_, index) => gap({ resource: String(index) })))
  expect(lines).toHaveLength(11)
  expect(lines.at(-1)).toBe('note: 15 more like these; trustwalk snapshots verify lists all')
})
