import type { Formula } from '#src/policy/formula.ts'

export type NodeKind =
  | 'account' // `arn:aws:iam::<id>:root`, in the organization or outside it
  | 'user'
  | 'group'
  | 'role'
  | 'admin' // `admin:<account id>`
  | 'person' // Identity Center user, `arn:aws:identitystore:::user/<id>`
  | 'provider' // OIDC, SAML
  | 'trust-anchor' // Roles Anywhere
  | 'service' // AWS service principal
  | 'external' // principal ARN outside the organization that some policy names
  | 'anonymous' // `*`
  | 'resource'
  | 'hub' // a class of principals with the same grants: storage, never shown

export const nodeKinds: readonly NodeKind[] = [
  'account',
  'user',
  'group',
  'role',
  'admin',
  'person',
  'provider',
  'trust-anchor',
  'service',
  'external',
  'anonymous',
  'resource',
  'hub',
]

export type Verdict = 'certain' | 'conditional' | 'no' | 'unknown'

/** What a stored hop says besides its two ends. Interned: hops with the same label share it. */
export interface Label {
  /** The technique that needs nothing further to happen. */
  readonly technique: string
  readonly alsoTechniques: readonly string[]
  /** Main API call, such as `sts:AssumeRole`. */
  readonly via: string
  /** Compute or resource inside the hop. */
  readonly resource?: string
  /** `read`, `write`, `admin` for hops to resources. */
  readonly access?: readonly ('read' | 'write' | 'admin')[]
  /** The full residual, keys that the requester chooses included; its verdict by itself is `verdict`. */
  readonly formula: Formula
  readonly verdict: Verdict
}

export interface Node {
  readonly arn: string
  readonly kind: NodeKind
  /** Owning account id; empty for what belongs to none. */
  readonly account: string
}

/** One step between two shown nodes, hubs folded away. */
export interface Hop extends Label {
  readonly from: number
  readonly to: number
}

/** Sparse rows in both directions. Links of node n are at positions `start[n]` to `start[n + 1]`. */
export interface Rows {
  readonly start: Uint32Array
  readonly end: Uint32Array
  /** Index into `labels`; 0 is the neutral label of links into hubs. */
  readonly label: Uint32Array
}

/**
 * The whole graph. Nodes are numbered from 0; hubs come last (`nodeCount` shown nodes, then `hubCount` hubs). A link into a
 * hub is half a hop and has the neutral label; the link from the hub to its target carries the hop's label. Hubs never link to hubs.
 */
export interface Graph {
  readonly nodeCount: number
  readonly hubCount: number
  readonly labels: readonly Label[]
  readonly out: Rows
  readonly in: Rows
  node(index: number): Node
  find(arn: string): number | undefined
}
