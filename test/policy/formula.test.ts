import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  all,
  always,
  any,
  atom,
  atomsOf,
  constant,
  type Formula,
  fromJson,
  gap,
  gapKey,
  never,
  not,
  substitute,
  toJson,
} from '#src/policy/formula.ts'

const [a, b, c] = ['a', 'b', 'c'].map((key) => atom('Bool', key, ['true'])) as [Formula, Formula, Formula]

test.each<[string, Formula, Formula]>([
  ['nothing to hold', all(), always],
  ['nothing to choose', any(), never],
  ['one operand', all(a), a],
  ['a neutral operand', all(always, a, always), a],
  ['an absorbing operand', all(a, never, b), never],
  ['an absorbing operand of any', any(a, always), always],
  ['an operand twice', all(a, a), a],
  ['another order', all(a, b, c), all(c, all(b, a))],
  ['absorbed by any', any(a, all(a, b)), a],
  ['absorbed by all', all(a, any(b, a)), a],
  ['absorbed by a smaller one', any(all(a, b), all(a, b, c)), all(a, b)],
  ['a contradiction', all(a, b, not(a)), never],
  ['a tautology', any(not(a), b, a), always],
  ['twice not', not(not(a)), a],
  ['not always', not(always), never],
  ['not never', not(never), always],
  ['a constant', constant(true), always],
  ['keys in another case, values in another order', atom('Bool', 'K', ['y', 'x', 'y']), atom('Bool', 'k', ['x', 'y'])],
])('%s', (_, formula, expected) => {
  expect(formula.id).toBe(expected.id)
})

test('a gap says what was not collected', () => {
  expect(gap('x')).toMatchObject({ key: gapKey, values: ['x'] })
})

const formulas = fc.letrec<{ formula: Formula }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(a, b, c, always, never),
    tie('formula').map(not),
    fc.array(tie('formula'), { maxLength: 3 }).map((parts) => all(...parts)),
    fc.array(tie('formula'), { maxLength: 3 }).map((parts) => any(...parts)),
  ),
})).formula

const worlds = [0, 1, 2, 3, 4, 5, 6, 7].map(
  (bits) => new Map([a, b, c].map(({ id }, at) => [id, ((bits >> at) & 1) === 1])),
)

function truth(formula: Formula, world: ReadonlyMap<string, boolean>): boolean {
  switch (formula.kind) {
    case 'atom':
      return world.get(formula.id)!
    case 'not':
      return !truth(formula.of, world)
    case 'all':
      return formula.of.every((part) => truth(part, world))
    case 'any':
      return formula.of.some((part) => truth(part, world))
    default:
      return formula.kind === 'always'
  }
}

test('simplification never changes the meaning', () => {
  fc.assert(
    fc.property(formulas, formulas, (left, right) => {
      for (const world of worlds) {
        const [l, r] = [truth(left, world), truth(right, world)]
        expect(truth(all(left, right), world)).toBe(l && r)
        expect(truth(any(left, right), world)).toBe(l || r)
        expect(truth(not(left), world)).toBe(!l)
        const decided = substitute(left, ({ id }) => constant(world.get(id)!))
        expect(decided).toBe(constant(l))
      }
      expect(fromJson(JSON.parse(JSON.stringify(toJson(left)))).id).toBe(left.id)
      expect(atomsOf(all(left, right)).length).toBeLessThanOrEqual(3)
    }),
  )
})
