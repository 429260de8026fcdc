import { expect, test } from 'vitest'
import { compileCondition, evaluateCondition } from '#src/policy/conditions/condition.ts'
import { absent, type KeyLookup, type KeyState, known, unknown } from '#src/policy/conditions/key-state.ts'
import { all, always, any, atom, type Formula, never, not } from '#src/policy/formula.ts'

function holds(
  operator: string,
  values: readonly string[],
  states: Readonly<Record<string, KeyState>>,
  hasVariables = true,
): Formula {
  const lookup: KeyLookup = (key) => states[key] ?? unknown
  return evaluateCondition(compileCondition({ operator, key: 'k', values }, hasVariables), lookup)
}

test.each([
  ['StringEquals', ['a'], known('a'), always],
  ['StringEquals', ['a'], absent, never],
  ['StringNotEquals', ['a'], absent, always],
  ['Null', ['true'], absent, always],
])('%s %j of %j is decided', (operator, values, state, expected) => {
  expect(holds(operator, values, { k: state })).toBe(expected)
})

/** An unknown key may be absent or have any value: what holds in all of these cases holds, what holds in none does not. */
test.each<[string, string[], Formula | undefined]>([
  ['StringEquals', ['a'], undefined],
  ['StringLike', ['*'], undefined],
  ['StringLikeIfExists', ['*'], always],
  ['StringLikeIfExists', ['a*'], undefined],
  ['StringEqualsIfExists', ['*'], undefined],
  ['ForAllValues:StringLike', ['a', '**'], always],
  ['ForAnyValue:StringLike', ['*'], undefined],
  ['ForAnyValue:StringLikeIfExists', ['*'], always],
  ['StringNotLike', ['*'], undefined],
  ['StringNotLikeIfExists', ['*'], undefined],
  ['ForAnyValue:StringNotLike', ['*'], never],
  ['ForAllValues:StringNotLike', ['*'], undefined],
  ['StringEquals', [], never],
  ['StringNotEquals', [], always],
  ['StringEqualsIfExists', [], undefined],
  ['ForAnyValue:StringEquals', [], never],
  ['ForAllValues:StringNotEquals', [], always],
  ['Null', ['true'], undefined],
  ['Null', ['true', 'false'], always],
  ['Null', ['maybe'], never],
  ['ArnLike', ['*'], undefined],
  ['ArnLike', ['arn:aws:*'], never],
  ['ArnNotEquals', ['arn:aws:*', 'x'], always],
  ['NumericLessThan', ['ten'], never],
  ['NumericLessThan', ['ten', '10'], undefined],
  ['NumericNotEqualsIfExists', ['ten'], always],
  ['NumericEqualsIfExists', ['ten'], undefined],
  ['DateEquals', ['never'], never],
  ['Bool', ['yes'], never],
  ['BinaryEquals', ['%'], never],
  ['IpAddress', ['10.0.0.0/33'], never],
  ['NotIpAddress', ['nowhere'], always],
])('%s %j of an unknown key', (operator, values, expected) => {
  expect(holds(operator, values, {})).toEqual(expected ?? atom(operator, 'k', values))
})

/** Before version 2012-10-17 variables are text. */
test('variables are text in an old policy', () => {
  expect(holds('StringEquals', ['${v}'], { k: known('${v}'), v: known('x') }, false)).toBe(always)
  expect(holds('StringLike', ['${v}*'], { k: known('${v}yz'), v: known('x') }, false)).toBe(always)
  expect(holds('StringLike', ['${*}'], { k: known('${abc}') }, false)).toBe(always)
  expect(holds('StringEquals', ['${*}'], {}, false)).toEqual(atom('StringEquals', 'k', ['${*}']))
})

