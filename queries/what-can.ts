import { z } from 'zod'
import { type ConditionJson, conditionsOf, type FormulaJson, residualOf } from '#src/answers/condition.ts'
import type { RowsAnswer } from '#src/answers/rows.ts'
import { rankOf } from '#src/answers/verdict.ts'
import type { Label, Verdict } from '#src/graph/graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { usageError } from '#src/lib/errors.ts'
import { quote } from '#src/lib/escape.ts'
import type { Model } from '#src/model/model.ts'
import { settle } from '#src/policy/settle.ts'
import { noRequests } from './can.ts'
import { askerFor } from './decide.ts'
import { effectivePermissions } from './effective-permissions.ts'
import { gapsOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned } from './query.ts'
import { principalArn } from './request-names.ts'

export type WhatCanEntry = {
  /** Actions or patterns of them, as the policies write them. */
  readonly actions: readonly string[]
  /** ARNs or patterns of them. */
  readonly resources: readonly string[]
  readonly verdict: Verdict
  readonly conditions: readonly ConditionJson[]
  /** How the conditions combine; absent where it is certain. */
  readonly residual?: FormulaJson
  /** Denied all the same: `action on resource (policy)`. */
  readonly except: readonly string[]
  /** What was asked: its own policies alone, or those of a recorded resource or role as well. */
  readonly by: 'identity' | 'both'
}

export const whatCan = defineQuery({
  id: 'what-can',
  question: 'What may this principal do, after every cap?',
  params: z.object({
    principal: z.string().describe('a selector of one principal'),
    service: z.string().optional().describe('only this service, such as s3'),
  }),
  prepare(about, { principal: asked, service }) {
    if (service !== undefined && !/^[a-z0-9-]+$/.test(service)) {
      throw usageError(`${quote(service)} is not the prefix of a service`, 'such as s3 or secretsmanager')
    }
    const principal = principalArn(about, asked)
    const account = principal.split(':', 5)[4]
    return {
      accounts: new Set(account !== undefined && /^\d{12}$/.test(account) ? [account] : []),
      answer(model: Model): RowsAnswer<WhatCanEntry> {
        const asker = askerFor(model, principal)
        if (asker === undefined) throw usageError(`${quote(principal)} makes no requests`, noRequests(principal))
        const own = effectivePermissions(asker, model.snapshot.capturedAt, about.have, service)
        const granted = grantedByResources(about, principal, service)
        return answerOf(about, principal, [...own, ...granted], service)
      },
    }
  },
})

/** Access to recorded resources: what their policies, keys and settings say is in the graph. */
function grantedByResources(
  about: Questioned,
  principal: string,
  service: string | undefined,
): readonly WhatCanEntry[] {
  const { graph, have } = about
  const node = graph.find(principal)
  if (node === undefined) return []
  const byWay = new Map<string, { label: Label; verdict: Verdict; resources: string[] }>()
  for (const hop of hopsFrom(graph, node)) {
    const { arn, kind } = graph.node(hop.to)
    const isRole = kind === 'role' && hop.via.startsWith('sts:')
    if ((kind !== 'resource' || hop.access === undefined) && !isRole) continue
    if (service !== undefined && !hop.via.startsWith(`${service}:`)) continue
    const { verdict } = settle(hop.formula, have)
    if (verdict !== 'certain' && verdict !== 'conditional') continue
    const key = JSON.stringify([hop.via, hop.access, hop.formula.id])
    const known = byWay.get(key)
    if (known === undefined) byWay.set(key, { label: hop, verdict, resources: [arn] })
    else known.resources.push(arn)
  }
  return [...byWay.values()].map(({ label, verdict, resources }) => ({
    actions: [label.via],
    resources: resources.sort(),
    verdict,
    conditions: conditionsOf(settle(label.formula, have).residual),
    ...(verdict === 'conditional' && { residual: residualOf(settle(label.formula, have).residual) }),
    except: [],
    by: 'both',
  }))
}

function answerOf(
  about: Questioned,
  principal: string,
  entries: readonly WhatCanEntry[],
  service: string | undefined,
): RowsAnswer<WhatCanEntry> {
  const sorted = [...entries].sort(
    (a, b) => rankOf(a.verdict) - rankOf(b.verdict) || (a.actions[0]! < b.actions[0]! ? -1 : 1),
  )
  const services = new Set(entries.flatMap(({ actions }) => actions.map((action) => action.split(':', 1)[0]!)))
  const what = services.has('*') ? 'any service' : `${services.size} ${services.size === 1 ? 'service' : 'services'}`
  return {
    shape: 'rows',
    kind: 'trustwalk.what-can',
    version: 1,
    snapshot: summaryOf(about.register),
    entries: sorted,
    gaps: gapsOf(about.register),
    table: {
      headline: `${principal} may act in ${service ?? what}, after every cap`,
      columns: [
        { key: 'actions', title: 'may', as: 'list' },
        { key: 'resources', title: 'on', as: 'list' },
        { key: 'except', title: 'but not', as: 'list' },
        { key: 'verdict', title: 'verdict', as: 'verdict' },
        { key: 'by', title: 'allowed by', as: 'text' },
        { key: 'residual', title: 'only if', as: 'residual' },
      ],
      empty: `${principal} may do nothing${service === undefined ? '' : ` in ${service}`}.`,
    },
    text: textParts(about, [principal], {
      hints: [{ text: 'shows what it can become and touch', command: `trustwalk reach ${principal}` }],
    }),
  }
}
