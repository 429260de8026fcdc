import { z } from 'zod'
import type { Hint } from '#src/answers/answer.ts'
import { choicesJson } from '#src/answers/choices.ts'
import type { ConditionJson } from '#src/answers/condition.ts'
import { conditionsOf, type FormulaJson, residualOf } from '#src/answers/condition.ts'
import type { RowsAnswer } from '#src/answers/rows.ts'
import { rankOf } from '#src/answers/verdict.ts'
import type { Hop, Node, Verdict } from '#src/graph/graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import { quoteArgument } from '#src/lib/shell.ts'
import { isPublicIssuer } from '#src/policy/public-issuers.ts'
import { settle } from '#src/policy/settle.ts'
import { gapsOf, summaryOf, textParts } from './naming.ts'
import { defineQuery, type Questioned, readsNothing } from './query.ts'

export type ExternalEntry = {
  /** Role or resource that is entered. */
  readonly to: string
  /** Principal or provider; `*` for anybody. */
  readonly from: string
  readonly kind: 'account' | 'anonymous' | 'oidc' | 'saml' | 'service' | 'roles-anywhere'
  readonly verdict: Verdict
  readonly conditions: readonly ConditionJson[]
  /** How the conditions combine. */
  readonly residual: FormulaJson
  /** Values that whoever comes in chooses. */
  readonly choices?: Readonly<Record<string, string>>
  readonly via: string
}

export const external = defineQuery({
  id: 'external',
  question: 'What lets someone in from outside the organization?',
  params: z.object({}),
  prepare(about) {
    const entries = entriesOf(about)
    const arns = new Set(entries.flatMap(({ to, from }) => [to, from]))
    return readsNothing<RowsAnswer<ExternalEntry>>({
      shape: 'rows',
      kind: 'trustwalk.external',
      version: 1,
      snapshot: summaryOf(about.register),
      entries,
      gaps: gapsOf(about.register),
      table: {
        headline: headline(entries),
        columns: [
          { key: 'to', title: 'entered', as: 'node' },
          { key: 'from', title: 'by', as: 'entrant' },
          { key: 'kind', title: 'kind', as: 'text', isExtra: true },
          { key: 'verdict', title: 'verdict', as: 'verdict' },
          { key: 'residual', title: 'only if', as: 'residual' },
        ],
        empty: 'Nothing lets anybody in from outside.',
      },
      text: textParts(about, arns, {
        hints: hintsFor(entries),
      }),
    })
  },
})

function headline(entries: readonly ExternalEntry[]): string {
  const certain = entries.filter(({ verdict }) => verdict === 'certain').length
  const targets = new Set(entries.map(({ to }) => to)).size
  return `${targets} ${targets === 1 ? 'role or resource is' : 'roles and resources are'} entered from outside: ${certain} ${certain === 1 ? 'way' : 'ways'} for certain, ${entries.length - certain} under conditions`
}

/** What the surest way into a role opens. */
function hintsFor(entries: readonly ExternalEntry[]): readonly Hint[] {
  const role = entries.find(({ to }) => /:role\//.test(to))
  if (role === undefined) return []
  return [{ text: 'shows what such a way in opens', command: `trustwalk reach ${quoteArgument(role.to)}` }]
}

function entriesOf(about: Questioned): readonly ExternalEntry[] {
  const { graph } = about
  const entries = new Map<string, ExternalEntry>()
  for (let number = 0; number < graph.nodeCount; number++) {
    const node = graph.node(number)
    if (!isOutside(about, node)) continue
    for (const hop of hopsFrom(graph, number)) {
      const entry = entryOf(about, node, hop)
      if (entry === undefined) continue
      const key = JSON.stringify([entry.to, entry.from])
      const known = entries.get(key)
      if (known === undefined || isBetter(entry, known)) entries.set(key, entry)
    }
  }
  const all = [...entries.values()].filter((entry) => !isImplied(entry, entries))
  return all.sort((a, b) => rankOf(a.verdict) - rankOf(b.verdict) || compare(a.to, b.to) || compare(a.from, b.from))
}

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** Unsigned is wider than any AWS principal; a surer way tells more. */
const isBetter = (entry: ExternalEntry, than: ExternalEntry): boolean =>
  rankOf(entry.verdict) < rankOf(than.verdict) ||
  (entry.verdict === than.verdict && entry.kind === 'anonymous' && than.kind !== 'anonymous')

/** What everybody may, somebody in particular may too: only a surer way is worth an entry of its own. */
function isImplied(entry: ExternalEntry, entries: ReadonlyMap<string, ExternalEntry>): boolean {
  if (entry.from === '*' || entry.kind !== 'account') return false
  const open = entries.get(JSON.stringify([entry.to, '*']))
  return open !== undefined && rankOf(open.verdict) <= rankOf(entry.verdict)
}

/**
 * Starts of entries. An AWS service acts for the account whose role or resource names it, since a role can be passed to a
 * service in its own account only: it is nobody's way in.
 */
function isOutside({ register }: Questioned, { kind, account, arn }: Node): boolean {
  switch (kind) {
    case 'anonymous':
    case 'external':
    case 'trust-anchor':
      return true
    case 'account':
      return !register.accounts.some(({ id }) => id === account)
    case 'provider':
      // Tokens of the organization's own clusters are made by its own workloads.
      return !register.clusterIssuers.includes(issuerOf(arn))
    default:
      return false
  }
}

/** `token.actions.githubusercontent.com` of a provider's ARN or name. */
const issuerOf = (provider: string): string =>
  provider.slice(provider.indexOf(':oidc-provider/') + ':oidc-provider/'.length)

function entryOf(about: Questioned, from: Node, hop: Hop): ExternalEntry | undefined {
  const { verdict, residual, choices } = settle(hop.formula, about.have)
  if (verdict === 'no' || verdict === 'unknown') return undefined
  const target = about.graph.node(hop.to)
  if (target.kind !== 'role' && target.kind !== 'resource' && target.kind !== 'user') return undefined
  const kind = kindOf(from)
  return {
    to: target.arn,
    from: from.kind === 'external' && from.account === '' ? '*' : from.arn,
    kind,
    verdict: isAlwaysConditional(from, kind) ? 'conditional' : verdict,
    conditions: conditionsOf(residual),
    residual: residualOf(residual),
    ...choicesJson(choices),
    via: hop.via,
  }
}

function kindOf({ kind, arn }: Node): ExternalEntry['kind'] {
  switch (kind) {
    case 'anonymous':
      return 'anonymous'
    case 'trust-anchor':
      return 'roles-anywhere'
    case 'provider':
      return arn.includes(':saml-provider/') ? 'saml' : 'oidc'
    default:
      return 'account'
  }
}

/** Whom an identity provider of one's own lets in, it alone knows; what a public one signs, any customer of it can have. */
function isAlwaysConditional({ arn }: Node, kind: ExternalEntry['kind']): boolean {
  if (kind === 'saml') return true
  return kind === 'oidc' && !isPublicIssuer(arn.startsWith('arn:') ? issuerOf(arn) : arn)
}
