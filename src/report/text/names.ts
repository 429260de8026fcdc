import type { TextParts } from '#src/answers/answer.ts'
import { escapeText } from '#src/lib/escape.ts'
import { resourceClass } from './resource-classes.ts'
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
    const name = escapeText(plain(node.short)) + place
    names.set(arn, name)
    owners.set(name, (owners.get(name) ?? 0) + 1)
  }
  return (arn) => {
    const name = names.get(arn)
    if (name === undefined) return escapeText(fromArn(arn) ?? arn)
    return owners.get(name)! > 1 ? escapeText(arn) : name
  }
}

/** A sentence with the names of the nodes whose ARNs stand in it. Escaped. */
export function nameInSentence(sentence: string, nameOf: NameOf): string {
  return sentence
    .split(/(arn:[^\s,;]*[^\s,;:.)])/)
    .map((part) => (part.startsWith('arn:') ? nameOf(part) : escapeText(part)))
    .join('')
}

/**
 * AWS's own paths say nothing that the name does not (`role/AWSReservedSSO_Admin_0123456789abcdef`), and what kind of
 * provider it is says the issuer.
 */
function plain(short: string): string {
  return short
    .replace(/^role\/(?:aws-reserved|aws-service-role|service-role)\/(?:.*\/)?/, 'role/')
    .replace(/^oidc-provider\//, '')
    .replace(/^(saml-provider|trust-anchor)\//, (_, kind: string) => `${kind.replace('-', ' ')} `)
}

/** `role/runner (111122223333)`, `queue orders (111122223333)` of an ARN that is no node of the answer; of a pattern nothing. */
function fromArn(arn: string): string | undefined {
  const [, , service = '', , account = '', ...rest] = arn.split(':')
  if (/[*?]/.test(arn) || rest.length === 0) return undefined
  const place = account === '' ? '' : ` (${account})`
  const name = rest.join(':')
  if (service === 'iam') return /^(role|user|group)\/./.test(name) ? plain(name) + place : undefined
  const { one } = resourceClass(arn)
  return one === 'resource'
    ? undefined
    : `${one} ${name.replace(/^(key|secret|function|repository|cluster)[:/]/, '')}${place}`
}
