import type { RequestResource } from '#src/evaluate/request.ts'
import { type ArnPattern, compileArn, matchesArn, splitArn } from '#src/policy/arn.ts'
import type { Formula } from '#src/policy/formula.ts'
import type { Caller, Given } from './decider.ts'
import { type Getter, getterOf } from './key-values.ts'
import { formOf, type PolicyFacts } from './policy-facts.ts'
import type { Facts, GrantClass, Organizational } from './reduce.ts'
import { type PersonalTest, truthOf } from './references.ts'

/** What can still make a difference once the caller's class, the policies and the action are fixed, and the decisions so far. */
export interface Profile {
  readonly patterns: PatternSet
  readonly getters: readonly Getter[]
  readonly tests: readonly PersonalTest[]
  readonly looksAtArn: boolean
  readonly looksAtCaller: boolean
  /** Some policy tells sessions of one role apart. */
  readonly tellsSessions: boolean
  readonly named: PolicyFacts | undefined
  readonly decisions: Map<string, Formula>
}

/** What a target brings into the decisions on one action. */
export interface Side {
  readonly organizational: Organizational | undefined
  readonly facts: PolicyFacts | undefined
  /** Tells apart profiles of one class of callers. */
  readonly key: number
  /** Which of some patterns the target fits, by set of patterns: each is matched once. */
  readonly fits: Map<PatternSet, string>
}

/** Resource patterns; sets of the same are the same object. */
export interface PatternSet {
  readonly patterns: readonly ArnPattern[]
}

const patternSets = new Map<string, PatternSet>()
const noPatterns: PatternSet = { patterns: [] }

function patternSet(patterns: ReadonlySet<string>): PatternSet {
  if (patterns.size === 0) return noPatterns
  const key = [...patterns].sort().join('\n')
  let known = patternSets.get(key)
  if (known === undefined) {
    if (patternSets.size > 20_000) patternSets.clear()
    known = { patterns: [...patterns].map(compileArn) }
    patternSets.set(key, known)
  }
  return known
}

export function profileOf(grants: GrantClass, rcps: Facts | undefined, policy: PolicyFacts | undefined): Profile {
  const references = new Set([...grants.references, ...(rcps?.references ?? []), ...(policy?.references ?? [])])
  const hasVariables = grants.hasVariables || rcps?.hasVariables === true || policy?.hasVariables === true
  const looksAtArn = hasVariables || policy?.looksAtResource === true
  return {
    patterns: looksAtArn ? noPatterns : patternSet(new Set([...grants.patterns, ...(rcps?.patterns ?? [])])),
    getters: [...new Set([...references].map(getterOf))],
    tests: [...new Set([...grants.tests, ...(rcps?.tests ?? []), ...(policy?.tests ?? [])])],
    looksAtArn,
    looksAtCaller: hasVariables,
    tellsSessions:
      references.has('aws:userid') || [...(policy?.arns ?? [])].some((arn) => arn.includes(':assumed-role/')),
    named: policy !== undefined && policy.arns.size + policy.accounts.size > 0 ? policy : undefined,
    decisions: new Map(),
  }
}

export function truthFor(caller: Caller, test: PersonalTest): string {
  let truth = caller.truths.get(test.number)
  if (truth === undefined) {
    truth = truthOf(test, caller.principal)
    caller.truths.set(test.number, truth)
  }
  return truth
}

/** The same text for requests that share a profile and get the same decision. */
export function keyOf(
  profile: Profile,
  caller: Caller,
  resource: RequestResource,
  { fits }: Side,
  given: Given | undefined,
): string {
  const { arn, gap } = resource
  const { principal } = caller
  let key = given === undefined ? '' : givenKey(given)
  if (gap !== undefined) key += `;${gap}`
  if (profile.looksAtArn || hasSettings(resource)) key += `;${arn}`
  else if (profile.patterns !== noPatterns) key += fitOf(profile.patterns, arn, fits)
  if (arn === '*') key += '*'
  if (profile.looksAtCaller) key += `;${principal.arn}`
  if (profile.named !== undefined || isNamedByRequest(principal.kind)) key += formOf(principal, profile.named)
  // Grants name their grantees beside the policy.
  if (resource.kmsGrants !== undefined && resource.kmsGrants.length > 0) key += `;${principal.arn}`
  for (const test of profile.tests) key += truthFor(caller, test)
  for (const getter of profile.getters) key += `;${getter(principal, resource)}`
  return key
}

const isNamedByRequest = (kind: Caller['principal']['kind']): boolean =>
  kind === 'AWSService' || kind === 'WebIdentity' || kind === 'SAML'

function fitOf(set: PatternSet, arn: string, fits: Side['fits']): string {
  let fit = fits.get(set)
  if (fit === undefined) {
    const parts = splitArn(arn)
    fit = set.patterns.map((pattern) => (matchesArn(pattern, arn, parts) ? '1' : '0')).join('')
    fits.set(set, fit)
  }
  return fit
}

function givenKey(given: Given): string {
  let key = givenKeys.get(given)
  if (key === undefined) givenKeys.set(given, (key = JSON.stringify(given)))
  return key
}

const givenKeys = new WeakMap<Given, string>()

/** Settings that belong to one resource: its decisions are shared with no other. */
const hasSettings = ({ kmsGrants, restrictPublicBuckets, policy }: RequestResource): boolean =>
  kmsGrants !== undefined || (restrictPublicBuckets !== undefined && policy !== undefined)
