import { quote } from './escape.ts'

/** Names nearer than this share of their length are worth suggesting. */
const tolerance = 0.4
/** Longer texts are compared by their beginning: the cost is the product of the lengths. */
const longest = 120

/**
 * The candidates that a mistyped name may have meant, the nearest first: by edit distance, without regard to case, or
 * because one holds the other. Linear in the number of candidates.
 */
export function nearestNames(name: string, candidates: Iterable<string>, limit = 3): readonly string[] {
  const wanted = name.slice(0, longest).toLowerCase()
  if (wanted === '') return []
  const near: { readonly candidate: string; readonly distance: number }[] = []
  for (const candidate of new Set(candidates)) {
    const distance = distanceBetween(wanted, candidate.slice(0, longest).toLowerCase(), allowed(wanted.length))
    if (distance !== undefined) near.push({ candidate, distance })
  }
  near.sort((left, right) => left.distance - right.distance || (left.candidate < right.candidate ? -1 : 1))
  return near.slice(0, limit).map(({ candidate }) => candidate)
}

/** `did you mean `a` or `b`?`, for the help of an error. */
export const didYouMean = (names: readonly string[]): string =>
  `did you mean ${names.map((name) => quote(name)).join(' or ')}?`

const allowed = (length: number): number => Math.max(1, Math.floor(length * tolerance))

/** Edits (insert, delete, replace, swap neighbours) from one text to the other; undefined when more than `most`. */
function distanceBetween(left: string, right: string, most: number): number | undefined {
  if (left === right) return 0
  if (left.length >= 3 && right.includes(left)) return 1
  if (Math.abs(left.length - right.length) > most) return undefined
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    let best = row
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let edits = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1))
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]) {
        edits = Math.min(edits, beforePrevious[column - 2]! + 1)
      }
      current.push(edits)
      best = Math.min(best, edits)
    }
    if (best > most) return undefined
    beforePrevious = previous
    previous = current
  }
  const edits = previous[right.length]!
  return edits <= most ? edits : undefined
}
