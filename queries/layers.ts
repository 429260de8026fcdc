import type { LayerSays } from '#src/answers/decision.ts'
import { evidenceJson } from '#src/answers/evidence.ts'
import type { Evidence, Layer } from '#src/evaluate/decision.ts'
import { weigh } from '#src/evaluate/evaluate.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import type { Part } from './decide.ts'

/** What every layer says of a request, in AWS's order of evaluation, those with nothing to say too. */
export function layersOf(part: Part): readonly LayerSays[] {
  const { principal, resource, action } = part
  const own = resourceLayerOf(resource, action)
  const always: readonly Layer[] = ['scp', 'rcp', own, 'identity', 'boundary']
  const mentioned = part.decision.evidence.map(({ layer }) => layer)
  const layers = new Set<Layer>([...always, ...mentioned, ...part.decision.blockedBy])
  if (principal.sessionPolicies !== undefined) layers.add('session')
  const { denyTrace, allowTrace } = weigh(part)
  const traced = [...denyTrace, ...allowTrace]
  return [...layers].map((layer) => says(part, layer, traced))
}

function resourceLayerOf({ arn }: RequestResource, action: string): Layer {
  if (/^sts:/i.test(action)) return 'trust'
  return /^arn:[^:]*:kms:/.test(arn) ? 'kms-key-policy' : 'resource'
}

function says(part: Part, layer: Layer, traced: readonly Evidence[]): LayerSays {
  const told = part.decision.evidence.filter((one) => one.layer === layer)
  // A refusal tells what stops the request alone; what the others would have said is worth knowing too.
  const own = told.length > 0 ? told : shortest(traced.filter((one) => one.layer === layer))
  const because = own.map(evidenceJson)
  const denies = own.filter(({ effect }) => effect === 'Deny')
  if (part.decision.blockedBy.includes(layer)) {
    return { layer, says: denies.some(({ statement }) => statement >= 0) ? 'denies' : 'does not allow', because }
  }
  const allows = own.filter(({ effect }) => effect === 'Allow')
  if (denies.length > 0) return { layer, says: denies.some(isCertain) ? 'denies' : 'denies if', because }
  if (allows.length > 0) return { layer, says: allows.some(isCertain) ? 'allows' : 'allows if', because }
  return { layer, because, ...silence(part, layer) }
}

/** At each place one statement that allows for certain says enough; a Deny is never left out. */
function shortest(traced: readonly Evidence[]): readonly Evidence[] {
  const certain = new Map(
    traced.filter((one) => one.effect === 'Allow' && isCertain(one)).map((one) => [one.attachedTo ?? '', one] as const),
  )
  return traced.filter((one) => one.effect === 'Deny' || (certain.get(one.attachedTo ?? '') ?? one) === one)
}

const isCertain = ({ when }: Evidence): boolean => when.kind === 'always'

/** A layer of which no statement speaks of the request. */
function silence({ principal, resource, decision }: Part, layer: Layer): Pick<LayerSays, 'says' | 'note'> {
  const isOpen = decision.blockedBy.length === 0
  const lacks = {
    says: 'does not allow',
    ...(isOpen && { note: 'it need not: another layer lets the caller in' }),
  } as const
  switch (layer) {
    case 'scp': {
      const note = whyNoScp(principal)
      return note === undefined ? lacks : { says: 'not asked', note }
    }
    case 'rcp':
      return resource.membership === undefined
        ? { says: 'not asked', note: 'the resource is in no organization that we know' }
        : resource.membership.isManagement
          ? { says: 'not asked', note: 'resources of the management account are not bound by RCPs' }
          : { says: 'allows', note: 'nothing attached denies it' }
    case 'identity':
      if (principal.allowsEverything) return { says: 'allows', note: 'an account outside decides this itself' }
      if (principal.kind === 'RootUser') {
        return { says: 'not asked', note: 'a root user needs no policy in its own account' }
      }
      return principal.account === undefined
        ? { says: 'not asked', note: 'the caller has no policies of its own' }
        : lacks
    case 'boundary':
      return principal.boundary === undefined ? { says: 'none' } : lacks
    case 'session':
      return principal.sessionPolicies === undefined ? { says: 'none' } : lacks
    case 'trust':
    case 'resource':
    case 'kms-key-policy':
      return resource.policy === undefined ? { says: 'none' } : lacks
    default:
      return { says: 'none' }
  }
}

/** Undefined where they bind the caller. */
function whyNoScp({ membership, isServiceLinked, allowsEverything, account }: Principal): string | undefined {
  if (account === undefined) return 'the caller is in no account'
  if (allowsEverything || membership === undefined) return 'the caller is in no organization that we know'
  if (membership.isManagement) return 'SCPs do not bind the management account'
  if (isServiceLinked) return 'SCPs do not bind service-linked roles'
  return membership.hasScps ? undefined : 'SCPs are not enabled in the organization'
}
