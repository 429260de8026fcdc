import type { Fact, ResourceFact } from './facts.ts'

type Kind = Fact['kind']
type OfKind<K extends Kind> = Extract<Fact, { readonly kind: K }>

/** The facts of one account, sorted by kind, in the order in which they came. */
export class FactBins {
  private readonly bins = new Map<Kind, Fact[]>()
  private readonly paths = new Map<ResourceFact, string>()

  /** `path`: the file that says so. */
  add(fact: Fact, path: string): void {
    const bin = this.bins.get(fact.kind)
    if (bin === undefined) this.bins.set(fact.kind, [fact])
    else bin.push(fact)
    if (fact.kind === 'resource') this.paths.set(fact, path)
  }

  of<K extends Kind>(kind: K): readonly OfKind<K>[] {
    return (this.bins.get(kind) ?? []) as unknown as readonly OfKind<K>[]
  }

  pathOf(fact: ResourceFact): string {
    return this.paths.get(fact) ?? ''
  }
}
