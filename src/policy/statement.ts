import { type ActionName, type Actions, compileActions, matchesActions } from './action.ts'
import { type ArnPattern, compileArn, matchesArn, splitArn } from './arn.ts'
import { type CompiledCondition, compileCondition, evaluateCondition } from './conditions/condition.ts'
import type { KeyLookup } from './conditions/key-state.ts'
import { all, always, any, atom, constant, type Formula, gap, never, not } from './formula.ts'
import { literal } from './glob.ts'
import type { Policy, Statement } from './policy.ts'
import { type CompiledPrincipal, compilePrincipal } from './principal.ts'
import {
  expand,
  hasVariable,
  parseTemplate,
  solve,
  type Template,
  withoutVariables,
  writeTemplate,
} from './variables.ts'

/** A statement ready to be put to many requests. */
export interface CompiledStatement {
  readonly source: Statement
  readonly actions: Actions
  /** Undefined: no Resource element; the statement speaks of whatever its policy is attached to. */
  readonly resources: Resources | undefined
  readonly principal: CompiledPrincipal | undefined
  readonly notPrincipal: CompiledPrincipal | undefined
  readonly conditions: readonly CompiledCondition[]
}

interface Resources {
  readonly isNegated: boolean
  readonly fixed: readonly ArnPattern[]
  readonly templates: readonly ResourceTemplate[]
}

/** A pattern with variables after the fifth colon: the only place where AWS replaces them. */
interface ResourceTemplate {
  readonly head: readonly string[]
  readonly tail: Template
}

export interface CompiledPolicy {
  readonly allows: readonly CompiledStatement[]
  readonly denies: readonly CompiledStatement[]
}

/** What statements are put to. */
export interface Target {
  readonly action: ActionName
  readonly resource: string
  /** The six parts of `resource`; undefined for `*`. */
  readonly resourceParts: readonly string[] | undefined
  readonly lookup: KeyLookup
}

const compiled = new WeakMap<Policy, CompiledPolicy>()

/** Each policy is compiled once. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  let result = compiled.get(policy)
  if (result === undefined) {
    const statements = policy.statements.map(compileStatement)
    result = {
      allows: statements.filter(({ source }) => source.effect === 'Allow'),
      denies: statements.filter(({ source }) => source.effect === 'Deny'),
    }
    compiled.set(policy, result)
  }
  return result
}

/** Whether the statement covers the request, its Principal element apart. Cheapest and most telling first. */
export function matchStatement(statement: CompiledStatement, target: Target): Formula {
  const { source, actions, resources, conditions } = statement
  // Only for speed: it has no elements, and so covers everything.
  if (source.unreadable) return always
  if (!matchesActions(actions, target.action)) return never
  const covered = resources === undefined ? always : matchResources(resources, target)
  // Only for speed.
  if (covered.kind === 'never' || conditions.length === 0) return covered
  const parts: Formula[] = [covered]
  for (const condition of conditions) {
    const part = evaluateCondition(condition, target.lookup)
    // Only for speed.
    if (part.kind === 'never') return never
    if (part.kind !== 'always') parts.push(part)
  }
  return all(...parts)
}

function compileStatement(source: Statement): CompiledStatement {
  const patterns = source.resource ?? source.notResource
  return {
    source,
    actions: compileActions(source),
    resources: patterns && compileResources(patterns, source.resource === undefined, source.hasVariables),
    principal: source.principal && compilePrincipal(source.principal),
    notPrincipal: source.notPrincipal && compilePrincipal(source.notPrincipal),
    conditions: source.conditions.map((condition) => compileCondition(condition, source.hasVariables)),
  }
}

function compileResources(patterns: readonly string[], isNegated: boolean, hasVariables: boolean): Resources {
  const fixed: ArnPattern[] = []
  const templates: ResourceTemplate[] = []
  for (const pattern of patterns) {
    const parts = hasVariables && hasVariable(pattern) ? splitArn(pattern) : undefined
    if (parts !== undefined && hasVariable(parts[5]!)) {
      templates.push({ head: parts.slice(0, 5), tail: parseTemplate(parts[5]!) })
    } else fixed.push(compileArn(hasVariables ? pattern : withoutVariables(pattern)))
  }
  return { isNegated, fixed, templates }
}

function matchResources({ isNegated, fixed, templates }: Resources, target: Target): Formula {
  const { resource, resourceParts } = target
  for (const pattern of fixed) if (matchesArn(pattern, resource, resourceParts)) return constant(!isNegated)
  // Only for speed.
  if (templates.length === 0) return constant(isNegated)
  const matches = any(...templates.map((template) => matchTemplate(template, target)))
  return isNegated ? not(matches) : matches
}

function matchTemplate({ head, tail }: ResourceTemplate, { lookup, resource, resourceParts }: Target): Formula {
  const expansion = expand(tail, lookup)
  if (expansion.kind === 'missing') return never
  const matchesWith = (last: string): boolean =>
    matchesArn(compileArn([...head, last].join(':')), resource, resourceParts)
  if (expansion.kind === 'text') return constant(matchesWith(expansion.text))
  if (!matchesWith('*')) return never
  // What fits a pattern of six parts has six.
  const solution = solve(expansion.template, resourceParts![5]!)
  if (solution === undefined) return gap(`values of the variables in ${[...head, writeTemplate(tail)].join(':')}`)
  const { variable, values } = solution
  const { key, fallback } = variable
  const matches = values.length === 0 ? never : atom('StringEquals', key, values)
  if (fallback === undefined) return matches
  const byDefault = expansion.template.map((piece) => (typeof piece === 'string' ? piece : literal(fallback)))
  return matchesWith(byDefault.join('')) ? any(matches, atom('Null', key, ['true'])) : matches
}
