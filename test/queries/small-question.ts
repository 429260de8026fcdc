import type { Questioned } from '#queries/query.ts'
import type { Label, NodeKind } from '#src/graph/graph.ts'
import { GraphWriter } from '#src/graph/graph-writer.ts'
import type { Register, TagRegister } from '#src/graph/register.ts'
import { always } from '#src/policy/formula.ts'

type NodeLine = readonly [arn: string, kind: NodeKind, account: string]

const label: Label = {
  technique: 'sts-001',
  alsoTechniques: [],
  via: 'sts:AssumeRole',
  formula: always,
  verdict: 'certain',
}

/** A graph of these nodes and certain hops, and a register of two accounts in `o-1/r-1/ou-dev/` and `o-1/r-1/ou-prod/`. */
export function smallQuestion(
  nodes: readonly NodeLine[],
  hops: readonly (readonly [from: string, to: string])[] = [],
  register: Partial<Register> & { readonly tagged?: TagRegister } = {},
): Questioned {
  const writer = new GraphWriter()
  for (const [arn, kind, account] of nodes) writer.node(arn, kind, account)
  for (const [from, to] of hops) writer.hop(writer.find(from)!, writer.find(to)!, label)
  const { tagged = [], ...rest } = register
  return {
    graph: writer.finish(),
    have: new Map(),
    register: {
      snapshot: { id: 's', capturedAt: '2026-01-15T00:00:00Z', partition: 'aws', organizationId: 'o-1' },
      hasOrganization: true,
      accounts: [
        { id: '111111111111', name: 'dev', path: 'o-1/r-1/ou-dev/', isCollected: true },
        { id: '222222222222', name: 'prod', path: 'o-1/r-1/ou-prod/', isCollected: true },
        { id: '333333333333', name: 'closed', path: 'o-1/r-1/ou-prod/ou-closed/', isCollected: false },
      ],
      units: [
        { id: 'r-1', name: 'Root', path: 'o-1/r-1/' },
        { id: 'ou-dev', name: 'Dev', path: 'o-1/r-1/ou-dev/' },
        { id: 'ou-prod', name: 'Prod', path: 'o-1/r-1/ou-prod/' },
        { id: 'ou-closed', name: 'Closed', path: 'o-1/r-1/ou-prod/ou-closed/' },
      ],
      keys: [{ id: 'AKIAIOSFODNN7EXAMPLE', user: 'arn:aws:iam::111111111111:user/ci', status: 'Active' }],
      people: [{ arn: 'arn:aws:identitystore:::user/p-1', name: 'mei' }],
      identityCenterAccounts: [],
      clusterIssuers: [],
      encryption: [],
      gaps: [],
      tags: JSON.stringify(tagged),
      ...rest,
    },
  }
}
