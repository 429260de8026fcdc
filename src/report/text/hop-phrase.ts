import type { TextParts } from '#src/answers/answer.ts'
import type { HopJson } from '#src/answers/paths.ts'
import { escapeText } from '#src/lib/escape.ts'
import type { NameOf } from './names.ts'

/** What is done in a hop, as a reader would say it: `assumes role/runner (tools)`. */
export function describeHop(hop: HopJson, nameOf: NameOf, techniques: TextParts['techniques']): string {
  const to = nameOf(hop.to)
  const resource = hop.resource === undefined || hop.resource === hop.to ? '' : ` through ${nameOf(hop.resource)}`
  const name = techniques[hop.technique]?.name
  if (hop.technique === 'sso-assignment') return `is assigned ${to}${resource}`
  if (hop.technique === 'admin')
    return hop.to.startsWith('admin:') ? `is ${to}` : `takes over ${to}, as any administrator can`
  if (hop.technique === 'service') return `runs as ${to}${resource}`
  if (/^sts:AssumeRole(With.*)?$/.test(hop.via)) return `assumes ${to}${resource}`
  if (hop.to.startsWith('admin:')) return `becomes ${to}${resource}: ${phrase(name, hop.via)}`
  if (hop.to.startsWith('arn:') && !/:iam::[^:]*:(role|user|group|root)/.test(hop.to)) {
    return `gets at ${to}${resource} by ${escapeText(hop.via)}`
  }
  return `becomes ${to}${resource}: ${phrase(name, hop.via)}`
}

/** The technique's name with a small first letter, unless that is an acronym or an API's name; else the API call. */
function phrase(name: string | undefined, via: string): string {
  if (name === undefined) return escapeText(via)
  const isSentence = /^[A-Z][a-z]+( |$)/.test(name)
  return escapeText(isSentence ? name.charAt(0).toLowerCase() + name.slice(1) : name)
}