test.each<[string, string[], Record<string, KeyState>, Formula]>([
  ['StringEquals', ['${v}'], { k: known('x'), v: known('x') }, always],
  ['StringEquals', ['${v}'], { k: known('x'), v: known('y') }, never],
  ['StringEquals', ['${*}'], { k: known('*') }, always],
  ['StringLike', ['${v}'], { k: known('ab'), v: known('a*') }, never],
  ['StringLike', ['${v}'], { k: known('a*'), v: known('a*') }, always],
  ['StringEquals', ['${v}'], { v: known('x') }, atom('StringEquals', 'k', ['x'])],
  ['StringEquals', ['${v}'], { v: known('a*') }, atom('StringEquals', 'k', ['a*'])],
  ['StringLike', ['${v}/*'], { v: known('a*') }, atom('StringLike', 'k', ['a${*}/*'])],
  ['ArnLike', ['arn:aws:s3:::${v}'], { k: known('arn:aws:s3:::b'), v: known('b') }, always],
  ['Bool', ['${v}'], { k: known('true'), v: known('true') }, always],
  ['NumericEquals', ['${v}'], { k: known('1'), v: known('1') }, never],
])('%s %j with %j', (operator, values, states, expected) => {
  expect(holds(operator, values, states)).toEqual(expected)
})

/** A variable without a value: a positive condition does not match, a negated one does. */
test('a variable without a value', () => {
  expect(holds('StringEquals', ['${v}'], { k: known('x'), v: absent })).toBe(never)
  expect(holds('StringNotEquals', ['${v}'], { k: known('x'), v: absent })).toBe(always)
  expect(holds('StringEquals', ['${v}', 'x'], { k: known('x'), v: absent })).toBe(always)
  expect(holds('StringEquals', ['${v}'], { v: absent })).toBe(never)
})

test('a variable whose value is not known is what is left', () => {
  const isX = atom('StringEquals', 'v', ['x'])
  expect(holds('StringEquals', ['${v}'], { k: known('x') })).toEqual(isX)
  expect(holds('StringEquals', ['a${v}'], { k: known('x') })).toBe(never)
  expect(holds('StringNotEquals', ['${v}'], { k: known('x') })).toEqual(not(isX))
  expect(holds('StringEquals', ['${v}', 'x'], { k: known('x') })).toBe(always)
  expect(holds('StringNotEquals', ['${v}', 'x'], { k: known('x') })).toBe(never)
  expect(holds('StringEquals', ['${v}', 'z'], { k: known('x'), v: known('x') })).toBe(always)
  expect(holds('StringEquals', ['${v}*'], { k: known('x*') })).toEqual(isX)
  expect(holds('StringEquals', ['${v}*'], { k: known('xy') })).toBe(never)
  expect(holds('StringEqualsIfExists', ['${v}'], { k: known('x') })).toEqual(isX)
  expect(holds('StringLike', ['${v}/*'], { k: known('x/y') })).toEqual(isX)
  expect(holds('StringEquals', ['${v}', '${w}'], { k: known('x') })).toEqual(any(isX, atom('StringEquals', 'w', ['x'])))
  expect(all(isX, holds('StringNotEquals', ['${v}'], { k: known('x') }))).toBe(never)
})

test('what cannot be turned round stays as it is written', () => {
  const written = (operator: string, value: string): Formula => atom(operator, 'k', [value])
  expect(holds('StringEquals', ['${v}'], {})).toEqual(written('StringEquals', '${v}'))
  expect(holds('StringEqualsIgnoreCase', ['${v}'], { k: known('x') })).toEqual(
    written('StringEqualsIgnoreCase', '${v}'),
  )
  expect(holds('ArnLike', ['${v}'], { k: known('arn:aws:s3:::b') })).toEqual(written('ArnLike', '${v}'))
  expect(holds('StringEquals', ["${v, 'd'}"], { k: known('x') })).toEqual(written('StringEquals', "${v, 'd'}"))
  expect(holds('StringLike', ['a*${v}'], { k: known('x') })).toEqual(written('StringLike', 'a*${v}'))
  expect(holds('StringEquals', ['${v}', '${v}${w}'], { k: known('x') })).toEqual(
    atom('StringEquals', 'k', ['${v}', '${v}${w}']),
  )
  expect(holds('ForAnyValue:StringEquals', ['${v}'], { k: known('x', 'y') })).toEqual(
    written('ForAnyValue:StringEquals', '${v}'),
  )
  expect(holds('StringEquals', ['${v}'], { k: absent })).toBe(never)
  expect(holds('StringNotEquals', ['${v}'], { k: absent })).toBe(always)
})

test('an operator that AWS does not have is an error', () => {
  expect(() => compileCondition({ operator: 'StringIs', key: 'k', values: [] }, true)).toThrow(
    'unknown condition operator',
  )
})
