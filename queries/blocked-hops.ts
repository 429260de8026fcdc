import type { BlockJson } from '#src/answers/evidence.ts'
import type { Layer } from '#src/evaluate/decision.ts'
import type { Attempt } from '#src/graph/attempts.ts'
import type { Node, NodeKind } from '#src/graph/graph.ts'
import { reach } from '#src/graph/reach.ts'
import { accountsOf, type HopProver } from './hop-proof.ts'
import { Intent } from './openness.ts'
import type { Questioned } from './query.ts'
import type { End } from './selectors.ts'

/** Pairs that are looked at, the nearest first, those that are decided, and blocks that are told. */
const mostPairs = 20_000
const mostAccounts = 40
const mostAssumptions = 200
const mostTechniques = 80
const mostBlocks = 12

export interface BlockedSearch {
  readonly accounts: ReadonlySet<string>
  /** The hops that would have made a path, look open and are not, the most open first. */
  blocks(prover: HopProver): readonly BlockJson[]
}

interface Pair {
  readonly from: Node
  readonly to: Node
  /** The start of the question. */
  readonly isStart: boolean
  /** Coming this far, or going on from there, already takes a condition. */
  readonly isConditional: boolean
  /** Hops of the path that it would have made. */
  readonly length: number
}

/**
 * Why there is no path: of the hops from something that the start reaches to something that reaches the end, those that look
 * open. Bounded work; what is looked at first is what would have made the shortest path.
 */
export function searchBlocked(about: Questioned, start: End, end: End): BlockedSearch {
  const accounts = new Set<string>()
  const pairs = pairsBetween(about, start, end).filter(({ from, to }) => {
    const needed = accountsOf(about, [about.graph.find(from.arn)!, about.graph.find(to.arn)!])
    if (accounts.size >= mostAccounts && [...needed].some((id) => !accounts.has(id))) return false
    for (const id of needed) accounts.add(id)
    return true
  })
  return { accounts, blocks: (prover) => blocksOf(prover, pairs, start) }
}

function pairsBetween({ graph, have }: Questioned, start: End, end: End): readonly Pair[] {
  if (start.nodes.length === 0 || end.nodes.length === 0) return []
  const forwards = reach(
    graph,
    start.nodes.map((node) => ({ node })),
    { have },
  )
  const backwards = reach(
    graph,
    end.nodes.map((node) => ({ node })),
    { have, backwards: true },
  )
  const near = forwards.nodes(1).filter((node) => acts(graph.node(node).kind))
  const far = backwards.nodes(1).filter((node) => end.nodes.includes(node) || isTarget(graph.node(node).kind))
  const pairs: Pair[] = []
  // Both lists are sorted by distance: going by the sum of it, nearest first, until there are enough.
  const longest = lengthOf(forwards.hops(near.at(-1)!, 1)) + lengthOf(backwards.hops(far.at(-1)!, 1))
  for (let sum = 0; pairs.length < mostPairs && sum <= longest; sum++) {
    for (const from of near) {
      const before = lengthOf(forwards.hops(from, 1))
      if (before > sum || pairs.length >= mostPairs) break
      for (const to of far) {
        const after = lengthOf(backwards.hops(to, 1))
        if (before + after > sum) break
        if (before + after !== sum || from === to) continue
        const pair = {
          from: graph.node(from),
          to: graph.node(to),
          isStart: start.nodes.includes(from),
          isConditional: forwards.verdict(from) !== 'certain' || backwards.verdict(to) !== 'certain',
          length: sum + 1,
        }
        if (mayBePair(pair)) pairs.push(pair)
      }
    }
  }
  return pairs
}

const lengthOf = (hops: number | undefined): number => hops ?? 0

const actors: ReadonlySet<NodeKind> = new Set([
  'user',
  'role',
  'person',
  'account',
  'external',
  'anonymous',
  'provider',
  'trust-anchor',
  'service',
])
const acts = (kind: NodeKind): boolean => actors.has(kind)

const isTarget = (kind: NodeKind): boolean => kind === 'user' || kind === 'role' || kind === 'admin'

/** Out of an account one gets by assuming a role, or to a resource, and by nothing else. */
const mayBePair = ({ from, to }: Pair): boolean =>
  from.account === to.account || to.kind === 'role' || to.kind === 'resource'

