import { z } from 'zod'
import { choicesJson, remaining, withoutChoices } from '#src/answers/choices.ts'
import { type ConditionJson, conditionsOf, type FormulaJson, residualOf } from '#src/answers/condition.ts'
import type { RowsAnswer } from '#src/answers/rows.ts'
import { rankOf } from '#src/answers/verdict.ts'
import { callerFor } from '#src/graph/attempts.ts'
import type { Label, NodeKind, Verdict } from '#src/graph/graph.ts'
import { reach } from '#src/graph/reach.ts'
import type { Rank } from '#src/graph/session-states.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Model } from '#src/model/model.ts'
import { all, always, type Formula, fromJson } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { askerFor, decide, isMissing, isOpenTo, targetFor } from './decide.ts'
import { conditionsAlong } from './hop-proof.ts'
import { gapsOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned } from './query.ts'
import { isActionName, missingResource, resourceArn } from './request-names.ts'

export type WhoCanEntry = {
  readonly principal: string
  readonly kind: NodeKind
  readonly verdict: Verdict
  readonly conditions: readonly ConditionJson[]
  /** How the conditions combine; only where the verdict is `conditional`. */
  readonly residual?: FormulaJson
  /** Values that whoever makes the request chooses. */
  readonly choices?: Readonly<Record<string, string>>
  /** Hops to the principal that may itself; 0 for that one. */
  readonly hops: number
  /** The principal that may itself; null where it is this one. */
  readonly through: string | null
}

export const whoCan = defineQuery({
  id: 'who-can',
  question: 'Who may do this to that, directly or through hops?',
  params: z.object({
    action: z.string().describe('such as s3:GetObject'),
    resource: z.string().describe('ARN, or * for actions without a resource'),
    transitive: z.boolean().default(false).describe('also those who get there through hops'),
  }),
  prepare(about, { action, resource: named, transitive }) {
    if (!isActionName(action))
      throw usageError(`${quote(action)} is not an action`, 'such as s3:GetObject, without wildcards')
    const resource = resourceArn(about, named)
    return {
      accounts: 'all',
      answer(model: Model): RowsAnswer<WhoCanEntry> {
        if (isMissing(model, action, resource)) {
          throw missingResource(about, resource)
        }
        const direct = directly(about, model, action, resource)
        const entries = transitive ? withHops(about, direct) : direct
        return answerOf(about, entries, { action, resource, transitive })
      },
    }
  },
})

/** Kinds of nodes that make requests. */
const asking: readonly NodeKind[] = ['user', 'role', 'account', 'external', 'anonymous', 'service']

function directly(about: Questioned, model: Model, action: string, resource: string): readonly WhoCanEntry[] {
  const { graph, have } = about
  const target = targetFor(model, resource)
  const entries: WhoCanEntry[] = []
  for (let number = 0; number < graph.nodeCount; number++) {
    const { arn, kind } = graph.node(number)
    if (!asking.includes(kind)) continue
    const principal = kind === 'service' ? askerFor(model, arn) : callerFor(model, arn)
    if (principal === undefined || !isOpenTo(model, principal, action, target)) continue
    const { verdict, residual, choices } = decide(model, principal, action, resource, have)
    if (verdict !== 'certain' && verdict !== 'conditional') continue
    const conditions = conditionsOf(residual)
    const left = { ...(verdict === 'conditional' && { residual: residualOf(residual) }), ...choicesJson(choices) }
    entries.push({ principal: arn, kind, verdict, conditions, ...left, hops: 0, through: null })
  }
  return entries.sort(inOrder)
}

function withHops(about: Questioned, direct: readonly WhoCanEntry[]): readonly WhoCanEntry[] {
  const { graph, have } = about
  const known = new Map(direct.map((entry) => [graph.find(entry.principal)!, entry]))
  const starts = [...known].map(([node, { verdict }]) => ({ node, rank: rankOf(verdict) as Rank }))
  const found = reach(graph, starts, { have, backwards: true })
  const entries: WhoCanEntry[] = []
  for (const node of found.nodes(1)) {
    const { arn, kind } = graph.node(node)
    if (kind === 'admin' || kind === 'resource' || kind === 'group') continue
    const verdict = found.verdict(node)
    if (verdict !== 'certain' && verdict !== 'conditional') continue
    const own = known.get(node)
    const steps = found.path(node)
    if (own !== undefined && (own.verdict === verdict || steps.length === 0)) {
      entries.push(own)
      continue
    }
    const last = steps.at(-1)!.node
    const conditions = new Map<string, ConditionJson>()
    for (const one of [
      ...conditionsAlong(
        steps.map(({ label }) => label),
        about,
      ),
      ...(known.get(last)?.conditions ?? []),
    ]) {
      conditions.set(JSON.stringify(one), one)
    }
    entries.push({
      principal: arn,
      kind,
      verdict,
      conditions: [...conditions.values()],
      ...(verdict === 'conditional' && { residual: residualOf(residualAlong(about, steps, known.get(last))) }),
      hops: steps.length,
      through: graph.node(last).arn,
    })
  }
  return entries.sort(inOrder)
}

/** What must hold for all hops and the request itself, whatever is chosen on each. */
function residualAlong(
  { have }: Questioned,
  steps: readonly { readonly label: Label }[],
  request: WhoCanEntry | undefined,
): Formula {
  const hops = steps.map(({ label }) => remaining(settle(label.formula, have)))
  const last = request?.residual && withoutChoices({ ...request, residual: request.residual })
  return all(...hops, last === undefined ? always : fromJson(last))
}

const inOrder = (a: WhoCanEntry, b: WhoCanEntry): number =>
  a.hops - b.hops || rankOf(a.verdict) - rankOf(b.verdict) || (a.principal < b.principal ? -1 : 1)

function answerOf(
  about: Questioned,
  entries: readonly WhoCanEntry[],
  {
    action,
    resource,
    transitive,
  }: { readonly action: string; readonly resource: string; readonly transitive: boolean },
): RowsAnswer<WhoCanEntry> {
  const names = new Set([resource])
  for (const { principal, through } of entries) {
    names.add(principal)
    if (through !== null) names.add(through)
  }
  const certain = entries.filter(({ verdict }) => verdict === 'certain').length
  const way = transitive ? ', hops included' : ''
  return {
    shape: 'rows',
    kind: 'trustwalk.who-can',
    version: 1,
    snapshot: summaryOf(about.register),
    entries,
    gaps: gapsOf(about.register),
    table: {
      headline: `${entries.length} ${entries.length === 1 ? 'principal' : 'principals'} may ${action} on ${resource}${way}: ${certain} for certain, ${entries.length - certain} under conditions`,
      columns: [
        { key: 'principal', title: 'who', as: 'node' },
        { key: 'verdict', title: 'verdict', as: 'verdict' },
        ...(transitive
          ? ([
              { key: 'hops', title: 'hops', as: 'number' },
              { key: 'through', title: 'through', as: 'node' },
            ] as const)
          : []),
        { key: 'residual', title: 'only if', as: 'residual' },
      ],
      empty: `Nobody may ${action} on ${resource}.`,
    },
    text: textParts(about, names, {
      hints: transitive ? [] : [{ text: 'also lists who gets there through hops', command: '--transitive' }],
    }),
  }
}
