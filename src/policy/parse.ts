import { splitArn } from './arn.ts'
import { isKnownOperator } from './conditions/operators.ts'
import { matchesAnything } from './glob.ts'
import type { Condition, Policy, PolicyProblem, PrincipalElement, Statement } from './policy.ts'

export type PolicyKind = 'identity' | 'boundary' | 'session' | 'resource' | 'trust' | 'scp' | 'rcp' | 'endpoint'

/** Which elements a kind of policy needs, may have, or must not have. */
interface Grammar {
  readonly principal: 'needed' | 'optional' | 'forbidden'
  readonly resource: 'needed' | 'optional' | 'forbidden'
  readonly notPrincipal: boolean
}

const ofIdentities: Grammar = { principal: 'forbidden', resource: 'needed', notPrincipal: false }
/** Policies of ECR repositories and the like have no Resource: they speak of what they are attached to. */
const ofResources: Grammar = { principal: 'needed', resource: 'optional', notPrincipal: true }

/** IAM User Guide, "IAM JSON policy elements reference"; Organizations User Guide, "SCP syntax", "RCP syntax". */
const grammars: Readonly<Record<PolicyKind, Grammar>> = {
  identity: ofIdentities,
  boundary: ofIdentities,
  session: ofIdentities,
  scp: ofIdentities,
  rcp: { principal: 'optional', resource: 'needed', notPrincipal: false },
  resource: ofResources,
  endpoint: ofResources,
  trust: { principal: 'needed', resource: 'forbidden', notPrincipal: false },
}

const documentElements = new Set(['Version', 'Id', 'Statement'])
const statementElements = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])
const principalTypes = ['AWS', 'Service', 'Federated', 'CanonicalUser'] as const

/** A reason why a place of a document cannot be read. */
class Unreadable extends Error {
  readonly place: string
  constructor(place: string, reason: string) {
    super(reason)
    this.place = place
  }
}

/**
 * Reads a policy document: an object, or JSON text, URL-encoded or not. Never throws. A statement that AWS would not accept is
 * `unreadable`: nobody can say what it does. Where not even its effect is known it stands there twice, as an Allow and as a
 * Deny; a document that cannot be read at all is such a pair with index -1.
 */
export function parsePolicy(document: unknown, kind: PolicyKind): Policy {
  const problems: PolicyProblem[] = []
  try {
    const { version, list } = parseDocument(document)
    const statements = list.flatMap((written, index) => parseOrReport(written, index, version, kind, problems))
    return { version, statements, problems }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    problems.push({ place: error.place, reason: error.message })
    return { version: '2012-10-17', statements: unreadable(-1, undefined), problems }
  }
}

function parseDocument(document: unknown): { version: Policy['version']; list: readonly unknown[] } {
  const body = typeof document === 'string' ? parseJson(document) : document
  if (!isRecord(body)) throw new Unreadable('', `expected a policy document, got ${describe(body)}`)
  for (const element of Object.keys(body)) {
    if (!documentElements.has(element)) throw new Unreadable(element, 'not an element of a policy')
  }
  const version = own(body, 'Version') ?? '2008-10-17'
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw new Unreadable('Version', `expected 2012-10-17 or 2008-10-17, got ${describe(version)}`)
  }
  const statement = own(body, 'Statement')
  if (statement === undefined) throw new Unreadable('Statement', 'missing')
  return { version, list: Array.isArray(statement) ? statement : [statement] }
}

function parseJson(text: string): unknown {
  try {
    // IAM hands documents out URL-encoded (RFC 3986); the text of a document starts with a brace otherwise.
    return JSON.parse(/^(\s|%[02][09ad])*%7b/i.test(text) ? decodeURIComponent(text) : text)
  } catch {
    throw new Unreadable('', 'not JSON')
  }
}

function parseOrReport(
  written: unknown,
  index: number,
  version: Policy['version'],
  kind: PolicyKind,
  problems: PolicyProblem[],
): readonly Statement[] {
  try {
    return [parseStatement(written, index, version === '2012-10-17', grammars[kind])]
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    const place = `Statement[${index}]${error.place === '' ? '' : `.${error.place}`}`
    problems.push({ place, reason: error.message, statement: index })
    return unreadable(index, isRecord(written) ? own(written, 'Effect') : undefined)
  }
}

function unreadable(index: number, effect: unknown): readonly Statement[] {
  const effects: readonly Statement['effect'][] = effect === 'Allow' || effect === 'Deny' ? [effect] : ['Allow', 'Deny']
  return effects.map((effect) => ({ index, effect, conditions: [], unreadable: true, hasVariables: false }))
}

