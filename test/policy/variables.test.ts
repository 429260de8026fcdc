import { expect, test } from 'vitest'
import { absent, type KeyLookup, known, unknown } from '#src/policy/conditions/key-state.ts'
import { expand, hasVariable, parseTemplate, solve, withoutVariables, writeTemplate } from '#src/policy/variables.ts'

const states = new Map([
  ['aws:username', known('alice')],
  ['aws:principaltag/team', absent],
  ['aws:principaltag/star', known('a*b')],
  ['aws:calledvia', known('a.amazonaws.com', 'b.amazonaws.com')],
  ['empty', known()],
])
const lookup: KeyLookup = (key) => states.get(key.toLowerCase()) ?? unknown

/** IAM User Guide, "IAM policy elements: Variables and tags". */
test.each([
  ['home/${aws:username}/*', 'home/alice/*', 'replaced'],
  ['home/${AWS:UserName}', 'home/alice', 'keys in any case'],
  ['${aws:username}${aws:username}', 'alicealice', 'several'],
  ["x-${aws:PrincipalTag/team, 'company-wide'}", 'x-company-wide', 'the default of an absent key'],
  ["x-${aws:PrincipalTag/team,'a, b'}", 'x-a, b', 'a default with a comma'],
  ["${aws:username, 'nobody'}", 'alice', 'no default where there is a value'],
  ['${aws:PrincipalTag/star}', 'a${*}b', 'a wildcard in a value is a character'],
  ['${*}/${?}/${$}', '${*}/${?}/${$}', 'escapes stay'],
  ['${}', '${}', 'no name, no variable'],
  ['${open', '${open', 'no end, no variable'],
])('%s becomes %s: %s', (text, expected) => {
  expect(expand(parseTemplate(text), lookup)).toEqual({ kind: 'text', text: expected })
})

test.each([
  ['${aws:PrincipalTag/team}', 'an absent key without a default'],
  ['${aws:CalledVia}', 'a key of several values'],
  ['${empty}', 'a key without values'],
])('%s has no value: %s', (text) => {
  expect(expand(parseTemplate(text), lookup)).toEqual({ kind: 'missing' })
})

test.each(['${aws:SourceIp}', "a/${aws:SourceIp, 'x'}/${aws:Referer}/*"])(
  '%s stays open, and is written as it was',
  (text) => {
    const expansion = expand(parseTemplate(text), lookup)
    if (expansion.kind !== 'open') throw new Error(expansion.kind)
    expect(writeTemplate(expansion.template)).toBe(text)
  },
)

test('a template is text and variables, and nothing empty', () => {
  const variable = (key: string, fallback?: string): object => ({ key, fallback })
  expect(parseTemplate('${a}')).toEqual([variable('a')])
  expect(parseTemplate('${a}${b}')).toEqual([variable('a'), variable('b')])
  expect(parseTemplate("x${ a , 'd' }y")).toEqual(['x', variable('a', 'd'), 'y'])
  expect(parseTemplate('${a, d}')).toEqual([variable('a, d')])
  expect(parseTemplate('')).toEqual([])
})

test('what is a variable', () => {
  expect(['${a}', 'x${aws:username}'].map(hasVariable)).toEqual([true, true])
  expect(['${*}', '${?}', '${$}', '${}', '${', 'a'].some(hasVariable)).toBe(false)
  expect(withoutVariables('a/${aws:username}/*')).toBe('a/${$}{aws:username}/*')
})

const open = (text: string): Parameters<typeof solve>[0] => parseTemplate(text)

test.each([
  ['home/${k}', 'home/alice', ['alice'], 'the rest of the text'],
  ['home/${k}/x', 'home/alice/x', ['alice'], 'the text between'],
  ['home/${k}/*', 'home/a/b/c', ['a', 'a/b'], 'each that a wildcard leaves'],
  ['home/${k}', 'other', [], 'none'],
  ['home/${k}/x', 'home/alice/y', [], 'none'],
])('%s fits %s with %j: %s', (template, text, values) => {
  expect(solve(open(template), text)?.values).toEqual(values)
})

test('what is too long is not looked at', () => {
  expect(solve(open('${k}*'), 'x'.repeat(512))?.values).toHaveLength(513)
  expect(solve(open('${k}*'), 'x'.repeat(513))).toBeUndefined()
})

test.each([
  ['*/${k}', 'a/b'],
  ['${a}/${b}', 'a/b'],
  ['plain', 'plain'],
  ['${k}*', 'x'.repeat(600)],
])('%s against %s takes more than looking', (template, text) => {
  expect(solve(open(template), text)).toBeUndefined()
})
