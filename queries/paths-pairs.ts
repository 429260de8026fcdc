import { z } from 'zod'
import type { LinesAnswer, PairLine } from '#src/answers/lines.ts'
import { verdictOfRank } from '#src/answers/verdict.ts'
import type { Path } from '#src/graph/paths.ts'
import { surestPath } from '#src/graph/paths.ts'
import { type Reach, reach } from '#src/graph/reach.ts'
import type { Have } from '#src/graph/session-states.ts'
import { InputError } from '#src/lib/errors.ts'
import { conditionsAlong } from './hop-proof.ts'
import { summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned, readsNothing } from './query.ts'
import { type End, selectOne, targetOf } from './selectors.ts'

/** Facts of a line: one value, or several, by key. */
export const haveSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]))

export const pairSchema = z.object({ from: z.string(), to: z.string(), have: haveSchema.optional() })

export const pathsPairs = defineQuery({
  id: 'paths-pairs',
  question: 'Does a path lead from each of these starts to its end?',
  params: z.object({ pairs: z.array(z.unknown()).describe('{"from","to","have"}, one a line') }),
  prepare(about, { pairs }) {
    const lines = answerPairs(about, pairs)
    const arns = new Set(lines.flatMap(({ from, to, hops }) => [from, to, ...hops]))
    return readsNothing<LinesAnswer>({
      shape: 'lines',
      of: 'pairs',
      kind: 'trustwalk.paths',
      version: 1,
      snapshot: summaryOf(about.register),
      lines,
      text: textParts(about, arns),
    })
  },
})

/** A line that names two ends. */
interface Resolved {
  readonly from: string
  readonly to: string
  readonly start: End
  readonly target: number
  readonly have: Have
  /** What was not collected of an end: without a path it cannot be said that there is none. */
  readonly missing?: string
}

/** One backward search for each end serves all lines that ask for it, wherever they stand. */
function answerPairs(about: Questioned, pairs: readonly unknown[]): readonly PairLine[] {
  const lines: PairLine[] = []
  const byEnd = new Map<string, number[]>()
  const resolved = pairs.map((pair, at) => {
    const line = resolve(about, pair)
    if ('error' in line) lines[at] = line
    else {
      const key = JSON.stringify([line.target, [...line.have]])
      byEnd.set(key, [...(byEnd.get(key) ?? []), at])
    }
    return line
  })
  for (const places of byEnd.values()) {
    const { target, have } = resolved[places[0]!] as Resolved
    const back = reach(about.graph, [{ node: target }], { have, backwards: true })
    for (const at of places) {
      const { from, to, start, missing } = resolved[at] as Resolved
      const answer = answerOf({ ...about, have }, start, target, back)
      const isOpen = answer.verdict === 'no' && missing !== undefined
      lines[at] = isOpen ? failed(from, to, notCollected(missing)) : { from, to, ...answer }
    }
  }
  return lines
}

function resolve(about: Questioned, line: unknown): Resolved | (PairLine & { readonly error: string }) {
  const parsed = pairSchema.safeParse(line)
  if (!parsed.success) return failed(textAt(line, 'from'), textAt(line, 'to'), 'expected {"from": …, "to": …}')
  const { from, to } = parsed.data
  try {
    const start = selectOne(about, from)
    const end = selectOne(about, to)
    const missing = start.missing ?? end.missing
    const target = targetOf(about, end)
    if (missing !== undefined && (target === undefined || start.nodes.length === 0))
      return failed(from, to, notCollected(missing))
    if (target === undefined) return failed(from, to, `nothing in the snapshot leads to ${to}: it lies outside`)
    const have = withFacts(about.have, parsed.data.have)
    return { from, to, start, target, have, ...(missing !== undefined && { missing }) }
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return failed(from, to, error.message)
  }
}

function answerOf(about: Questioned, { nodes }: End, target: number, back: Reach): Omit<PairLine, 'from' | 'to'> {
  const { graph } = about
  let shortest: Path | undefined
  for (const node of nodes) {
    const path = surestPath(graph, { node }, target, back)
    if (path !== undefined && (shortest === undefined || isBetter(path, shortest))) shortest = path
  }
  if (shortest === undefined) return { verdict: 'no', length: null, hops: [], conditions: [] }
  return {
    verdict: verdictOfRank(shortest.rank),
    length: shortest.labels.length,
    hops: shortest.nodes.slice(1).map((node) => graph.node(node).arn),
    conditions: conditionsAlong(shortest.labels, about),
  }
}

const notCollected = (what: string): string => `not collected: ${what}`

const isBetter = (path: Path, than: Path): boolean =>
  path.rank - than.rank < 0 || (path.rank === than.rank && path.labels.length < than.labels.length)

const failed = (from: string, to: string, error: string): PairLine & { readonly error: string } => ({
  from,
  to,
  verdict: 'unknown',
  length: null,
  hops: [],
  conditions: [],
  error,
})

/** What a line states goes before what holds for the whole question. */
export function withFacts(have: Have, facts: z.output<typeof haveSchema> | undefined): Have {
  if (facts === undefined) return have
  const stated = new Map([...have].map(([key, values]) => [key.toLowerCase(), values]))
  for (const [key, value] of Object.entries(facts))
    stated.set(key.toLowerCase(), typeof value === 'string' ? [value] : value)
  return stated
}

export function textAt(line: unknown, key: string): string {
  const value: unknown = typeof line === 'object' && line !== null ? Reflect.get(line, key) : undefined
  return typeof value === 'string' ? value : ''
}
