import { all, always, any, type Formula, never, not } from '#src/policy/formula.ts'
import type { Decision, Evidence, Layer } from './decision.ts'
import { granted } from './grant.ts'
import { lacking } from './lacking.ts'
import type { AccessRequest } from './request.ts'
import { blockPublicAccess } from './services/s3.ts'
import { isAlwaysPermitted } from './services/sts.ts'
import { situationOf } from './situation.ts'
import type { Trace } from './statements.ts'
import type { Step } from './step.ts'
import { identityPolicies } from './steps/identity-policies.ts'
import { permissionsBoundary } from './steps/permissions-boundary.ts'
import { resourceControlPolicies } from './steps/resource-control-policies.ts'
import { resourcePolicy } from './steps/resource-policy.ts'
import { serviceControlPolicies } from './steps/service-control-policies.ts'
import { sessionPolicies } from './steps/session-policies.ts'
import { vpcEndpointPolicy } from './steps/vpc-endpoint-policy.ts'

/** Any denial of any of them is final. IAM User Guide, "How AWS enforcement code logic evaluates requests". */
const denials: readonly (Step & Required<Pick<Step, 'denies'>>)[] = [
  resourceControlPolicies,
  serviceControlPolicies,
  vpcEndpointPolicy,
  blockPublicAccess,
  resourcePolicy,
  identityPolicies,
  permissionsBoundary,
  sessionPolicies,
]

/** All must allow, besides whoever grants. RCPs always do. */
const caps: readonly (Step & Required<Pick<Step, 'allows'>>)[] = [serviceControlPolicies, vpcEndpointPolicy]

/** The condition under which AWS allows a request: `evaluate` without its reasons. */
export function permits(request: AccessRequest): Formula {
  const situation = situationOf(request)
  if (isAlwaysPermitted(situation)) return always
  const grant = granted(situation)
  // Only for speed: what nobody grants needs no look at the rest.
  if (grant.kind === 'never') return never
  const parts: Formula[] = [grant]
  for (const cap of caps) {
    const allowed = cap.allows(situation)
    // Only for speed.
    if (allowed.kind === 'never') return never
    parts.push(allowed)
  }
  for (const step of denials) {
    const denied = step.denies(situation)
    // Only for speed.
    if (denied.kind === 'always') return never
    parts.push(not(denied))
  }
  return all(...parts)
}

/** Decides a request as AWS does, with the statements that decide. */
export function evaluate(request: AccessRequest): Decision {
  const { situation, denied, open, formula, denyTrace, allowTrace } = weigh(request)
  if (isAlwaysPermitted(situation)) return { decision: 'Allowed', formula: always, blockedBy: [], evidence: [] }
  if (denied.kind === 'always') return { decision: 'ExplicitlyDenied', formula: never, ...refusal(denying(denyTrace)) }
  if (open.kind === 'never') return { decision: 'ImplicitlyDenied', formula: never, ...refusal(lacking(situation)) }
  // Whatever would grant is denied under the same condition.
  if (formula.kind === 'never') return { decision: 'ImplicitlyDenied', formula: never, ...refusal(denyTrace) }
  const isCertain = formula.kind === 'always'
  const evidence = inOrder([...deciding(allowTrace, isCertain), ...denyTrace])
  return { decision: isCertain ? 'Allowed' : 'Conditional', formula, blockedBy: [], evidence }
}

/** The two halves of a decision: what opens, and what denies. */
export function weigh(request: AccessRequest) {
  const situation = situationOf(request)
  const denyTrace: Trace = []
  const allowTrace: Trace = []
  const each = denials.map((step) => step.denies(situation, denyTrace))
  const denied = any(...each)
  const open = all(...caps.map((cap) => cap.allows(situation, allowTrace)), granted(situation, allowTrace))
  return { situation, denied, open, formula: all(open, ...each.map(not)), denyTrace, allowTrace }
}

const refusal = (evidence: readonly Evidence[]): Pick<Decision, 'blockedBy' | 'evidence'> => ({
  blockedBy: [...new Set(evidence.map(({ layer }) => layer))],
  evidence,
})

/** What may deny as well is no cause where something denies for certain. */
function denying(trace: Trace): readonly Evidence[] {
  const certain = deciding(trace, true)
  return certain.length > 0 ? certain : deciding(trace)
}

/** Of each place the first statement that matches for certain; where none does, all that may. */
function deciding(trace: Trace, isCertain = false): readonly Evidence[] {
  const places = new Map<string, Evidence[]>()
  for (const evidence of trace) {
    const place = `${evidence.layer} ${evidence.attachedTo ?? ''}`
    const found = places.get(place)
    if (found === undefined) places.set(place, [evidence])
    else if (found[0]!.when.kind === 'always') continue
    else if (evidence.when.kind === 'always') found.splice(0, found.length, evidence)
    else found.push(evidence)
  }
  const evidence = inOrder([...places.values()].flat())
  return isCertain ? evidence.filter(({ when }) => when.kind === 'always') : evidence
}

/** AWS's order of evaluation; a resource has one policy of its own, whatever that is called. */
const order: Readonly<Record<Layer, number>> = {
  binding: 1,
  rcp: 1,
  scp: 2,
  vpce: 3,
  's3-bpa': 4,
  resource: 5,
  trust: 5,
  'kms-key-policy': 5,
  'kms-grant': 6,
  identity: 7,
  boundary: 8,
  session: 9,
}

const inOrder = (evidence: readonly Evidence[]): readonly Evidence[] =>
  [...evidence].sort((left, right) => order[left.layer] - order[right.layer])
