import { type Attempt, attempts } from '#src/graph/attempts.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import type { Graph, Hop } from '#src/graph/graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { lookupOf } from '#src/model/lookup.ts'
import type { Model } from '#src/model/model.ts'
import { type Atom, any, atomsOf, constant, type Formula, gap, gapKey, never, substitute } from '#src/policy/formula.ts'
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
  const administrations = administrationsOf(pairs)
  const differences = pairs.flatMap((pair) =>
    differencesOf(pair, hops.get(`${pair.from}\n${pair.to}`) ?? [], (kind) =>
      besides(model, pair, kind, administrations),
    ),
  )
  return { differences: [...missingNodes(model, graph), ...differences], pairs, graph }
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

/** The condition under which a node is administrator of an account in one hop: by standing rights, and by any way. */
interface Administration {
  readonly standing: Formula
  readonly all: Formula
}

type Administrations = ReadonlyMap<string, Administration>

function administrationsOf(pairs: readonly Pair[]): Administrations {
  const found = new Map<string, Administration>()
  for (const { from, to, attempts: tried } of pairs) {
    if (!to.startsWith('admin:')) continue
    const standing = joined(tried.filter((one) => kindsOf(one).includes('admin')))
    found.set(`${from} ${to}`, { standing, all: joined(tried) })
  }
  return found
}

const joined = (list: readonly { readonly formula: Formula }[]): Formula =>
  any(...list.map(({ formula }) => formula).filter((formula) => settle(formula).verdict !== 'no'))

/**
 * Whoever reaches the hub of an account in one hop needs no technique hops of his own to the identities there, and none to the hub
 * if he stands on it already (design §3): what is open to him only where he is administrator as well may be left out.
 */
function besides(model: Model, { from, to }: Pair, kind: Kind, administrations: Administrations): Formula {
  if (kind !== 'technique') return never
  if (to.startsWith('admin:')) return administrations.get(`${from} ${to}`)?.standing ?? never
  const identity = lookupOf(model).identities.get(to)
  return (identity && administrations.get(`${from} admin:${identity.account}`)?.all) ?? never
}

function differencesOf(pair: Pair, hops: readonly Hop[], besidesOf: (kind: Kind) => Formula): string[] {
  const lines: string[] = []
  for (const kind of new Set([...pair.attempts, ...hops].flatMap(kindsOf))) {
    const built = hops.filter((one) => kindsOf(one).includes(kind))
    const asked = pair.attempts.filter((one) => kindsOf(one).includes(kind) && settle(one.formula).verdict !== 'no')
    const difference = differenceOf(built, asked, besidesOf(kind))
    if (difference !== undefined) lines.push(`${kind} from ${pair.from} to ${pair.to}: ${difference}`)
  }
  return lines
}

function differenceOf(built: readonly Hop[], asked: readonly Attempt[], other: Formula): string | undefined {
  const have = joined(built)
  const wanted = joined(asked)
  const names = new Set(asked.map(({ technique }) => technique))
  const found = built.flatMap(({ technique, alsoTechniques }) => [technique, ...alsoTechniques])
  const both = `${have.id} (${found.join()}) and ${wanted.id} (${[...names].join()})`
  if (!isEquivalent(any(have, wanted), wanted)) return `the builder says more than the reference: ${both}`
  if (settle(other).verdict === 'certain') return found.length === 0 ? undefined : `a hop beside the hub: ${both}`
  if (settle(any(have, other)).verdict !== settle(any(wanted, other)).verdict) return `verdicts differ: ${both}`
  if (!isEquivalent(any(have, other), any(wanted, other))) return `residuals differ: ${both}`
  // Ways that add nothing to a hop need not be named, others must not. Access is named after the first action that opens it.
  const isAccess = asked.some(({ access }) => access !== undefined)
  if (!isAccess && !found.every((name) => names.has(name))) return `the builder names others: ${both}`
  for (const { verdict, formula } of built)
    if (settle(formula).verdict !== verdict) return `a hop says ${verdict} of ${formula.id}`
  return undefined
}

export function kindsOf({ technique, access }: Pick<Attempt | Hop, 'technique' | 'access'>): readonly Kind[] {
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
