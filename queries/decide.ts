import { rankOf } from '#src/answers/verdict.ts'
import type { Decision, Evidence, Layer } from '#src/evaluate/decision.ts'
import { permits } from '#src/evaluate/evaluate.ts'
import { keyUseOf } from '#src/evaluate/key-use.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { AccessRequest, Principal, RequestResource } from '#src/evaluate/request.ts'
import { principalFor, resourceFor, roleSession, servicePrincipal } from '#src/evaluate/subjects.ts'
import { nowhere } from '#src/graph/any-outsider.ts'
import type { Verdict } from '#src/graph/graph.ts'
import { ask } from '#src/graph/recorder.ts'
import { sessionsOf } from '#src/graph/session-names.ts'
import type { Have } from '#src/graph/session-states.ts'
import { accountOfArn, bucketNameOf, lookupOf } from '#src/model/lookup.ts'
import type { Model, Resource } from '#src/model/model.ts'
import { all, atomsOf, type Formula, gapKey, not } from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { sessionArn } from './selectors.ts'

export interface Part extends AccessRequest {
  readonly decision: Decision
  /** The name that a role's session must have for this decision, where not any will do. */
  readonly sessionName?: string
}

/** A question decided: the request asked for, and those on the key of what is encrypted. */
export interface Ruling {
  readonly verdict: Verdict
  readonly residual: Formula
  readonly choices: Readonly<Record<string, string>>
  /** Empty unless the verdict is `no`. */
  readonly blockedBy: readonly Layer[]
  readonly parts: readonly Part[]
  /** What was not collected and decides; empty unless the verdict is `unknown`. */
  readonly missing: readonly string[]
}

/** Decides whether a principal may do an action on a resource, all that the snapshot knows of their context included. */
export function decide(model: Model, principal: Principal, action: string, arn: string, have: Have): Ruling {
  const parts = partsOf(model, principal, action, arn)
  const formula = all(...parts.map((part) => part.decision.formula))
  const { verdict, residual, choices } = settle(formula, have)
  const name = verdict === 'no' ? undefined : parts.find(({ sessionName }) => sessionName !== undefined)?.sessionName
  return {
    verdict,
    residual,
    choices: { ...choices, ...(name !== undefined && { 'sts:RoleSessionName': name }) },
    blockedBy: verdict === 'no' ? blockers(parts, have) : [],
    parts,
    missing: verdict === 'unknown' ? gapsIn(residual) : [],
  }
}

/** Whether the request itself is open under some condition: a first look, without reasons and without keys, for asking everybody. */
export function isOpenTo(model: Model, principal: Principal, action: string, resource: RequestResource): boolean {
  const { capturedAt } = model.snapshot
  // Nobody in particular: he is whoever serves the request best, which a first look does not try.
  if (principal.account === nowhere) return true
  const isOpen = (asker: Principal): boolean => {
    const context = contextFor({ principal: asker, action, resource, capturedAt })
    return permits({ principal: asker, action, resource, context }).kind !== 'never'
  }
  if (isOpen(principal)) return true
  for (const session of sessionsOf(principal, resource)) if (isOpen(session)) return true
  return false
}

/** What an ARN stands for in a request, a policy that no snapshot holds included. */
export const targetFor = (model: Model, arn: string): RequestResource =>
  withUnreadPolicy(model, resourceFor(model, arn))

/** The principal behind an ARN, `*`, or the name of a service; undefined for what makes no requests or is not there. */
export function askerFor(model: Model, arn: string): Principal | undefined {
  if (/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(arn)) return servicePrincipal(arn)
  return sessionFor(model, arn) ?? principalFor(model, arn)
}

/** The session of that very name, of a role that the model holds. */
function sessionFor(model: Model, arn: string): Principal | undefined {
  const [, id = '', role, name] = sessionArn.exec(arn) ?? []
  const account = model.accounts.get(id)
  const known = account?.roles.find((one) => one.name === role)
  return known && roleSession(known, account!, name)
}

/** Things that the snapshot would have if they were there; what it lacks cannot be decided. */
export function isMissing(model: Model, action: string, arn: string): boolean {
  const { resources, buckets, identities } = lookupOf(model)
  const bucket = bucketNameOf(arn)
  if (bucket !== undefined) return !buckets.has(bucket)
  if (/^arn:[^:]*:s3:::/.test(arn)) return false
  const [, , service, , , rest = ''] = arn.split(':')
  const account = model.accounts.get(accountOfArn(arn) ?? '')
  if (account === undefined || !account.isCollected || resources.has(arn)) return false
  if (service === 'iam' && /^sts:/i.test(action)) return !identities.has(arn)
  if (/[*?]/.test(arn)) return false
  return (
    (service === 'kms' && rest === '') ||
    (service !== undefined && (recorded[service]?.test(rest) ?? false) && !makes.test(action))
  )
}

/** Resources whose listing is part of a snapshot, by service, as the last part of their ARN begins. */
const recorded: Readonly<Record<string, RegExp>> = {
  kms: /^key\//,
  sqs: /^[^/]+$/,
  sns: /^[^:]+$/,
  secretsmanager: /^secret$/,
}
const makes = /:Create/i

