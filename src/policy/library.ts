import { isKnownOperator } from './conditions/operators.ts'
import { type PolicyKind, parsePolicy } from './parse.ts'
import type { Policy } from './policy.ts'

/** Whether a pattern of `Action`, as written, may match an action that somebody wants to know about. */
export type Interest = (pattern: string) => boolean

/** A policy without statements: it grants nothing and denies nothing, but as a boundary it still caps everything. */
const empty: Policy = { version: '2012-10-17', statements: [], problems: [] }

/**
 * Policies by the text of their documents: each distinct document is read once and held once. With an interest, what can
 * match no action of interest is left out before anything is read: statements, and patterns of the `Action` of others (with
 * their `Sid`). A document that cannot be read never is.
 */
export class PolicyLibrary {
  private readonly interest: Interest | undefined
  private readonly isOfInterest = new Map<string, boolean>()
  private readonly policies = new Map<PolicyKind, Map<string, Policy>>()
  private readonly reduced = new Map<PolicyKind, Map<string, Policy>>()

  constructor(interest?: Interest) {
    this.interest = interest
  }

  /** The policy of a document: an object, or JSON text, URL-encoded or not. Never throws; see `Policy.problems`. */
  intern(document: unknown, kind: PolicyKind): Policy {
    // Trust policies speak of role assumption only, and policies of resources are few.
    const isReduced = this.interest !== undefined && kind !== 'trust' && kind !== 'resource'
    return (isReduced ? this.readReduced(document, kind) : undefined) ?? this.read(document, kind)
  }

  private read(document: unknown, kind: PolicyKind): Policy {
    const known = tableOf(this.policies, kind)
    const key = typeof document === 'string' ? document : textOf(document)
    let policy = known.get(key)
    if (policy === undefined) {
      policy = parsePolicy(key === unprintable ? unprintable : document, kind)
      known.set(key, policy)
    }
    return policy
  }

  /** Undefined if the document is not well-formed: it then has to be read as it is. */
  private readReduced(document: unknown, kind: PolicyKind): Policy | undefined {
    const written = typeof document === 'string' ? objectOf(document) : document
    if (typeof written !== 'object' || written === null) return undefined
    for (const element in written)
      if (element !== 'Version' && element !== 'Id' && element !== 'Statement') return undefined
    const { Version, Statement } = written as { Version?: unknown; Statement?: unknown }
    if (Version !== '2012-10-17' && Version !== '2008-10-17') return undefined
    const list: readonly unknown[] = Array.isArray(Statement) ? Statement : [Statement]
    const kept: object[] = []
    const indices: number[] = []
    for (let index = 0; index < list.length; index++) {
      const statement = this.reduceStatement(list[index])
      if (statement === undefined) return undefined
      if (statement === dull) continue
      kept.push(statement)
      indices.push(index)
    }
    if (kept.length === 0) return empty
    const known = tableOf(this.reduced, kind)
    const key = textOf([Version, kept, kept.length === list.length ? 0 : indices])
    let policy = known.get(key)
    if (policy === undefined) {
      const { version, statements, problems } = parsePolicy({ Version, Statement: kept }, kind)
      if (problems.length > 0) return undefined
      policy = { version, problems, statements: statements.map((each) => ({ ...each, index: indices[each.index]! })) }
      known.set(key, policy)
    }
    return policy
  }

  /** `dull` if it is not of interest, undefined if it is not well-formed. */
  private reduceStatement(written: unknown): object | undefined {
    if (typeof written !== 'object' || written === null) return undefined
    for (const element in written) if (!elements.has(element)) return undefined
    const { Sid, Effect, Action, NotAction, Resource, NotResource, Condition } = written as Record<string, unknown>
    if (Sid !== undefined && typeof Sid !== 'string') return undefined
    if (Effect !== 'Allow' && Effect !== 'Deny') return undefined
    if ((Action === undefined) === (NotAction === undefined)) return undefined
    if ((Resource === undefined) === (NotResource === undefined) || !isTexts(Resource ?? NotResource)) return undefined
    if (Condition !== undefined && !isConditionBlock(Condition)) return undefined
    if (NotAction !== undefined) return written
    const actions = this.reduceActions(Action)
    if (actions === undefined) return undefined
    if (actions.length === 0) return dull
    // What is undefined has no part in the text.
    return {
      Effect,
      Action: actions,
      ...(Resource === undefined ? { NotResource } : { Resource }),
      ...(Condition !== undefined && { Condition }),
    }
  }

  /** The patterns of interest; undefined if these are no actions. */
  private reduceActions(written: unknown): readonly string[] | undefined {
    if (typeof written === 'string') return this.matters(written) ? [written] : none
    if (!Array.isArray(written)) return undefined
    const kept: string[] = []
    for (const pattern of written) {
      if (typeof pattern !== 'string') return undefined
      if (this.matters(pattern)) kept.push(pattern)
    }
    return kept
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

/** A statement that is not of interest. */
const dull = {}
const none: readonly string[] = []
const elements: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

function tableOf(tables: Map<PolicyKind, Map<string, Policy>>, kind: PolicyKind): Map<string, Policy> {
  let table = tables.get(kind)
  if (table === undefined) {
    table = new Map()
    tables.set(kind, table)
  }
  return table
}

/** The object that a text holds, if it holds one: the parser says what is wrong with any other. */
function objectOf(text: string): unknown {
  try {
    return JSON.parse(/^\s*%7b/i.test(text) ? decodeURIComponent(text) : text)
  } catch {
    return undefined
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
