import { type Attempt, attempts } from '#src/graph/attempts.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import type { Graph, Hop } from '#src/graph/graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import type { Model } from '#src/model/model.ts'
import { type Atom, any, atomsOf, constant, type Formula, gap, gapKey, substitute } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'

/** The graph builder against the reference evaluator asked about every pair (design §1). */

/** Hops of one kind between one pair are compared together: what the builder merges, the reference lists. */
type Kind = 'assumption' | 'federation' | 'assignment' | 'admin' | 'technique' | 'read' | 'write' | 'admin access'

interface Pair {
  readonly from: string
  readonly to: string
  readonly attempts: readonly Attempt[]
}

export interface Agreement {
  /** One line per pair and kind on which the two ways differ. */
  readonly differences: readonly string[]
  /** Every pair of nodes with what was tried between them. */
  readonly pairs: readonly Pair[]
  readonly graph: Graph
}

export function agreement(model: Model, isWanted?: (technique: string) => boolean): Agreement {
  const graph = buildGraph(model)
  const hops = hopsByPair(graph)
  const nodes = Array.from({ length: graph.nodeCount }, (_, index) => graph.node(index).arn)
  const pairs = nodes.flatMap((from) =>
    nodes.flatMap((to) => (from === to ? [] : [{ from, to, attempts: attempts(model, from, to, isWanted) }])),
  )
  const administrators = administratorsOf(pairs)
  const differences = pairs.flatMap((pair) =>
    differencesOf(pair, hops.get(`${pair.from}\n${pair.to}`) ?? [], (kind) =>
      isSpared(model, pair, kind, administrators),
    ),
  )
  return { differences: [...missingNodes(model, graph), ...differences], pairs, graph }
}

/** Hops of a graph as texts, for comparing graphs whose nodes are numbered in another order. */
export function hopLines(graph: Graph): ReadonlySet<string> {
  const lines = new Set<string>()
  for (const [pair, hops] of hopsByPair(graph)) {
    for (const { technique, via, resource, access, formula, verdict } of hops) {
      lines.add([pair, technique, via, resource ?? '', access ?? '', verdict, formula.id].join('\n'))
    }
  }
  return lines
}

export function hopsByPair(graph: Graph): ReadonlyMap<string, readonly Hop[]> {
  const pairs = new Map<string, Hop[]>()
  for (let node = 0; node < graph.nodeCount; node++) {
    for (const hop of hopsFrom(graph, node)) {
      const key = `${graph.node(hop.from).arn}\n${graph.node(hop.to).arn}`
      const known = pairs.get(key)
      if (known === undefined) pairs.set(key, [hop])
      else known.push(hop)
    }
  }
  return pairs
}

/** Whatever the organization holds is a node, hops or not. */
function missingNodes(model: Model, graph: Graph): readonly string[] {
  return [...model.accounts.values()]
    .flatMap(({ arn, users, groups, roles, resources }) => [
      arn,
      ...[...users, ...groups, ...roles, ...resources].map((one) => one.arn),
    ])
    .filter((arn) => graph.find(arn) === undefined)
    .map((arn) => `${arn} is no node`)
}

/** Who is administrator of an account for certain in one hop, as `from account`; and by standing rights alone. */
function administratorsOf(pairs: readonly Pair[]): {
  readonly all: ReadonlySet<string>
  readonly standing: ReadonlySet<string>
} {
  const all = new Set<string>()
  const standing = new Set<string>()
  for (const { from, to, attempts: tried } of pairs) {
    if (!to.startsWith('admin:')) continue
    const certain = (kind: Kind) =>
      settle(any(...tried.filter((one) => kindsOf(one).includes(kind)).map(({ formula }) => formula))).verdict ===
      'certain'
    if (certain('admin')) standing.add(`${from} ${to}`)
    if (certain('admin') || certain('technique')) all.add(`${from} ${to}`)
  }
  return { all, standing }
}

/**
 * Who reaches the hub of an account in one hop gets no technique hops of his own to the identities there, and needs none to the hub
 * if he stands on it already (design §3).
 */