function partsOf(model: Model, principal: Principal, action: string, arn: string): readonly Part[] {
  const first = partOf(model, principal, action, targetFor(model, arn))
  const known = recordedResource(model, arn)
  const use = known?.kmsKey === undefined ? undefined : keyUseOf(known.type, action)
  if (known === undefined || use === undefined) return [first]
  const key = keyOf(model, known)
  const region = key.arn.split(':', 4)[3]
  const given = { 'kms:ViaService': [`${use.service}.${region}.amazonaws.com`] }
  return [first, ...use.actions.map((kms) => partOf(model, principal, kms, key, given))]
}

function partOf(
  model: Model,
  principal: Principal,
  action: string,
  resource: RequestResource,
  given?: Readonly<Record<string, readonly string[]>>,
): Part {
  const part = partAs(model, principal, action, resource, given)
  if (resource.gap === undefined || !isUnlisted(model, resource.arn)) return part
  // Somebody whose own side would do may be let in, or kept out, by a policy that nobody asked for: only a `no` hangs on it.
  const { gap: _, ...plain } = resource
  const without = partAs(model, principal, action, plain, given)
  return without.decision.formula.kind === 'never' ? part : without
}

/** By the session that serves the request best: whoever takes on a role names its session as he likes. */
function partAs(
  model: Model,
  principal: Principal,
  action: string,
  resource: RequestResource,
  given: Readonly<Record<string, readonly string[]>> | undefined,
): Part {
  const { capturedAt } = model.snapshot
  const decision = ask(model, principal, action, resource, given)
  const contextOf = (asker: Principal) =>
    contextFor({ principal: asker, action, resource, capturedAt, ...(given && { given }) })
  const rankAs = (asker: Principal) =>
    rankOf(settle(permits({ principal: asker, action, resource, context: contextOf(asker) })).verdict)
  const part = { principal, action, resource, context: contextOf(principal), decision }
  if (decision.formula.kind === 'never') return part
  const least = rankAs(principal)
  if (least <= rankOf(settle(decision.formula).verdict)) return part
  const better = [...sessionsOf(principal, resource)].find((session) => rankAs(session) < least)
  if (better?.sessionName === undefined) return part
  return { ...part, principal: better, context: contextOf(better), sessionName: better.sessionName }
}

/** Services whose resources have policies of their own that no snapshot holds (aws-evaluation 7.3). */
const unlistedServices =
  /^(dynamodb|kinesis|events|execute-api|backup|codeartifact|glue|es|aoss|elasticfilesystem|ses|iot|logs|kafka|acm-pca|codebuild|vpc-lattice|mediastore|s3tables|s3express|schemas|ssm-contacts|serverlessrepo|rekognition|bedrock)$/

const isUnlisted = (model: Model, arn: string): boolean =>
  unlistedServices.test(arn.split(':', 3)[2] ?? '') && recordedResource(model, arn) === undefined

function withUnreadPolicy(model: Model, resource: RequestResource): RequestResource {
  if (!isUnlisted(model, resource.arn)) return resource
  return { ...resource, gap: `the resource policy of ${resource.arn}: no snapshot holds those of its service` }
}

function recordedResource(model: Model, arn: string): Resource | undefined {
  const { resources, buckets } = lookupOf(model)
  const bucket = bucketNameOf(arn)
  return bucket === undefined ? resources.get(arn) : buckets.get(bucket)
}

/** A key that the snapshot lacks has a policy all the same. */
function keyOf(model: Model, { kmsKey, account, region }: Resource): RequestResource {
  const known = recordedResource(model, kmsKey!)
  if (known !== undefined) return resourceFor(model, kmsKey!)
  const isArn = kmsKey!.startsWith('arn:')
  const arn = isArn ? kmsKey! : `arn:${model.snapshot.partition}:kms:${region ?? ''}:${account}:key/${kmsKey}`
  return { ...resourceFor(model, arn), gap: `the key policy of ${arn}` }
}

/** The layers that say no: of the policies themselves, or once the stated facts are used. */
function blockers(parts: readonly Part[], have: Have): readonly Layer[] {
  const layers = new Set<Layer>()
  for (const { decision } of parts) {
    if (settle(decision.formula, have).verdict !== 'no') continue
    const found = decision.blockedBy.length > 0 ? decision.blockedBy : unmet(decision.evidence, have)
    for (const layer of found) layers.add(layer)
  }
  return [...layers]
}

function unmet(evidence: readonly Evidence[], have: Have): readonly Layer[] {
  const verdictOf = ({ when }: Evidence): Verdict => settle(when, have).verdict
  const denies = evidence.filter(({ effect, when }) => effect === 'Deny' && settle(not(when), have).verdict === 'no')
  if (denies.length > 0) return denies.map(({ layer }) => layer)
  const allows = evidence.filter(({ effect }) => effect === 'Allow')
  const open = new Set(allows.filter((one) => verdictOf(one) !== 'no').map(({ layer }) => layer))
  const closed = allows.filter(({ layer }) => !open.has(layer)).map(({ layer }) => layer)
  return closed.length > 0 ? closed : evidence.map(({ layer }) => layer)
}

function gapsIn(formula: Formula): readonly string[] {
  const gaps = atomsOf(formula).filter(({ key }) => key === gapKey)
  return [...new Set(gaps.flatMap(({ values }) => values))].sort()
}
