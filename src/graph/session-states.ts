import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { type Atom, atomsOf, constant, type Formula, substitute } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { witness } from '#src/policy/witness.ts'
import type { Graph, Label, NodeKind, Verdict } from './graph.ts'

/** Facts about the attacker (`--have`): values of context keys, by key. */
export type Have = ReadonlyMap<string, readonly string[]>

export const nothingKnown: Have = new Map()

/** 0 `certain`, 1 `conditional`, 2 `unknown`, 3 `no`. */
export type Rank = 0 | 1 | 2 | 3

/**
 * What a session carries along a path. A source identity is set once, when a role is assumed, and then sticks through role
 * chaining (aws-evaluation 6.5): a path on which one hop sets `alice` and a later one wants `bob` is not a path. A state is one
 * value of it that some policy asks for, or 0: none set. Almost no graph asks, and then there is the one state.
 */
export interface SessionStates {
  readonly count: number
  /** Rank of `label` when taken in one state and ending in another, at `(label * count + before) * count + after`. */
  readonly ranks: Uint8Array
  /** Best rank of each label over all states. */
  readonly best: Uint8Array
}

const currentKey = 'aws:sourceidentity'
const requestedKey = 'sts:sourceidentity'
const stickyKeys = [currentKey, requestedKey]
/** More values than these are not told apart: the search then finds too much rather than too little. */
const mostValues = 12
const rankOfVerdict: Readonly<Record<Verdict, Rank>> = { certain: 0, conditional: 1, unknown: 2, no: 3 }

const known = new WeakMap<Graph, Map<string, SessionStates>>()

/** The states of a graph when `have` is known of the attacker. Kept for the next question about the same graph. */
export function sessionStates(graph: Graph, have: Have = nothingKnown): SessionStates {
  const key = JSON.stringify([...have].sort(([left], [right]) => (left < right ? -1 : 1)))
  const byHave = known.get(graph) ?? new Map<string, SessionStates>()
  known.set(graph, byHave)
  let states = byHave.get(key)
  if (states === undefined) {
    states = buildStates(graph, have)
    byHave.set(key, states)
  }
  return states
}

/** Rank with which a path may start at a node in `state`: whose session is in the attacker's hands already carries is not known. */
export function startRank(kind: NodeKind, state: number): Rank {
  if (state === 0) return 0
  return kind === 'role' ? 1 : 3
}

/** Rank of a formula for an attacker of whom `have` is known. */
export function rankOfFormula(formula: Formula, have: Have): Rank {
  return rankOfVerdict[settle(formula, have).verdict]
}

function buildStates(graph: Graph, have: Have): SessionStates {
  const { labels } = graph
  const isStated = [...have.keys()].some((key) => stickyKeys.includes(key.toLowerCase()))
  const values = isStated ? [] : sourceIdentities(labels)
  const count = values.length > mostValues ? 1 : 1 + values.length
  const ranks = new Uint8Array(labels.length * count * count).fill(3)
  const best = new Uint8Array(labels.length)
  const plain = new Map<string, Rank>()
  for (let label = 0; label < labels.length; label++) {
    const base = label * count * count
    if (count === 1) ranks[base] = plainRank(labels[label]!, have, plain)
    else fillRanks(ranks, base, labels[label]!, values, have)
    best[label] = ranks.subarray(base, base + count * count).reduce((least, rank) => Math.min(least, rank), 3)
  }
  return { count, ranks, best }
}

function plainRank(label: Label, have: Have, known: Map<string, Rank>): Rank {
  // What is stated of other keys changes nothing.
  if (have.size === 0 || !atomsOf(label.formula).some(({ key }) => isStated(have, key)))
    return rankOfVerdict[label.verdict]
  const id = label.formula.id
  let rank = known.get(id)
  if (rank === undefined) {
    rank = rankOfFormula(label.formula, have)
    known.set(id, rank)
  }
  return rank
}

function isStated(have: Have, key: string): boolean {
  const wanted = key.toLowerCase()
  for (const stated of have.keys()) if (stated.toLowerCase() === wanted) return true
  return false
}

function fillRanks(ranks: Uint8Array, base: number, label: Label, values: readonly string[], have: Have): void {
  const count = values.length + 1
  const asks = atomsOf(label.formula).some(isSticky)
  const setsOne = atomsOf(label.formula).some((atom) => atom.key.toLowerCase() === requestedKey)
  const isChained = label.via === 'sts:AssumeRole'
  const startsSession = label.via.startsWith('sts:AssumeRole')
  const plain = asks ? 3 : plainRank(label, have, new Map())
  const under = (before: number, requested: number): Rank => {
    if (!asks) return plain as Rank
    const current = before === 0 ? undefined : [values[before - 1]!]
    const asked = requested === 0 ? undefined : [values[requested - 1]!]
    return rankOfFormula(fold(label.formula, current, asked), have)
  }
  for (let before = 0; before < count; before++) {
    for (let after = 0; after < count; after++) {
      let rank: number = 3
      if (after === 0) {
        if (!isChained || before === 0) rank = under(before, 0)
      } else if (isChained && before === after) {
        // What is set already goes along by itself; naming it again is allowed too.
        rank = Math.min(under(before, 0), under(before, after))
      } else if (startsSession && (before === 0 || !isChained)) {
        // Whether the trust policy lets a source identity be set is told by the hop only where it asks for one.
        rank = Math.max(under(before, after), setsOne ? 0 : 1)
      }
      ranks[base + before * count + after] = rank
    }
  }
}

const isSticky = ({ key }: Atom): boolean => stickyKeys.includes(key.toLowerCase())

/** A text for every value that some hop wants, or does not want, as a source identity. */
function sourceIdentities(labels: readonly Label[]): readonly string[] {
  const values = new Set<string>()
  for (const { formula } of labels) {
    for (const atom of atomsOf(formula)) {
      if (!isSticky(atom)) continue
      for (const value of atom.values) values.add(witness([value]) ?? value)
    }
  }
  // One that nobody names stands for all others.
  if (values.size > 0) values.add('trustwalk')
  return [...values].sort()
}

function fold(
  formula: Formula,
  current: readonly string[] | undefined,
  requested: readonly string[] | undefined,
): Formula {
  return substitute(formula, (atom) => {
    if (!isSticky(atom)) return atom
    const value = atom.key.toLowerCase() === currentKey ? current : requested
    return constant(conditionHolds(atom.operator, value, atom.values))
  })
}
