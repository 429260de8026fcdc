import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type DocumentDecision, evaluateDocument } from '#src/evaluate/document.ts'

interface Vector {
  readonly id: string
  readonly title: string
  readonly request: { readonly context: object; readonly absent: readonly string[] }
  readonly expected: {
    readonly decision: string
    readonly blockedBy?: readonly string[]
    readonly residual?: readonly { effect: string; operator: string; key: string; values: readonly string[] }[]
    readonly bounds?: { readonly best: string; readonly worst: string }
    readonly witnesses?: readonly { decision: string; context: object; absent: readonly string[] }[]
  }
}

const directory = new URL('../vectors/', import.meta.url)
const vectors: readonly Vector[] = readdirSync(directory)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as Vector[])

type Answer = Exclude<DocumentDecision, { error: string }>

/** The vector with more of its context known. */
const complete = ({ request, ...vector }: Vector, context: object, absent: readonly string[]): unknown => ({
  ...vector,
  request: { ...request, context: { ...request.context, ...context }, absent: [...request.absent, ...absent] },
})

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
    const decided = evaluateDocument(complete(vector, witness.context, witness.absent))
    expect(decided).toMatchObject({ decision: witness.decision })
  })
})

test('all vectors are there', () => {
  expect(vectors).toHaveLength(150)
})
