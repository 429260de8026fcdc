import { compileGlob, type Glob, hasSpecial, matchesAnything, matchesGlob } from './glob.ts'
import type { Statement } from './policy.ts'

/** One pattern of `Action` or `NotAction`, in lower case: IAM compares actions without regard to case. */
export type ActionPattern = 'any' | { readonly service: string | Glob; readonly name: string | Glob | undefined }

/** An action as it is compared. */
export interface ActionName {
  readonly service: string
  readonly name: string
}

/** IAM User Guide, "IAM JSON policy elements: Action", "NotAction": `NotAction` covers everything that it does not list. */
export const coversAction = (statement: Pick<Statement, 'action' | 'notAction'>, action: string): boolean =>
  matchesActions(compileActions(statement), splitAction(action))

export interface Actions {
  readonly patterns: readonly ActionPattern[]
  readonly isNegated: boolean
}

export const compileActions = ({ action, notAction }: Pick<Statement, 'action' | 'notAction'>): Actions => ({
  patterns: (action ?? notAction ?? []).map(compileAction),
  isNegated: action === undefined,
})

export function matchesActions({ patterns, isNegated }: Actions, { service, name }: ActionName): boolean {
  for (const pattern of patterns) {
    if (pattern === 'any' || (fits(pattern.service, service) && fits(pattern.name, name))) return !isNegated
  }
  return isNegated
}

export function splitAction(action: string): ActionName {
  const lower = action.toLowerCase()
  const colon = lower.indexOf(':')
  return colon < 0 ? { service: lower, name: '' } : { service: lower.slice(0, colon), name: lower.slice(colon + 1) }
}

function compileAction(pattern: string): ActionPattern {
  if (matchesAnything(pattern)) return 'any'
  const { service, name } = splitAction(pattern)
  // Only for speed: administrators' policies.
  if (matchesAnything(service) && matchesAnything(name)) return 'any'
  return { service: compilePart(service), name: matchesAnything(name) ? undefined : compilePart(name) }
}

const compilePart = (part: string): string | Glob => (hasSpecial(part) ? compileGlob(part) : part)

function fits(pattern: string | Glob | undefined, text: string): boolean {
  if (pattern === undefined) return true
  return typeof pattern === 'string' ? pattern === text : matchesGlob(pattern, text)
}
