import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluateDocument } from '#src/evaluate/document.ts'
import { loadVectors, withContext } from '../support/vectors.ts'

/**
 * Rule 13 of the vectors: whatever the unknown keys turn out to be, the decision lies between the bounds, and what is not
 * conditional keeps its outcome; only an implicit denial may turn out to be an explicit one.
 */

const favour = ['ExplicitlyDenied', 'ImplicitlyDenied', 'Allowed']

/** Values that conditions of the document ask for, by key; the keys are those the document says nothing about. */
function openKeys(json: unknown, found = new Map<string, Set<string>>()): Map<string, Set<string>> {
  if (typeof json !== 'object' || json === null) return found
  for (const [name, value] of Object.entries(json)) {
    if (name === 'Condition') {
      for (const keys of Object.values(value as Record<string, Record<string, unknown>>)) {
        for (const [key, wanted] of Object.entries(keys)) {
          const values =
            found.get(key.toLowerCase()) ?? new Set(['other', '198.51.100.9', 'true', 'false', '2026-01-01T00:00:00Z'])
          for (const one of [wanted].flat()) values.add(String(one).replace('*', 'x').replace('/24', ''))
          found.set(key.toLowerCase(), values)
        }
      }
    } else openKeys(value, found)
  }
  return found
}

const derived =
  /^aws:(principal(arn|account|type|isawsservice|servicename|orgid|orgpaths|tag\/.*)|userid|username|resource(account|orgid|orgpaths))$/

test.each(loadVectors())('$id holds whatever the unknown keys are', (vector) => {
  const before = evaluateDocument(vector)
  if (before.error !== undefined) throw new Error(before.error)
  const { context, absent } = vector.request
  const stated = new Set([...Object.keys(context), ...absent].map((key) => key.toLowerCase()))
  const open = [...openKeys(vector)].filter(([key]) => !stated.has(key) && !derived.test(key))
  const states = open.map(([key, values]) =>
    fc
      .oneof(fc.constant(undefined), fc.subarray([...values], { minLength: 1, maxLength: 2 }))
      .map((state) => [key, state] as const),
  )
  fc.assert(
    fc.property(fc.tuple(...states), (chosen) => {
      const known = Object.fromEntries(chosen.filter(([, state]) => state !== undefined))
      const missing = chosen.flatMap(([key, state]) => (state === undefined ? [key] : []))
      const after = evaluateDocument(withContext(vector, known, missing))
      const rank = favour.indexOf(String(after.decision))
      expect(rank).toBeGreaterThanOrEqual(favour.indexOf(before.bounds.worst))
      expect(rank).toBeLessThanOrEqual(favour.indexOf(before.bounds.best))
    }),
    { numRuns: open.length === 0 ? 1 : 200 },
  )
})
