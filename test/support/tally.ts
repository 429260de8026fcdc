import type { Attempt } from '#src/graph/attempts.ts'
import { lookupOf } from '#src/model/lookup.ts'
import type { Model } from '#src/model/model.ts'
import type { NamedPolicy, PrincipalElement, Statement } from '#src/policy/policy.ts'
import { operatorParts } from './random-organizations.ts'

/** Counts what opened hops and what closed them, by the evidence of the reference evaluator. */
export class Tally {
  readonly opened = new Map<string, number>()
  readonly closed = new Map<string, number>()

  add(model: Model, { to, attempts }: { readonly to: string; readonly attempts: readonly Attempt[] }): void {
    if (attempts.length === 0) return
    const statements = statementsOf(model)
    for (const { formula, evidence, blockedBy } of attempts) {
      const isOpen = formula.kind !== 'never'
      const counts = isOpen ? this.opened : this.closed
      for (const layer of blockedBy) count(counts, `layer ${layer}`)
      for (const { layer, effect, policy, statement } of evidence) {
        if ((effect === 'Allow') !== isOpen) continue
        count(counts, `layer ${layer}`)
        const found = statements.get(`${policy} ${statement}`)
        if (found !== undefined) for (const feature of featuresOf(found)) count(counts, feature)
      }
      if (isOpen || !(blockedBy.includes('trust') || blockedBy.includes('resource'))) continue
      // Nobody whom the policy names is the caller.
      for (const { principal } of policyOf(model, to)?.policy.statements ?? []) {
        for (const form of formsOf(principal)) count(counts, `principal ${form}`)
      }
    }
  }

  /** Of the features wanted, those that never occurred. */
  missing(opened: readonly string[], closed: readonly string[]): readonly string[] {
    return [
      ...opened.filter((name) => !this.opened.has(name)).map((name) => `nothing was opened by ${name}`),
      ...closed.filter((name) => !this.closed.has(name)).map((name) => `nothing was closed by ${name}`),
    ]
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function policyOf(model: Model, arn: string): NamedPolicy | undefined {
  const { identities, resources } = lookupOf(model)
  const identity = identities.get(arn)
  return identity?.kind === 'role' ? identity.trust : resources.get(arn)?.policy
}

const known = new WeakMap<Model, ReadonlyMap<string, Statement>>()

/** Statements by the name of their policy, as evidence gives it, and their index. */
function statementsOf(model: Model): ReadonlyMap<string, Statement> {
  const found = known.get(model)
  if (found !== undefined) return found
  const statements = new Map<string, Statement>()
  const add = (named: NamedPolicy | undefined): void => {
    for (const statement of named?.policy.statements ?? []) {
      for (const name of [named!.name, named!.arn]) statements.set(`${name} ${statement.index}`, statement)
    }
  }
  for (const { users, groups, roles, resources, membership } of model.accounts.values()) {
    for (const { policies } of [...users, ...groups, ...roles]) for (const policy of policies) add(policy)
    for (const { boundary } of [...users, ...roles]) add(boundary)
    for (const { trust } of roles) add(trust)
    for (const { policy } of resources) add(policy)
    for (const { scps, rcps } of membership?.levels ?? []) for (const policy of [...scps, ...rcps]) add(policy)
  }
  known.set(model, statements)
  return statements
}

function* featuresOf(statement: Statement): Generator<string> {
  const { conditions, action, notAction, resource, notResource, principal, notPrincipal } = statement
  for (const { operator, key } of conditions) {
    for (const part of operatorParts(operator)) yield `operator ${part}`
    if (/tag\//i.test(key)) yield 'element tag'
  }
  for (const form of formsOf(principal)) yield `principal ${form}`
  if (notPrincipal !== undefined) yield 'principal NotPrincipal'
  if (notAction !== undefined) yield 'element NotAction'
  if (notResource !== undefined) yield 'element NotResource'
  if (action?.some((text) => text.includes('*'))) yield 'element action wildcard'
  if (resource?.some((text) => /[*?]/.test(text))) yield 'element resource wildcard'
  if (resource?.some((text) => text.includes('${'))) yield 'element variable'
}

function* formsOf(element: PrincipalElement | undefined): Generator<string> {
  if (element === undefined) return
  if (element === '*') {
    yield '*'
    return
  }
  if (element.Service !== undefined) yield 'Service'
  if (element.Federated !== undefined) yield 'Federated'
  for (const name of element.AWS ?? []) {
    if (name === '*') yield '{"AWS":"*"}'
    else if (/^\d{12}$/.test(name)) yield 'account id'
    else if (name.endsWith(':root')) yield 'root ARN'
    else if (name.includes(':assumed-role/')) yield 'session'
    else if (name.includes(':role/')) yield 'role'
    else if (name.includes(':user/')) yield 'user'
    else yield 'unique id'
  }
}
