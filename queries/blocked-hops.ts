import type { BlockJson } from '#src/answers/evidence.ts'
import type { Layer } from '#src/evaluate/decision.ts'
import type { Principal } from '#src/evaluate/request.ts'
import type { Attempt } from '#src/graph/attempts.ts'
import type { NodeKind } from '#src/graph/graph.ts'
import { reach } from '#src/graph/reach.ts'
import { coversAction } from '#src/policy/action.ts'
import { accountsOf, type HopProver } from './hop-proof.ts'
import type { Questioned } from './query.ts'
import type { End } from './selectors.ts'

/** Pairs that are looked at, the nearest first, and blocks that are told. */
const mostPairs = 600
const mostBlocks = 12

export interface BlockedSearch {
  readonly accounts: ReadonlySet<string>
  /** The hops that would have made a path, look open and are not, those that only one layer stops first. */
  blocks(prover: HopProver): readonly BlockJson[]
}

interface Pair {
  readonly from: number
  readonly to: number
  /** Hops of the path that it would have made. */
  readonly length: number
}

/**
 * Why there is no path: of the hops from something that the start reaches to something that reaches the end, those that look
 * open. Bounded work; what is looked at first is what would have made the shortest path.
 */
export function searchBlocked(about: Questioned, start: End, end: End): BlockedSearch {
  const pairs = pairsBetween(about, start, end)
  const nodes = new Set(pairs.flatMap(({ from, to }) => [from, to]))
  return {
    accounts: accountsOf(about, nodes),
    blocks: (prover) => blocksOf(about, prover, pairs, start),
  }
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
  for (let sum = 0; pairs.length < mostPairs && sum <= 64; sum++) {
    for (const from of near) {
      const before = forwards.hops(from, 1)!
      if (before > sum) break
      for (const to of far) {
        const after = backwards.hops(to, 1)!
        if (before + after > sum) break
        if (before + after === sum && from !== to && mayBePair(graph.node(from), graph.node(to))) {
          pairs.push({ from, to, length: sum + 1 })
        }
      }
    }
  }
  return pairs.slice(0, mostPairs)
}

const acts = (kind: NodeKind): boolean =>
  [
    'user',
    'role',
    'person',
    'account',
    'external',
    'anonymous',
    'provider',
    'trust-anchor',
    'service',
    'admin',
  ].includes(kind)

const isTarget = (kind: NodeKind): boolean => kind === 'user' || kind === 'role' || kind === 'admin'

/** Out of an account one gets by assuming a role, and by nothing else. */
function mayBePair(from: { kind: NodeKind; account: string }, to: { kind: NodeKind; account: string }): boolean {
  if (from.account === to.account) return true
  return from.kind !== 'admin' && (to.kind === 'role' || to.kind === 'resource')
}

interface Candidate {
  readonly block: BlockJson
  /** Smaller looks more open. */
  readonly doubt: number
  readonly length: number
}

function blocksOf(about: Questioned, prover: HopProver, pairs: readonly Pair[], start: End): readonly BlockJson[] {
  const { graph } = about
  const candidates = new Map<string, Candidate>()
  for (const { from, to, length } of pairs) {
    const source = graph.node(from).arn
    const asker = source === 'external' ? start.arn : source
    const shown = start.nodes.includes(from) ? start.arn : source
    const mentions = mentionsOf(prover.callerFor(asker))
    for (const attempt of prover.attempts(asker, graph.node(to).arn)) {
      const doubt = doubtOf(attempt, mentions)
      if (doubt === undefined) continue
      for (const layer of attempt.blockedBy) {
        const block = blockOf(attempt, layer, shown, graph.node(to).arn)
        const key = JSON.stringify([shown, block.hop?.to, layer])
        const known = candidates.get(key)
        if (known === undefined || doubt < known.doubt) candidates.set(key, { block, doubt, length })
      }
    }
  }
  return [...candidates.values()]
    .sort((left, right) => left.doubt - right.doubt || left.length - right.length)
    .slice(0, mostBlocks)
    .map(({ block }) => block)
}

/**
 * How far a closed hop is from open: smaller is nearer. Undefined where it does not even look open: more than one side refuses,
 * or nobody ever meant the caller to do such a thing.
 */
function doubtOf(
  { formula, blockedBy, evidence, via }: Attempt,
  mentions: (action: string) => boolean,
): number | undefined {
  if (formula.kind !== 'never' || blockedBy.length === 0) return undefined
  const isMeant = mentions(via)
  const refusals = evidence.filter(({ effect, layer }) => effect === 'Deny' && blockedBy.includes(layer))
  const isDenied = refusals.length > 0 && refusals.every(({ statement }) => statement >= 0)
  if (isDenied) return (isMeant ? 0 : 4) + blockedBy.length - 1
  if (blockedBy.length > 1) return undefined
  switch (blockedBy[0]) {
    case 'identity':
      // The other side lets it in: a trust policy that names the caller or its account.
      return isMeant ? 1 : via.startsWith('sts:') ? 3 : undefined
    case 'binding':
      return isMeant ? 1 : undefined
    default:
      return isMeant ? 1 : 2
  }
}

/** Whether some Allow of the caller speaks of the action at all. */
function mentionsOf(principal: Principal | undefined): (action: string) => boolean {
  const speaks =
    principal === undefined ||
    principal.account === undefined ||
    principal.allowsEverything === true ||
    principal.kind === 'RootUser'
  if (speaks) return () => true
  const statements = principal.identityPolicies.flatMap(({ policy }) => policy.statements)
  return (action) => statements.some((one) => one.effect === 'Allow' && coversAction(one, action))
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
