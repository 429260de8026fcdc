import { attempts } from '#src/graph/attempts.ts'
import { buildGraph } from '#src/graph/build-graph.ts'
import { hopsFrom } from '#src/graph/hops.ts'
import type { Account, Model } from '#src/model/model.ts'
import { settle } from '#src/policy/settle.ts'
import { arn, id } from '../techniques/small-model.ts'

/** An account with nothing in it but what a test is about. */
export const accountOf = (parts: Partial<Account>, number = id): Account => ({
  id: number,
  arn: `arn:aws:iam::${number}:root`,
  name: number,
  tags: {},
  membership: undefined,
  isCollected: true,
  users: [],
  groups: [],
  roles: [],
  policies: [],
  instanceProfiles: [],
  identityProviders: [],
  resources: [],
  compute: [],
  workloadIdentities: [],
  rolesAnywhere: { trustAnchors: [], profiles: [] },
  identityCenter: undefined,
  gaps: [],
  ...parts,
})

export const organizationOf = (...accounts: readonly Account[]): Model => ({
  snapshot: { id: 'test', capturedAt: '2026-01-15T00:00:00Z', partition: 'aws' },
  organization: undefined,
  accounts: new Map(accounts.map((one) => [one.id, one])),
  gaps: [],
})

/**
 * What the graph says of one pair, as `technique verdict` each, and that the reference evaluator finds no other verdict.
 * Names are those of the test's account, such as `user/alice`.
 */
export function hopsOf(model: Model, from: string, to: string, technique?: string): readonly string[] {
  const graph = buildGraph(model)
  const [start, end] = [fullName(from), fullName(to)]
  const source = graph.find(start)
  const hops = (source === undefined ? [] : [...hopsFrom(graph, source)]).filter(
    (hop) => graph.node(hop.to).arn === end,
  )
  const found = hops
    .flatMap((hop) => [hop.technique, ...hop.alsoTechniques].map((each) => `${each} ${hop.verdict}`))
    .filter((text) => technique === undefined || text.startsWith(technique))
  const asked = attempts(model, start, end)
    .filter((way) => technique === undefined || way.technique === technique)
    .map((way) => ({ ...way, verdict: settle(way.formula).verdict }))
    .filter(({ verdict }) => verdict !== 'no')
    .map((way) => `${way.technique} ${way.verdict}`)
  return technique === undefined || [...new Set(found)].sort().join() === [...new Set(asked)].sort().join()
    ? [...new Set(found)].sort()
    : [`the graph says ${found.join(', ')}; asked: ${asked.join(', ')}`]
}

const fullName = (name: string): string => (/^(user|role|group)\//.test(name) ? arn(name) : name)