function parseStatement(written: unknown, index: number, hasVariables: boolean, grammar: Grammar): Statement {
  if (!isRecord(written)) throw new Unreadable('', `expected a statement, got ${describe(written)}`)
  for (const element of Object.keys(written)) {
    if (!statementElements.has(element)) throw new Unreadable(element, 'not an element of a statement')
  }
  const effect = own(written, 'Effect')
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw new Unreadable('Effect', `expected Allow or Deny, got ${describe(effect)}`)
  }
  // A number decides nothing: it is a name like any other.
  const named = own(written, 'Sid')
  const sid = typeof named === 'number' ? String(named) : named
  if (sid !== undefined && typeof sid !== 'string') throw new Unreadable('Sid', `expected text, got ${describe(sid)}`)
  checkElements(written, effect, grammar)
  return {
    index,
    ...(sid !== undefined && { sid }),
    effect,
    ...parseElement(written, 'Principal', 'principal', parsePrincipal),
    ...parseElement(written, 'NotPrincipal', 'notPrincipal', parsePrincipal),
    ...parseElement(written, 'Action', 'action', parseActions),
    ...parseElement(written, 'NotAction', 'notAction', parseActions),
    ...parseElement(written, 'Resource', 'resource', parseResources),
    ...parseElement(written, 'NotResource', 'notResource', parseResources),
    conditions: parseConditions(own(written, 'Condition')),
    hasVariables,
  }
}

function checkElements(written: object, effect: 'Allow' | 'Deny', grammar: Grammar): void {
  checkPair(written, 'Action', 'needed')
  checkPair(written, 'Resource', grammar.resource)
  checkPair(written, 'Principal', grammar.principal)
  if (Object.hasOwn(written, 'NotPrincipal') && (effect === 'Allow' || !grammar.notPrincipal)) {
    throw new Unreadable('NotPrincipal', 'allowed only in the Deny statements of a resource policy')
  }
}

/** An element and its negation exclude each other. */
function checkPair(written: object, element: 'Action' | 'Resource' | 'Principal', need: Grammar['principal']): void {
  const present = [element, `Not${element}`].filter((name) => Object.hasOwn(written, name))
  if (present.length === 2) throw new Unreadable(`Not${element}`, `stands beside ${element}`)
  if (present.length === 1 && need === 'forbidden')
    throw new Unreadable(present[0]!, 'not allowed in this kind of policy')
  if (present.length === 0 && need === 'needed') throw new Unreadable(element, 'missing')
}

function parseElement<Name extends string, Value>(
  written: object,
  element: string,
  name: Name,
  parse: (value: unknown, element: string) => Value,
): { readonly [key in Name]?: Value } {
  if (!Object.hasOwn(written, element)) return {}
  return { [name]: parse(own(written, element), element) } as { [key in Name]: Value }
}

function parsePrincipal(value: unknown, element: string): PrincipalElement {
  if (value === '*') return '*'
  if (!isRecord(value)) throw new Unreadable(element, `expected "*" or an object, got ${describe(value)}`)
  const unknown = Object.keys(value).find((type) => !principalTypes.includes(type as 'AWS'))
  if (unknown !== undefined) throw new Unreadable(`${element}.${unknown}`, 'not a type of principal')
  const types = principalTypes.filter((type) => Object.hasOwn(value, type))
  if (types.length === 0) throw new Unreadable(element, 'names nobody')
  return Object.fromEntries(types.map((type) => [type, parseTexts(own(value, type), `${element}.${type}`)]))
}

function parseActions(value: unknown, element: string): readonly string[] {
  const actions = parseTexts(value, element)
  const bad = actions.find((action) => !action.includes(':') && !matchesAnything(action))
  if (bad !== undefined) throw new Unreadable(element, `expected service:action, got ${describe(bad)}`)
  return actions
}

function parseResources(value: unknown, element: string): readonly string[] {
  const resources = parseTexts(value, element)
  const bad = resources.find((resource) => splitArn(resource) === undefined && !matchesAnything(resource))
  if (bad !== undefined) throw new Unreadable(element, `expected an ARN or *, got ${describe(bad)}`)
  return resources
}

function parseTexts(value: unknown, place: string): readonly string[] {
  const list = Array.isArray(value) ? value : [value]
  const bad = list.findIndex((item) => typeof item !== 'string')
  if (bad >= 0) throw new Unreadable(place, `expected text, got ${describe(list[bad])}`)
  return list
}

function parseConditions(block: unknown): readonly Condition[] {
  if (block === undefined) return []
  if (!isRecord(block)) throw new Unreadable('Condition', `expected an object, got ${describe(block)}`)
  const conditions: Condition[] = []
  for (const [operator, keys] of Object.entries(block)) {
    const place = `Condition.${operator}`
    if (!isKnownOperator(operator)) throw new Unreadable(place, 'not a condition operator')
    if (!isRecord(keys)) throw new Unreadable(place, `expected an object, got ${describe(keys)}`)
    for (const [key, values] of Object.entries(keys)) {
      conditions.push({ operator, key, values: parseValues(values, `${place}.${key}`) })
    }
  }
  return conditions
}

/** Numbers and booleans may stand without quotes. */
function parseValues(value: unknown, place: string): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item === 'string') return item
    if (typeof item === 'number' || typeof item === 'boolean') return String(item)
    throw new Unreadable(place, `expected text, got ${describe(item)}`)
  })
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const own = (record: object, key: string): unknown =>
  Object.hasOwn(record, key) ? (record as Record<string, unknown>)[key] : undefined

function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  if (value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : isRecord(value) ? 'an object' : String(value)
}
