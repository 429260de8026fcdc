import { describe, expect, test } from 'vitest'
import { type DocumentDecision, evaluateDocument } from '#src/evaluate/document.ts'
import { loadVectors, type Vector, withContext } from '../support/vectors.ts'

const vectors = loadVectors()

type Answer = Exclude<DocumentDecision, { error: string }>

const residualSet = (atoms: NonNullable<Vector['expected']['residual']>): readonly string[] =>
  atoms
    .map(({ effect, operator, key, values }) =>
      JSON.stringify([effect, operator, key.toLowerCase(), [...values].sort()]),
    )
    .sort()

describe.each(vectors)('$id $title', (vector) => {
  const { expected } = vector
  const answer = evaluateDocument(vector) as Answer

  test('is decided as AWS decides', () => {
    expect(answer).toMatchObject({ decision: expected.decision })
    if (expected.blockedBy !== undefined)
      expect(expected.blockedBy).toEqual(expect.arrayContaining([answer.blockedBy[0]]))
    expect(residualSet(answer.residual)).toEqual(residualSet(expected.residual ?? []))
    if (expected.bounds !== undefined) expect(answer.bounds).toEqual(expected.bounds)
  })

  test.runIf(expected.witnesses !== undefined).each(expected.witnesses ?? [])('$decision with $context', (witness) => {
    const decided = evaluateDocument(withContext(vector, witness.context, witness.absent))
    expect(decided).toMatchObject({ decision: witness.decision })
  })
})

test('all vectors are there', () => {
  expect(vectors).toHaveLength(150)
})
