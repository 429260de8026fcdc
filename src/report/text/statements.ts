import type { BlockJson, EvidenceJson } from '#src/answers/evidence.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeConditions } from './conditions.ts'
import { type NameOf, nameInSentence } from './names.ts'

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

type Source = Pick<EvidenceJson, 'layer' | 'policy' | 'statement' | 'sid' | 'attachedTo'>

/** A policy and its statement in words, counted from 1: `the trust of role/runner, statement 1 (AllowRunner)`. Escaped. */
export function describeStatement(source: Source, nameOf: NameOf): string {
  return describePolicy(source, nameOf) + numberOf(source, ', statement ') + placeOf(source)
}

/** The same for the cell of a table: `GuardLedger #2 at ou Tools`, and the conditions under which it counts. */
export function shortStatement(evidence: EvidenceJson, nameOf: NameOf): string {
  const { layer, policy, conditions } = evidence
  const name = layer === 'binding' ? nameInSentence(policy, nameOf) : policyName(evidence, nameOf)
  const when = conditions === undefined ? '' : ` if ${describeConditions(conditions)}`
  return name + numberOf(evidence, ' #') + placeOf(evidence) + when
}

/** What stops something: `the boundary Guard, statement 2, denies it`, or that no statement allows it. */
export function describeBlock(block: BlockJson, nameOf: NameOf, what = 'it'): string {
  const { layer, policy, statement = -1 } = block
  if (policy === undefined) return absences[layer].replace('it', () => what)
  if (statement >= 0) return `${describeStatement({ ...block, policy, statement }, nameOf)}, denies ${what}`
  const source = { ...block, policy, statement }
  switch (layer) {
    case 'binding':
      return nameInSentence(policy, nameOf)
    case 's3-bpa':
      return `block public access of ${policyName(source, nameOf)} overrides the policy that would let anybody in`
    case 'identity':
      return `no policy of ${policyName(source, nameOf)} allows ${what}`
    case 'scp':
    case 'rcp':
      return `no ${organizationPolicies[layer]}${placeOf(source)} allows ${what}`
    default:
      return `${describePolicy(source, nameOf)} does not allow ${what}`
  }
}

const organizationPolicies = { scp: 'service control policy', rcp: 'resource control policy' }

function describePolicy(source: Source, nameOf: NameOf): string {
  const name = policyName(source, nameOf)
  switch (source.layer) {
    case 'scp':
    case 'rcp':
      return `the ${organizationPolicies[source.layer]} ${name}`
    case 'vpce':
      return `the VPC endpoint policy ${name}`
    case 's3-bpa':
      return `block public access of ${name}`
    case 'trust':
      return `the trust of ${name}`
    case 'resource':
      return `the policy of ${name}`
    case 'identity':
      return /^(inline|managed) policy /.test(name)
        ? name
        : `${isArn(source.policy) ? 'managed' : 'inline'} policy ${name}`
    case 'boundary':
      return `the boundary ${name}`
    case 'session':
      return `the session policy ${name}`
    case 'kms-key-policy':
      return `the key policy of ${name}`
    case 'kms-grant':
      return `a grant on ${name}`
    case 'binding':
      return nameInSentence(source.policy, nameOf)
  }
}

/** Managed policies by their name instead of their ARN, roles as `role/…`, nodes of the answer by their short name. */
function policyName({ layer, policy }: Pick<Source, 'layer' | 'policy'>, nameOf: NameOf): string {
  const managed = /^arn:[^:]*:iam::[^:]*:policy\/(?:.*\/)?([^/]+)$/.exec(policy)?.[1]
  if (managed !== undefined) return escapeText(managed)
  if (isArn(policy)) return nameOf(policy)
  const isBareRole = layer === 'trust' && !policy.includes('/')
  return escapeText(isBareRole ? `role/${policy}` : policy)
}

/** The policies that AWS attaches everywhere: that they allow says nothing. */
export function allowsEverything({ layer, policy }: Pick<EvidenceJson, 'layer' | 'policy'>): boolean {
  return (layer === 'scp' || layer === 'rcp') && /^(p-)?(RCP)?FullAWSAccess$/.test(policy)
}

const isArn = (policy: string) => policy.startsWith('arn:')

function numberOf({ statement, sid }: Source, before: string): string {
  if (statement < 0) return ''
  const label = sid === undefined || sid === '' ? '' : ` (${escapeText(sid)})`
  return `${before}${statement + 1}${label}`
}

const placeOf = ({ attachedTo }: Source) => (attachedTo === undefined ? '' : ` at ${escapeText(attachedTo)}`)

const absences: Readonly<Record<Layer, string>> = {
  scp: 'no service control policy allows it',
  rcp: 'no resource control policy allows it',
  vpce: 'the VPC endpoint policy does not allow it',
  's3-bpa': 'block public access overrides the policy that would let anybody in',
  trust: 'the trust policy does not allow it',
  resource: 'the resource policy does not allow it',
  identity: 'no identity policy allows it',
  boundary: 'the permissions boundary does not allow it',
  session: 'the session policy does not allow it',
  'kms-key-policy': 'the key policy does not allow it',
  'kms-grant': 'no grant of the key allows it',
  binding: 'what it needs is not there',
}
