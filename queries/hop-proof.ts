import { choicesJson, remaining } from '#src/answers/choices.ts'
import { type ConditionJson, conditionsOf, residualOf } from '#src/answers/condition.ts'
import { type EvidenceJson, evidenceJson } from '#src/answers/evidence.ts'
import type { HopJson } from '#src/answers/paths.ts'
import { verdictOfRank } from '#src/answers/verdict.ts'
import type { Principal } from '#src/evaluate/request.ts'
import { type Attempt, attempts, callerFor } from '#src/graph/attempts.ts'
import type { Label } from '#src/graph/graph.ts'
import { live } from '#src/graph/live-techniques.ts'
import type { Path } from '#src/graph/paths.ts'
import { stepLabels } from '#src/graph/reach.ts'
import { lookupOf } from '#src/model/lookup.ts'
import type { Model } from '#src/model/model.ts'
import { all } from '#src/policy/formula.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { settle } from '#src/policy/settle.ts'
import type { Questioned } from './query.ts'

/** Proves hops by the reference evaluator; each pair of nodes once. */
export class HopProver {
  readonly #model: Model
  readonly #about: Questioned
  readonly #attempts = new Map<string, readonly Attempt[]>()

  constructor(model: Model, about: Questioned) {
    this.#model = model
    this.#about = about
  }

  /** The ways that lead, or look as if they led, from one node to the other; of the catalogue's techniques those wanted. */
  attempts(from: string, to: string, techniques: ReadonlySet<string>): readonly Attempt[] {
    const key = JSON.stringify([from, to, ...techniques])
    let found = this.#attempts.get(key)
    if (found === undefined) {
      found = attempts(this.#model, from, to, (technique) => techniques.has(technique))
      this.#attempts.set(key, found)
    }
    return found
  }

  callerFor(node: string): Principal | undefined {
    return callerFor(this.#model, node)
  }

  /** The trust policy of a role. */
  trustOf(role: string): NamedPolicy | undefined {
    const identity = lookupOf(this.#model).identities.get(role)
    return identity?.kind === 'role' ? identity.trust : undefined
  }

  /** The hops of a path; `start` is what its first node is called in the answer. */
  hops({ nodes, labels, ranks }: Path, start: string): readonly HopJson[] {
    const { graph } = this.#about
    return labels.map((label, at) => {
      const from = graph.node(nodes[at]!).arn
      // Nobody in particular stands behind `external`: there the one who was asked about is.
      const asker = at === 0 && from === 'external' ? start : from
      return this.#hop(asker, graph.node(nodes[at + 1]!).arn, label, {
        from: at === 0 ? start : from,
        verdict: verdictOfRank(ranks[at]!),
        also: this.#otherTechniques(asker, nodes[at]!, nodes[at + 1]!, label),
      })
    })
  }

  #hop(
    asker: string,
    to: string,
    label: Label,
    shown: Pick<HopJson, 'from' | 'verdict'> & { also: readonly string[] },
  ): HopJson {
    const { residual, choices } = settle(label.formula, this.#about.have)
    const tried = this.attempts(asker, to, new Set([label.technique]))
    const proof = proofOf(
      tried.filter(({ formula }) => formula.kind !== 'never'),
      label,
    )
    return {
      from: shown.from,
      to,
      technique: label.technique,
      alsoTechniques: shown.also,
      via: label.via,
      ...(label.resource !== undefined && { resource: label.resource }),
      verdict: shown.verdict,
      residual: residualOf(residual),
      conditions: conditionsOf(residual),
      ...choicesJson(choices),
      evidence: distinct((proof?.evidence ?? []).map(evidenceJson)),
    }
  }

  /**
   * Techniques that serve the same pair, by this label or by others. The graph names no more of the catalogue once one is
   * certain: those are asked about here.
   */
  #otherTechniques(asker: string, from: number, to: number, label: Label): readonly string[] {
    const { graph, have } = this.#about
    const also = new Set(label.alsoTechniques)
    if (catalogued.has(label.technique) && label.formula.kind === 'always') {
      for (const { technique, formula } of this.attempts(asker, graph.node(to).arn, catalogued)) {
        if (formula.kind !== 'never' && settle(formula, have).verdict !== 'no') also.add(technique)
      }
    }
    for (const number of stepLabels(graph, from, to)) {
      const other = graph.labels[number]!
      if (other === label || settle(other.formula, have).verdict === 'no') continue
      for (const technique of [other.technique, ...other.alsoTechniques]) also.add(technique)
    }
    also.delete(label.technique)
    return [...also].sort()
  }
}

/** Techniques that a binder ties to their targets. */
const catalogued: ReadonlySet<string> = new Set(live.filter(({ requires }) => requires.length > 0).map(({ id }) => id))

/** A hop of several calls asks the same statement more than once. */
const distinct = (evidence: readonly EvidenceJson[]): readonly EvidenceJson[] => [
  ...new Map(evidence.map((one) => [JSON.stringify(one), one])).values(),
]

/** The way that the hop is named after; with the same resource where it names one. */
function proofOf(open: readonly Attempt[], { technique, resource }: Label): Attempt | undefined {
  const same = open.filter((attempt) => attempt.technique === technique)
  return same.find((attempt) => attempt.resource === resource) ?? same[0] ?? open[0]
}

/** What must hold along a path besides what whoever takes it chooses. */
export function remainingAlong(labels: readonly Label[], about: Questioned): readonly ConditionJson[] {
  const left = labels.map(({ formula }) => remaining(settle(formula, about.have)))
  return conditionsOf(all(...left))
}

/** The conditions of all hops of a path, those that are met by choosing a value too. */
export function conditionsAlong(labels: readonly Label[], about: Questioned): readonly ConditionJson[] {
  const conditions = new Map<string, ConditionJson>()
  for (const { formula } of labels) {
    for (const condition of conditionsOf(settle(formula, about.have).residual)) {
      conditions.set(JSON.stringify(condition), condition)
    }
  }
  return [...conditions.values()]
}

/** The accounts whose documents prove the hops between these nodes. */
export function accountsOf(
  { graph, register }: Questioned,
  nodes: Iterable<number>,
  labels: Iterable<Label> = [],
): Set<string> {
  const accounts = new Set<string>()
  const add = (account: string | undefined): void => {
    if (account !== undefined && /^\d{12}$/.test(account)) accounts.add(account)
  }
  const keys = keysOf(register)
  for (const node of nodes) {
    const { arn, kind, account } = graph.node(node)
    add(account)
    add(keys.get(arn)?.split(':', 5)[4])
    if (kind === 'person') for (const id of register.identityCenterAccounts) add(id)
  }
  for (const { resource } of labels) add(resource?.split(':', 5)[4])
  return accounts
}

const keysByRegister = new WeakMap<Questioned['register'], ReadonlyMap<string, string>>()

/** The customer managed key of each encrypted resource. */
export function keysOf(register: Questioned['register']): ReadonlyMap<string, string> {
  let keys = keysByRegister.get(register)
  if (keys === undefined) {
    keys = new Map(register.encryption)
    keysByRegister.set(register, keys)
  }
  return keys
}