interface Candidate {
  readonly block: BlockJson
  /** Smaller looks more open. */
  readonly doubt: number
  readonly length: number
}

function blocksOf(prover: HopProver, pairs: readonly Pair[], start: End): readonly BlockJson[] {
  const found = new Map<string, Candidate>()
  const intents = new Map<string, Intent>()
  const askerOf = ({ from }: Pair): string => (from.arn === 'external' ? start.arn : from.arn)
  const intentOf = (pair: Pair): Intent => {
    const asker = askerOf(pair)
    const known = intents.get(asker) ?? new Intent(prover.callerFor(asker))
    intents.set(asker, known)
    return known
  }
  const take = (pair: Pair, techniques: ReadonlySet<string>, least: number): void => {
    const from = pair.isStart ? start.arn : pair.from.arn
    for (const attempt of prover.attempts(askerOf(pair), pair.to.arn, techniques)) {
      if (!looksOpen(attempt, techniques)) continue
      const doubt =
        least +
        (pair.isConditional ? 2 : 0) +
        (attempt.blockedBy[0] === 'binding' ? 0.5 : 0) -
        (techniques.size > 0 && intentOf(pair).spells(attempt.via) ? 1.5 : 0)
      for (const layer of attempt.blockedBy) {
        const block = blockOf(attempt, layer, from, pair.to.arn)
        const key = JSON.stringify([from, pair.to.arn, layer])
        const known = found.get(key)
        if (known === undefined || doubt < known.doubt) found.set(key, { block, doubt, length: pair.length })
      }
    }
  }
  const ranked = pairs
    .map((pair) => ({ pair, doubt: assumptionDoubt(prover, pair, intentOf(pair)) }))
    .filter(({ doubt }) => doubt < 4)
    .sort((left, right) => left.doubt - right.doubt)
  for (const { pair, doubt } of ranked.slice(0, mostAssumptions)) take(pair, none, doubt)
  const meant = pairs.filter((pair) => isByTechnique(pair) && intentOf(pair).techniques.size > 0)
  for (const pair of meant.slice(0, mostTechniques)) take(pair, intentOf(pair).techniques, 3)
  return [...found.values()]
    .sort((left, right) => left.doubt - right.doubt || left.length - right.length)
    .slice(0, mostBlocks)
    .map(({ block }) => block)
}

const none: ReadonlySet<string> = new Set()

/** 0: both sides name each other; 4: neither speaks of the other. */
function assumptionDoubt(prover: HopProver, { from, to }: Pair, intent: Intent): number {
  if (to.kind === 'resource') return 1
  if (to.kind !== 'role') return 4
  // Identity Center: only an assignment is missing.
  if (from.kind === 'person') return to.arn.includes(':role/aws-reserved/sso.amazonaws.com/') ? 1 : 4
  return 4 - intent.towards(to.arn) - intent.trustedBy(prover.trustOf(to.arn))
}

const isByTechnique = ({ from, to }: Pair): boolean =>
  from.account === to.account && (from.kind === 'user' || from.kind === 'role')

/** Of what was asked for: one side alone refuses, or a statement denies what was meant. */
function looksOpen(
  { technique, formula, blockedBy, evidence, access }: Attempt,
  techniques: ReadonlySet<string>,
): boolean {
  if (formula.kind !== 'never' || blockedBy.length === 0) return false
  const isAsked =
    techniques.size > 0
      ? techniques.has(technique)
      : /^(sts-00|sts-90|sso-|service$)/.test(technique) || access !== undefined
  if (!isAsked) return false
  if (blockedBy.length === 1) return true
  const refusals = evidence.filter(({ effect, layer }) => effect === 'Deny' && blockedBy.includes(layer))
  return refusals.length > 0 && refusals.every(({ statement }) => statement >= 0)
}

function blockOf(attempt: Attempt, layer: Layer, from: string, to: string): BlockJson {
  const { technique, via, resource } = attempt
  const hop = { from, to, technique, via, ...(resource !== undefined && { resource }) }
  const evidence = attempt.evidence.find((one) => one.layer === layer && one.effect === 'Deny')
  if (evidence === undefined) return { layer, hop }
  const { policy, statement, sid, attachedTo } = evidence
  return {
    layer,
    policy,
    statement,
    ...(sid !== undefined && { sid }),
    ...(attachedTo !== undefined && { attachedTo }),
    hop,
  }
}
