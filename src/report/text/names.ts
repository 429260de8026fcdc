import type { TextParts } from '#src/answers/answer.ts'
import { escapeText } from '#src/lib/escape.ts'
import type { TextStyle } from './style.ts'

/** The name of a node as a reader knows it: `role/runner (tools)`. Escaped. */
export type NameOf = (arn: string) => string

/** Kinds whose short name does not say the account. */
const inAnAccount = new Set<string>(['user', 'group', 'role', 'provider', 'trust-anchor', 'resource', 'external'])

/** Short names where they are unambiguous in the answer, whole ARNs where two nodes share one, or where the reader wants them. */
export function namesOf({ nodes }: TextParts, { wholeArns }: Pick<TextStyle, 'wholeArns'>): NameOf {
  if (wholeArns) return escapeText
  const names = new Map<string, string>()
  const owners = new Map<string, number>()
  for (const [arn, node] of Object.entries(nodes)) {
    const place = inAnAccount.has(node.kind) && node.accountName !== '' ? ` (${escapeText(node.accountName)})` : ''
    const name = escapeText(node.short) + place
    names.set(arn, name)
    owners.set(name, (owners.get(name) ?? 0) + 1)
  }
  return (arn) => {
    const name = names.get(arn)
    return name === undefined || owners.get(name)! > 1 ? escapeText(arn) : name
  }
}
