import type { Formula } from '#src/policy/formula.ts'
import { any } from '#src/policy/formula.ts'
import type { Opening } from '#src/techniques/technique.ts'
import type { Label, Verdict } from './graph.ts'
import type { LabelMaker } from './label-maker.ts'

interface Way {
  readonly opening: Pick<Opening, 'technique' | 'resource'>
  readonly formula: Formula
}

/**
 * Several techniques may serve the same pair: they are one hop, named after the one that needs nothing further to happen,
 * under the condition that any of them holds.
 */
export class HopsByPair {
  readonly #labels: LabelMaker
  readonly #pairs = new Map<number, Map<number, Way[]>>()

  constructor(labels: LabelMaker) {
    this.#labels = labels
  }

  add(from: number, to: number, opening: Way['opening'], formula: Formula): void {
    let row = this.#pairs.get(from)
    if (row === undefined) this.#pairs.set(from, (row = new Map()))
    const ways = row.get(to)
    if (ways === undefined) row.set(to, [{ opening, formula }])
    else ways.push({ opening, formula })
  }

  *hops(): Generator<{ from: number; to: number; label: Label }> {
    for (const [from, row] of this.#pairs) {
      for (const [to, ways] of row) {
        const label = mergedLabel(this.#labels, ways)
        if (label !== undefined) yield { from, to, label }
      }
    }
  }
}

const order: Readonly<Record<Verdict, number>> = { certain: 0, conditional: 1, unknown: 2, no: 3 }

/** One label for all ways of a pair; the best verdict first, then what waits for nothing, then the catalogue's order. */
export function mergedLabel(labels: LabelMaker, ways: readonly Way[]): Label | undefined {
  const open = ways
    .map((way) => ({ ...way, label: labels.label(stepOf(way.opening), way.formula) }))
    .filter((way): way is typeof way & { label: Label } => way.label !== undefined)
  open.sort((left, right) => {
    const byVerdict = order[left.label.verdict] - order[right.label.verdict]
    if (byVerdict !== 0) return byVerdict
    const byWaiting = Number(isWaiting(left)) - Number(isWaiting(right))
    if (byWaiting !== 0) return byWaiting
    return left.opening.technique.id < right.opening.technique.id ? -1 : 1
  })
  const [first, ...others] = open
  if (first === undefined) return undefined
  const also = [...new Set(others.map(({ opening }) => opening.technique.id))].filter(
    (id) => id !== first.opening.technique.id,
  )
  if (also.length === 0 && others.length === 0) return first.label
  return labels.label(
    { ...stepOf(first.opening), alsoTechniques: also.sort() },
    any(...open.map(({ formula }) => formula)),
  )
}

const isWaiting = ({ opening }: Way): boolean => opening.technique.waitsFor !== undefined

const stepOf = ({ technique, resource }: Way['opening']) => ({
  technique: technique.id,
  via: technique.via,
  ...(resource !== undefined && { resource }),
})
