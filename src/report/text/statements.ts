import type { BlockJson, EvidenceJson } from '#src/answers/evidence.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeConditions } from './conditions.ts'

export type Layer = EvidenceJson['layer']

/** Titles of layers, in the order in which AWS asks them. */
export const layerTitles: Readonly<Record<Layer, string>> = {
  scp: 'SCP',
  rcp: 'RCP',
  vpce: 'VPC endpoint',
  's3-bpa': 'block public access',
  trust: 'trust',
  resource: 'resource',
  identity: 'identity',
  boundary: 'boundary',
  session: 'session',
  'kms-key-policy': 'KMS key policy',
  'kms-grant': 'KMS grant',
  binding: 'binding',
}

const prefixes: Readonly<Record<Layer, string>> = {
  scp: 'the service control policy',
  rcp: 'the resource control policy',
  vpce: 'the VPC endpoint policy',
  's3-bpa': 'block public access of',
  trust: 'the trust of',
  resource: 'the policy of',
  identity: 'the policy',
  boundary: 'the boundary',
  session: 'the session policy',
  'kms-key-policy': 'the key policy of',
  'kms-grant': 'a grant on',
  binding: '',
}

/** A policy and its statement in words, counted from 1: `the trust of role/runner, statement 1 (AllowRunner)`. Escaped. */
export function describeStatement(
  { layer, policy, statement, sid, attachedTo }: Omit<EvidenceJson, 'effect' | 'conditions'>,
  nameOf: (policy: string) => string = policyName,
): string {
  const name = nameOf(policy)
  const isSelfExplaining = layer === 'binding' || /^(inline|managed) policy /.test(policy) || name.startsWith('the ')
  const where = isSelfExplaining ? name : `${prefixes[layer]} ${name}`
  const number = statement < 0 ? '' : `, statement ${statement + 1}`
  const label = sid === undefined || sid === '' || statement < 0 ? '' : ` (${escapeText(sid)})`
  return `${where}${number}${label}${attachedTo === undefined ? '' : ` at ${escapeText(attachedTo)}`}`
}

/** A line of a table: `GuardLedger #2 at ou Tools`, and the conditions under which it counts. */
export function shortStatement({ policy, statement, attachedTo, conditions, sid }: EvidenceJson): string {
  const number = statement < 0 ? '' : ` #${statement + 1}`
  const label = sid === undefined || sid === '' || statement < 0 ? '' : ` (${escapeText(sid)})`
  const place = attachedTo === undefined ? '' : ` at ${escapeText(attachedTo)}`
  const when = conditions === undefined ? '' : ` if ${describeConditions(conditions)}`
  return `${policyName(policy)}${number}${label}${place}${when}`
}

/** What stops something: the layer with its policy and statement, or the layer alone. */
export function describeBlock(block: BlockJson): string {
  const { layer, policy, statement = -1 } = block
  if (policy === undefined) return absences[layer]
  if (statement < 0) return `${describeStatement({ ...block, policy, statement })}, which does not allow it`
  return `${describeStatement({ ...block, policy, statement })}, which denies it`
}

const absences: Readonly<Record<Layer, string>> = {
  scp: 'the service control policies, none of which allows it',
  rcp: 'the resource control policies',
  vpce: 'the VPC endpoint policy, which does not allow it',
  's3-bpa': 'block public access',
  trust: 'the trust policy, which does not let it in',
  resource: 'the resource policy, which does not allow it',
  identity: 'the identity policies, none of which allows it',
  boundary: 'the permissions boundary, which does not allow it',
  session: 'the session policy, which does not allow it',
  'kms-key-policy': 'the key policy, which does not allow it',
  'kms-grant': 'the grants of the key, none of which allows it',
  binding: 'what it needs, which is not there',
}

/** The name of a managed policy instead of its ARN. */
function policyName(policy: string): string {
  const managed = /^arn:[^:]*:iam::([^:]*):policy\/(?:.*\/)?([^/]+)$/.exec(policy)
  return escapeText(managed === null ? policy : managed[2]!)
}
