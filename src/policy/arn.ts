import { compileGlob, type Glob, hasSpecial, matchesAnything, matchesGlob } from './glob.ts'

export interface Arn {
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  /** All after the fifth colon. */
  readonly resource: string
}

/** Undefined for what does not have the six parts of an ARN. */
export function parseArn(text: string): Arn | undefined {
  const parts = splitArn(text)
  if (parts === undefined || parts[0] !== 'arn') return undefined
  return { partition: parts[1]!, service: parts[2]!, region: parts[3]!, account: parts[4]!, resource: parts[5]! }
}

/** The six parts: colons after the fifth belong to the last one. */
export function splitArn(text: string): readonly string[] | undefined {
  const parts: string[] = []
  let from = 0
  for (let part = 0; part < 5; part++) {
    const colon = text.indexOf(':', from)
    if (colon < 0) return undefined
    parts.push(text.slice(from, colon))
    from = colon + 1
  }
  parts.push(text.slice(from))
  return parts
}

/**
 * IAM User Guide, "IAM JSON policy elements: Resource": the parts are compared one by one, with regard to case, so that a
 * wildcard does not run over a colon, but for the last part. A lone `*` is every resource.
 */
export const arnMatches = (pattern: string, arn: string): boolean => {
  const parts = splitArn(arn)
  return matchesArn(compileArn(pattern), arn, parts)
}

export type ArnPattern =
  | { readonly kind: 'any' }
  /** Fewer than six parts: matches no ARN. */
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** Undefined: a lone `*`, which any text fits. */
  | { readonly kind: 'parts'; readonly parts: readonly (string | Glob | undefined)[] }

export function compileArn(pattern: string): ArnPattern {
  if (matchesAnything(pattern)) return { kind: 'any' }
  const parts = splitArn(pattern)
  if (parts === undefined) return { kind: 'none' }
  // Only for speed: most patterns are plain text.
  if (!hasSpecial(pattern)) return { kind: 'text', text: pattern }
  return {
    kind: 'parts',
    parts: parts.map((part) => (matchesAnything(part) ? undefined : hasSpecial(part) ? compileGlob(part) : part)),
  }
}

/** `parts` are those of `arn`, split once per request; undefined for `*`, the resource of actions that have none. */
export function matchesArn(pattern: ArnPattern, arn: string, parts: readonly string[] | undefined): boolean {
  if (pattern.kind === 'any') return true
  if (pattern.kind === 'text') return pattern.text === arn
  if (pattern.kind === 'none' || parts === undefined) return false
  // From the last part on: it tells most apart.
  for (let part = 5; part >= 0; part--) {
    const wanted = pattern.parts[part]
    if (wanted === undefined) continue
    if (typeof wanted === 'string' ? wanted !== parts[part] : !matchesGlob(wanted, parts[part]!)) return false
  }
  return true
}
