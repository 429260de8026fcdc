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

  /** Nothing that is found from now on changes the hop: it is certain, and waits for nothing. */
  isSettled(from: number, to: number): boolean {
    const ways = this.#pairs.get(from)?.get(to)
    return ways?.some((way) => way.formula.kind === 'always' && !isWaiting(way)) === true
  }

  /** The condition under which any of the ways leads from one node to the other. */
  formula(from: number, to: number): Formula {
    return any(...(this.#pairs.get(from)?.get(to) ?? []).map((way) => way.formula))
  }

  /** Whatever some way leads to, with the condition. */
  *from(from: number): Generator<{ to: number; formula: Formula }> {
    for (const to of this.#pairs.get(from)?.keys() ?? []) yield { to, formula: this.formula(from, to) }
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

const isWaiting = ({ opening }: Pick<Way, 'opening'>): boolean => opening.technique.waitsFor !== undefined

const stepOf = ({ technique, resource }: Way['opening']) => ({
  technique: technique.id,
  via: technique.via,
  ...(resource !== undefined && { resource }),
})
