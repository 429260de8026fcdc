import type { ReachAnswer, ReachedAccount, ReachedPrincipal, ReachedResource } from '#src/answers/reach.ts'
import { rankOf, verdictOfRank } from '#src/answers/verdict.ts'
import type { Node } from '#src/graph/graph.ts'
import { type Reach, reach } from '#src/graph/reach.ts'
import { remainingAlong } from './hop-proof.ts'
import type { Questioned } from './query.ts'
import type { End } from './selectors.ts'

type Lists = Pick<ReachAnswer, 'principals' | 'resources' | 'accounts'>

/** What an answer about reach lists: certain and conditional, nearest first. What was not collected stands in the gaps. */
export function reachedFrom(about: Questioned, owner: End): { readonly lists: Lists; readonly found: Reach } {
  const { graph, have } = about
  const found = reach(
    graph,
    owner.nodes.map((node) => ({ node })),
    { have },
  )
  const principals: ReachedPrincipal[] = []
  const resources: ReachedResource[] = []
  const accounts = new Map<string, { rank: number; admin: number }>()
  const accountOf = (id: string) => {
    const known = accounts.get(id) ?? { rank: 3, admin: 3 }
    accounts.set(id, known)
    return known
  }
  for (const number of found.nodes(1)) {
    const node = graph.node(number)
    if (owner.nodes.includes(number)) continue
    const rank = rankOf(found.verdict(number))
    if (node.kind === 'admin') accountOf(node.account).admin = rank
    if (node.account !== '' && countsAsInside(node)) {
      const account = accountOf(node.account)
      account.rank = Math.min(account.rank, rank)
    }
    if (node.kind === 'user' || node.kind === 'role') principals.push(principalOf(about, owner, found, number))
    else if (node.kind === 'resource') resources.push(resourceOf(about, owner, found, number))
  }
  const isNearer = (a: { hops: number; arn: string }, b: { hops: number; arn: string }) =>
    a.hops - b.hops || (a.arn < b.arn ? -1 : 1)
  return {
    found,
    lists: {
      principals: principals.sort(isNearer),
      resources: resources.sort(isNearer),
      accounts: [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(accountJson),
    },
  }
}

/** Being let into an account means having an identity, a right or a thing in it, not a name that some policy mentions. */
const countsAsInside = ({ kind }: Node): boolean =>
  kind === 'user' || kind === 'role' || kind === 'admin' || kind === 'resource' || kind === 'account'

const accountJson = ([id, { rank, admin }]: [string, { rank: number; admin: number }]): ReachedAccount => ({
  id,
  verdict: verdictOfRank(rank),
  admin: admin < 2,
  adminVerdict: verdictOfRank(admin),
})

function principalOf(about: Questioned, owner: End, found: Reach, number: number): ReachedPrincipal {
  const { arn, kind } = about.graph.node(number)
  const step = found.step(number)!
  return {
    arn,
    kind,
    verdict: found.verdict(number),
    hops: found.hops(number)!,
    through: nameIn(about, owner, step.node),
    via: step.label.via,
    technique: step.label.technique,
    conditions: conditionsTo(about, found, number),
  }
}

function resourceOf(about: Questioned, owner: End, found: Reach, number: number): ReachedResource {
  const step = found.step(number)!
  return {
    arn: about.graph.node(number).arn,
    access: accessTo(about, found, number),
    verdict: found.verdict(number),
    hops: found.hops(number)!,
    through: nameIn(about, owner, step.node),
    via: step.label.via,
    conditions: conditionsTo(about, found, number),
  }
}

const nameIn = ({ graph }: Questioned, owner: End, node: number): string =>
  owner.nodes.includes(node) ? owner.arn : graph.node(node).arn

const kinds = ['read', 'write', 'admin'] as const

/** What anybody who is reached may do with it. */
function accessTo({ graph }: Questioned, found: Reach, number: number): ReachedResource['access'] {
  const access = new Set<string>()
  const { in: into } = graph
  const { best } = found.states
  for (let link = into.start[number]!; link < into.start[number + 1]!; link++) {
    const label = into.label[link]!
    // A hub is touched where one of its members is reached.
    if (best[label]! > 1 || !found.touches(into.end[link]!, 1)) continue
    for (const kind of graph.labels[label]!.access ?? []) access.add(kind)
  }
  return kinds.filter((kind) => access.has(kind))
}

/** What must hold along the shortest path of the best verdict, whatever is chosen. */
function conditionsTo(about: Questioned, found: Reach, number: number): ReachedPrincipal['conditions'] {
  if (found.verdict(number) === 'certain') return []
  return remainingAlong(
    found.path(number).map(({ label }) => label),
    about,
  )
}
