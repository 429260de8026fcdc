import { isKnownOperator } from './conditions/operators.ts'
import { type PolicyKind, parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'

/** Whether a pattern of `Action`, as written, may match an action that somebody wants to know about. */
export type Interest = (pattern: string) => boolean

/** A policy without statements: it grants nothing and denies nothing, but as a boundary it still caps everything. */
const empty: Policy = { version: '2012-10-17', statements: [], problems: [] }

/**
 * Policies by the text of their documents: each distinct document is read once and held once. With an interest, statements
 * that can match no action of interest are left out; a document that cannot be read never is.
 */
export class PolicyLibrary {
  private readonly interest: Interest | undefined
  private readonly isOfInterest = new Map<string, boolean>()
  private readonly policies = new Map<PolicyKind, Map<string, Policy>>()

  constructor(interest?: Interest) {
    this.interest = interest
  }

  /** The policy of a document: an object, or JSON text, URL-encoded or not. Never throws; see `Policy.problems`. */
  intern(document: unknown, kind: PolicyKind): Policy {
    // Trust policies speak of role assumption only.
    const isFiltered = this.interest !== undefined && kind !== 'trust'
    if (isFiltered && this.isDull(document)) return empty
    const known = this.knownOf(kind)
    const key = typeof document === 'string' ? document : textOf(document)
    let policy = known.get(key)
    if (policy === undefined) {
      const read = parsePolicy(key === unprintable ? unprintable : document, kind)
      policy = isFiltered ? this.filter(read) : read
      known.set(key, policy)
    }
    return policy
  }

  private knownOf(kind: PolicyKind): Map<string, Policy> {
    let known = this.policies.get(kind)
    if (known === undefined) {
      known = new Map()
      this.policies.set(kind, known)
    }
    return known
  }

  private filter(policy: Policy): Policy {
    const statements = policy.statements.filter(
      ({ unreadable, action }) => unreadable || action === undefined || action.some((pattern) => this.matters(pattern)),
    )
    return statements.length === policy.statements.length ? policy : { ...policy, statements }
  }

  /** Whether a document is well-formed and none of its statements is of interest; found without reading it in full. */
  private isDull(document: unknown): boolean {
    if (typeof document !== 'object' || document === null) return false
    for (const element in document)
      if (element !== 'Version' && element !== 'Id' && element !== 'Statement') return false
    const { Version: version, Statement: statement } = document as { Version?: unknown; Statement?: unknown }
    if (version !== '2012-10-17' && version !== '2008-10-17') return false
    if (!Array.isArray(statement)) return this.isDullStatement(statement)
    for (const item of statement) if (!this.isDullStatement(item)) return false
    return true
  }

  private isDullStatement(statement: unknown): boolean {
    if (typeof statement !== 'object' || statement === null) return false
    let hasAction = false
    let hasEffect = false
    for (const element in statement) {
      const value = (statement as Record<string, unknown>)[element]
      if (element === 'Action') {
        if (!this.isDullAction(value)) return false
        hasAction = true
      } else if (element === 'Effect') {
        if (value !== 'Allow' && value !== 'Deny') return false
        hasEffect = true
      } else if (element === 'Resource' || element === 'NotResource') {
        if (!isTexts(value)) return false
      } else if (element === 'Condition') {
        if (!isConditionBlock(value)) return false
      } else if (element !== 'Sid' || typeof value !== 'string') return false
    }
    return hasAction && hasEffect
  }

  private isDullAction(value: unknown): boolean {
    if (typeof value === 'string') return !this.matters(value)
    if (!Array.isArray(value)) return false
    for (const item of value) if (typeof item !== 'string' || this.matters(item)) return false
    return true
  }

  private matters(pattern: string): boolean {
    let matters = this.isOfInterest.get(pattern)
    if (matters === undefined) {
      // What is no `service:action` is for the parser to report.
      matters = !pattern.includes(':') || this.interest!(pattern)
      this.isOfInterest.set(pattern, matters)
    }
    return matters
  }
}

/** A policy of which nothing is known: whether it allows or denies, whatever the request. */
export const unknownPolicy: Policy = {
  version: '2012-10-17',
  statements: (['Allow', 'Deny'] as const).map((effect) => ({
    index: -1,
    effect,
    conditions: [],
    unreadable: true,
    hasVariables: false,
  })),
  problems: [],
}

const unprintable = 'nested too deeply'

function textOf(document: unknown): string {
  try {
    return JSON.stringify(document) ?? String(document)
  } catch {
    return unprintable
  }
}

function isTexts(value: unknown): boolean {
  if (typeof value === 'string') return true
  if (!Array.isArray(value)) return false
  for (const item of value) if (typeof item !== 'string') return false
  return true
}

function isConditionBlock(block: unknown): boolean {
  if (typeof block !== 'object' || block === null || Array.isArray(block)) return false
  for (const operator in block) {
    const keys = (block as Record<string, unknown>)[operator]
    if (!isKnownOperator(operator) || typeof keys !== 'object' || keys === null || Array.isArray(keys)) return false
    for (const key in keys) if (!isTexts((keys as Record<string, unknown>)[key])) return false
  }
  return true
}
