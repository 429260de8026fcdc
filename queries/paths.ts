import { z } from 'zod'
import type { Hint } from '#src/answers/answer.ts'
import { fingerprint } from '#src/answers/fingerprint.ts'
import type { PathJson, PathResult, PathsAnswer } from '#src/answers/paths.ts'
import { verdictOfRank } from '#src/answers/verdict.ts'
import type { Path } from '#src/graph/paths.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import type { Model } from '#src/model/model.ts'
import { atomsOf, gapKey } from '#src/policy/formula.ts'
import { type BlockedSearch, searchBlocked } from './blocked-hops.ts'
import { accountsOf, HopProver } from './hop-proof.ts'
import { summaryOf, textParts } from './naming.ts'
import { type FoundPair, searchPairs } from './pair-search.ts'
import { defineQuery, type Questioned } from './query.ts'
import { type End, type Selection, select, targetOf } from './selectors.ts'

export const paths = defineQuery({
  id: 'paths',
  question: 'By which shortest paths does one get from here to there?',
  params: z.object({
    from: z.string().describe('selector of the starts'),
    to: z.string().describe('selector of the ends'),
    max: z.number().int().min(1).default(3).describe('most paths shown for a pair'),
  }),
  prepare(about, { from, to, max }) {
    const starts = select(about, from)
    const ends = targets(about, to, select(about, to))
    const isPair = starts.isSingle && ends.isSingle
    const isOne = isPair || (starts.ends.length === 1 && ends.ends.length === 1)
    if (isOne && starts.ends[0]!.arn === ends.ends[0]!.arn) {
      throw usageError(`${quote(from)} and ${quote(to)} are the same node`, 'a path leads from one node to another')
    }
    const pairs = searchPairs(about, starts.ends, ends.ends, max, isOne)
    const closed = pairs.map((pair) => (pair.paths.length === 0 ? searchBlocked(about, pair.from, pair.to) : undefined))
    const accounts = new Set<string>()
    for (const { paths } of pairs) {
      for (const { nodes, labels } of paths) for (const id of accountsOf(about, nodes, labels)) accounts.add(id)
    }
    for (const search of closed) for (const id of search?.accounts ?? []) accounts.add(id)
    return {
      accounts,
      answer(model: Model): PathsAnswer {
        const prover = new HopProver(model, about)
        const results = pairs.map((pair, at) => resultOf(prover, pair, closed[at]))
        return pathsAnswer(about, results, { from, to, max, isList: !isOne })
      },
    }
  },
})

/** A target outside the organization stands for itself alone: what reaches another principal there does not reach it. */
function targets(about: Questioned, text: string, selection: Selection): Selection {
  const ends = selection.ends.map((end) => {
    if (end.missing !== undefined) return end
    const node = targetOf(about, end)
    if (node === undefined) throw usageError(`nothing in the snapshot leads to ${quote(text)}: it lies outside`)
    return { ...end, nodes: [node] }
  })
  return { ...selection, ends }
}

function resultOf(
  prover: HopProver,
  { from, to, verdict, paths: found, hasMore }: FoundPair,
  closed: BlockedSearch | undefined,
): PathResult {
  const shown = found.map((path) => pathJson(prover, path, from))
  const ends = { from: from.arn, to: to.arn }
  const lacking = [from.missing, to.missing].filter((gap) => gap !== undefined)
  if (shown.length === 0 && lacking.length > 0)
    return { ...ends, verdict: 'unknown', paths: [], hasMore, missing: lacking }
  if (verdict === 'unknown') return { ...ends, verdict, paths: shown, hasMore, missing: missingOf(found) }
  if (verdict !== 'no') return { ...ends, verdict, paths: shown, hasMore }
  const blockedBy = closed?.blocks(prover) ?? []
  return { ...ends, verdict, paths: [], hasMore, ...(blockedBy.length > 0 && { blockedBy }) }
}

function pathJson(prover: HopProver, path: Path, from: End): PathJson {
  const hops = prover.hops(path, from.arn)
  return { id: fingerprint(hops), verdict: verdictOfRank(path.rank), hops }
}

/** What was not collected and decides these paths. */
function missingOf(found: readonly Path[]): readonly string[] {
  const missing = new Set<string>()
  for (const { labels } of found) {
    for (const { formula } of labels) {
      for (const { key, values } of atomsOf(formula)) if (key === gapKey) for (const value of values) missing.add(value)
    }
  }
  return [...missing].sort()
}

function pathsAnswer(
  about: Questioned,
  results: readonly PathResult[],
  asked: { readonly from: string; readonly to: string; readonly max: number; readonly isList: boolean },
): PathsAnswer {
  const arns = new Set<string>()
  const techniques = new Set<string>()
  for (const { from, to, paths: shown, blockedBy } of results) {
    arns.add(from).add(to)
    for (const hop of shown.flatMap(({ hops }) => hops)) {
      arns.add(hop.from).add(hop.to)
      if (hop.resource !== undefined) arns.add(hop.resource)
      for (const id of [hop.technique, ...hop.alsoTechniques]) techniques.add(id)
    }
    for (const { hop } of blockedBy ?? []) {
      if (hop === undefined) continue
      arns.add(hop.from).add(hop.to)
      if (hop.technique !== undefined) techniques.add(hop.technique)
    }
  }
  const notes = results.length === 0 ? [`no path leads from ${asked.from} to ${asked.to}`] : []
  return {
    shape: 'paths',
    kind: 'trustwalk.paths',
    version: 1,
    snapshot: summaryOf(about.register),
    results,
    text: textParts(about, arns, { techniques, notes, hints: hintsFor(about, results, asked) }),
  }
}

function hintsFor(
  about: Questioned,
  results: readonly PathResult[],
  { max, isList }: { readonly max: number; readonly isList: boolean },
): readonly Hint[] {
  const hints: Hint[] = []
  if (results.some(({ hasMore }) => hasMore)) {
    hints.push({ text: 'shows more paths', command: `--max ${Math.max(10, max * 3)}` })
  }
  const fact = firstFact(about, results)
  if (fact !== undefined) hints.push({ text: 'asks as someone who knows it', command: `--have ${quoteArgument(fact)}` })
  // Pairs without a path are left out of a list: some of them may have one that nobody can see.
  const mayLack = isList && about.register.gaps.length > 0
  if (mayLack || results.some(({ verdict }) => verdict === 'unknown')) {
    const more = mayLack ? ', and may open more' : ''
    hints.push({ text: `lists what could not be read${more}`, command: 'trustwalk snapshots verify' })
  }
  return hints
}

/** A condition that a `--have` would settle. */
function firstFact({ have }: Questioned, results: readonly PathResult[]): string | undefined {
  const stated = new Set([...have.keys()].map((key) => key.toLowerCase()))
  for (const { paths: shown } of results) {
    for (const { verdict, conditions } of shown.flatMap(({ hops }) => hops)) {
      if (verdict !== 'conditional') continue
      const plain = conditions.find(
        ({ key, operator, values }) =>
          /^(String|Arn|Bool)(Equals|Like)?/.test(operator) &&
          values.length > 0 &&
          !/[*?]/.test(values[0]!) &&
          !key.startsWith('trustwalk:') &&
          !stated.has(key.toLowerCase()),
      )
      if (plain !== undefined) return `${plain.key}=${plain.values[0]}`
    }
  }
  return undefined
}
