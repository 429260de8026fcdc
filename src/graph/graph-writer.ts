import { always } from '#src/policy/formula.ts'
import type { Graph, Label, Node, NodeKind, Rows } from './graph.ts'

/** The label of half a hop, from a member into its hub; always number 0. */
const neutral: Omit<Label, 'formula'> = { technique: '', alsoTechniques: [], via: '', verdict: 'certain' }

/**
 * Collects nodes and hops and lays them out as sparse rows. Nodes and labels are interned: the same ARN is the same node,
 * and labels with the same content are one.
 */
export class GraphWriter {
  readonly #nodes: Node[] = []
  readonly #numbers = new Map<string, number>()
  readonly #labels: Label[]
  readonly #labelNumbers = new Map<string, number>()
  readonly #known = new WeakMap<Label, number>()
  /** Triples from, to, label; a hub's number is stored as -1 - hub. */
  #links: Int32Array = new Int32Array(3 * 1024)
  #linkCount = 0
  #hubCount = 0

  constructor() {
    this.#labels = [{ ...neutral, formula: always }]
  }

  get nodeCount(): number {
    return this.#nodes.length
  }

  node(arn: string, kind: NodeKind, account: string): number {
    const known = this.#numbers.get(arn)
    if (known !== undefined) return known
    const number = this.#nodes.length
    this.#nodes.push({ arn, kind, account })
    this.#numbers.set(arn, number)
    return number
  }

  find(arn: string): number | undefined {
    return this.#numbers.get(arn)
  }

  accountOf(node: number): string | undefined {
    return this.#nodes[node]?.account
  }

  /** A hop to oneself gains nothing and is left out. */
  hop(from: number, to: number, label: Label): void {
    if (from !== to) this.#link(from, to, this.#labelNumber(label))
  }

  /** Everybody in `sources` has the same hops to all of `targets`, whose labels they are. Stored as a hub where that is smaller. */
  hub(sources: readonly number[], targets: readonly number[], labels: readonly Label[] | Label): void {
    if (sources.length === 0 || targets.length === 0) return
    const labelOf = (at: number): Label => ('length' in labels ? labels[at]! : labels)
    if (sources.length * targets.length <= sources.length + targets.length) {
      for (const [at, target] of targets.entries()) for (const source of sources) this.hop(source, target, labelOf(at))
      return
    }
    const hub = -1 - this.#hubCount++
    for (const source of sources) this.#link(source, hub, 0)
    for (const [at, target] of targets.entries()) this.#link(hub, target, this.#labelNumber(labelOf(at)))
  }

  finish(): Graph {
    const nodeCount = this.#nodes.length
    const total = nodeCount + this.#hubCount
    const nodes = this.#nodes
    const numbers = this.#numbers
    return {
      nodeCount,
      hubCount: this.#hubCount,
      labels: this.#labels,
      out: this.#rows(total, 0, 1),
      in: this.#rows(total, 1, 0),
      node: (index) => nodes[index] ?? { arn: '', kind: 'hub', account: '' },
      find: (arn) => numbers.get(arn),
    }
  }

  #labelNumber(label: Label): number {
    const seen = this.#known.get(label)
    if (seen !== undefined) return seen
    const { technique, alsoTechniques, via, resource, access, formula } = label
    const content = JSON.stringify([technique, alsoTechniques, via, resource ?? null, access ?? null, formula.id])
    let number = this.#labelNumbers.get(content)
    if (number === undefined) {
      number = this.#labels.length
      this.#labels.push(label)
      this.#labelNumbers.set(content, number)
    }
    this.#known.set(label, number)
    return number
  }

  #link(from: number, to: number, label: number): void {
    const place = this.#linkCount * 3
    if (place + 3 > this.#links.length) {
      const grown = new Int32Array(this.#links.length * 2)
      grown.set(this.#links)
      this.#links = grown
    }
    this.#links[place] = from
    this.#links[place + 1] = to
    this.#links[place + 2] = label
    this.#linkCount++
  }

  /** Counting sort by one end, so that the rows come in the order in which links were written. */
  #rows(total: number, near: 0 | 1, far: 0 | 1): Rows {
    const links = this.#links
    const nodeCount = this.#nodes.length
    const place = (number: number) => (number < 0 ? nodeCount - 1 - number : number)
    const start = new Uint32Array(total + 1)
    for (let link = 0; link < this.#linkCount; link++) {
      const row = place(links[link * 3 + near]!) + 1
      start[row] = start[row]! + 1
    }
    for (let row = 0; row < total; row++) start[row + 1] = start[row + 1]! + start[row]!
    const next = start.slice(0, total)
    const end = new Uint32Array(this.#linkCount)
    const label = new Uint32Array(this.#linkCount)
    for (let link = 0; link < this.#linkCount; link++) {
      const row = place(links[link * 3 + near]!)
      const at = next[row]!
      next[row] = at + 1
      end[at] = place(links[link * 3 + far]!)
      label[at] = links[link * 3 + 2]!
    }
    return { start, end, label }
  }
}
