import type { Label } from './graph.ts'
import type { GraphWriter } from './graph-writer.ts'

/** Some nodes by number, with a text that is the same for the same nodes. */
export interface NodeSet {
  readonly key: string
  readonly nodes: readonly number[]
}

export const nodeSet = (nodes: readonly number[]): NodeSet => ({ key: nodes.join(), nodes })

/**
 * Gathers hops by target and hands them to the writer in groups: targets that the same sources reach share a hub, under whatever
 * label. That keeps the graph linear where many may do the same to many.
 */
export class HopCollector {
  readonly #writer: GraphWriter
  readonly #groups = new Map<string, { sources: readonly number[]; targets: number[]; labels: Label[] }>()
  readonly #numbers = new Map<Label, number>()

  constructor(writer: GraphWriter) {
    this.#writer = writer
  }

  add(sources: NodeSet, target: number, label: Label): void {
    const group = this.#groups.get(sources.key)
    if (group === undefined)
      this.#groups.set(sources.key, { sources: sources.nodes, targets: [target], labels: [label] })
    else {
      group.targets.push(target)
      group.labels.push(label)
    }
  }

  /** The same number for the same label. */
  numberOf(label: Label): number {
    let number = this.#numbers.get(label)
    if (number === undefined) this.#numbers.set(label, (number = this.#numbers.size))
    return number
  }

  /** Writes what was gathered and forgets it. */
  flush(): void {
    for (const { sources, targets, labels } of this.#groups.values()) this.#writer.hub(sources, targets, labels)
    this.#groups.clear()
  }
}

/** Sources of one target sorted by label, for `HopCollector.add`. */
export class SourcesByLabel {
  readonly #sources = new Map<Label, number[]>()

  add(label: Label | undefined, source: number): void {
    if (label === undefined) return
    const sources = this.#sources.get(label)
    if (sources === undefined) this.#sources.set(label, [source])
    else sources.push(source)
  }

  addTo(collector: HopCollector, target: number): void {
    for (const [label, sources] of this.#sources) {
      const others = sources.filter((source) => source !== target)
      if (others.length > 0) collector.add(nodeSet(sources), target, label)
    }
  }
}