function isSpared(
  model: Model,
  { from, to }: Pair,
  kind: Kind,
  { all, standing }: ReturnType<typeof administratorsOf>,
): boolean {
  if (kind !== 'technique') return false
  if (to.startsWith('admin:')) return standing.has(`${from} ${to}`)
  const account = [...model.accounts.values()].find(({ users, groups, roles }) =>
    [...users, ...groups, ...roles].some(({ arn }) => arn === to),
  )
  return account !== undefined && all.has(`${from} admin:${account.id}`)
}

function differencesOf(
  { from, to, attempts: tried }: Pair,
  hops: readonly Hop[],
  isSparedOf: (kind: Kind) => boolean,
): string[] {
  const lines: string[] = []
  const kinds = new Set([...tried, ...hops].flatMap(kindsOf))
  for (const kind of kinds) {
    const ofKind = <One extends Attempt | Hop>(list: readonly One[]) =>
      list.filter((one) => kindsOf(one).includes(kind) && settle(one.formula).verdict !== 'no')
    const built = ofKind(hops)
    const asked = isSparedOf(kind) ? [] : ofKind(tried)
    const difference = differenceOf(built, asked)
    if (difference !== undefined) lines.push(`${kind} from ${from} to ${to}: ${difference}`)
  }
  return lines
}

function differenceOf(built: readonly Hop[], asked: readonly Attempt[]): string | undefined {
  const have = any(...built.map(({ formula }) => formula))
  const wanted = any(...asked.map(({ formula }) => formula))
  const names = [...new Set(asked.map(({ technique }) => technique))].sort().join()
  const found = [...new Set(built.flatMap(({ technique, alsoTechniques }) => [technique, ...alsoTechniques]))]
    .sort()
    .join()
  const verdict = settle(have).verdict
  const expected = settle(wanted).verdict
  if (verdict !== expected)
    return `the builder says ${verdict} (${found}), the reference ${expected} (${names}): ${have.id} and ${wanted.id}`
  if (names !== found && !isCut(asked)) return `the builder names ${found}, the reference ${names}`
  if (!isEquivalent(have, wanted)) return `residuals differ: ${have.id} and ${wanted.id}`
  // One hop may stand for several ways, none may be worse than said.
  for (const { verdict: said, formula } of built)
    if (settle(formula).verdict !== said) return `a hop says ${said} of ${formula.id}`
  return undefined
}

/** Access is named after the first action that opens it; the reference tries them all. */
const isCut = (asked: readonly Attempt[]): boolean => asked.some(({ access }) => access !== undefined)

function kindsOf({ technique, access }: Pick<Attempt | Hop, 'technique' | 'access'>): readonly Kind[] {
  if (access !== undefined) return access.map((one) => (one === 'admin' ? 'admin access' : one))
  switch (technique) {
    case 'sts-001':
    case 'sts-002':
    case 'sts-003':
      return ['assumption']
    case 'sts-901':
    case 'sts-902':
    case 'service':
      return ['federation']
    case 'sso-assignment':
      return ['assignment']
    case 'admin':
      return ['admin']
    default:
      return ['technique']
  }
}

/** The same condition: by its canonical form, or for all truths of its atoms where these are few. */
export function isEquivalent(left: Formula, right: Formula): boolean {
  return left.id === right.id || isSame(substitute(left, oneOfMany), substitute(right, oneOfMany))
}

/** Callers whose policies say the same are one class: which of several statements that cannot be read stands in a residual is all the same. */
const oneOfMany = (one: Atom): Formula =>
  one.key === gapKey ? gap(one.values.map((text) => text.replace(/^.*: (Statement\[)\d+/, '$1')).join()) : one

function isSame(left: Formula, right: Formula): boolean {
  const atoms = [...new Map([...atomsOf(left), ...atomsOf(right)].map((atom) => [atom.id, atom])).values()]
  if (atoms.length > 12) return false
  for (let row = 0; row < 2 ** atoms.length; row++) {
    const truth = new Map(atoms.map(({ id }, index) => [id, ((row >> index) & 1) === 1]))
    const holds = (formula: Formula) => substitute(formula, ({ id }: Atom) => constant(truth.get(id)!)).kind
    if (holds(left) !== holds(right)) return false
  }
  return true
}
