import { conditionsOf, residualOf } from '#src/answers/condition.ts'
import { derivedKey } from '#src/evaluate/derived-keys.ts'
import { evaluate } from '#src/evaluate/evaluate.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import type { Have } from '#src/graph/session-states.ts'
import { coversAction } from '#src/policy/action.ts'
import { arnMatches } from '#src/policy/arn.ts'
import { globMatches } from '#src/policy/glob.ts'
import type { NamedPolicy, Statement } from '#src/policy/policy.ts'
import { settle } from '#src/policy/settle.ts'
import { expand, parseTemplate } from '#src/policy/variables.ts'
import { areDisjoint, areDisjointArns } from '#src/policy/witness.ts'
import type { WhatCanEntry } from './what-can.ts'

/** Pairs of an action and a resource pattern that are decided; whoever has more is shown the widest. */
const mostCandidates = 20_000

/**
 * What the identity's policies still give under boundary, SCPs, session policies and denials, in the patterns in which they are written.
 * A pattern that a cap cuts is replaced by the narrower ones of the cap; each is decided by the evaluator as if it were a name,
 * since a pattern matches every pattern inside it. What a Deny takes out of the middle stands in `except`.
 */
export function effectivePermissions(
  principal: Principal,
  capturedAt: string,
  have: Have,
  service: string | undefined,
): readonly WhatCanEntry[] {
  const allows = statementsOf(principal.identityPolicies, 'Allow')
  const layers = [...capsOf(principal)]
  const caps = layers.flatMap((policies) => statementsOf(policies, 'Allow'))
  const denials = [principal.identityPolicies, ...layers].flatMap((policies) =>
    policies.flatMap((policy) =>
      statementsOf([policy], 'Deny').map((statement) => ({ statement, policy: policy.name })),
    ),
  )
  const kept: Kept[] = []
  for (const { action, resource, leftOut } of candidates(principal, allows, caps, service)) {
    if (
      kept.some(
        (wider) => isInside({ action, resource }, wider) && wider.verdict === 'certain' && wider.except.length === 0,
      )
    )
      continue
    const formula = decide(principal, action, resource, capturedAt)
    const { verdict, residual } = settle(formula, have)
    if (verdict !== 'certain' && verdict !== 'conditional') continue
    const except = [...leftOut, ...exceptions(action, resource, denials)]
    const left = verdict === 'conditional' ? { residual: residualOf(residual) } : {}
    kept.push({ action, resource, verdict, conditions: conditionsOf(residual), ...left, except })
  }
  return grouped(kept)
}

interface Pattern {
  readonly action: string
  readonly resource: string
}

interface Candidate extends Pattern {
  /** What `NotAction` and `NotResource` of the Allow leave out. */
  readonly leftOut: readonly string[]
}

type Kept = Pattern & Pick<WhatCanEntry, 'verdict' | 'conditions' | 'residual' | 'except'>

const statementsOf = (policies: readonly NamedPolicy[], effect: Statement['effect']): readonly Statement[] =>
  policies.flatMap(({ policy }) => policy.statements.filter((one) => one.effect === effect && !one.unreadable))

function* capsOf({ boundary, sessionPolicies, membership }: Principal): Generator<readonly NamedPolicy[]> {
  if (boundary !== undefined) yield [boundary]
  if (sessionPolicies !== undefined) yield sessionPolicies
  if (membership?.hasScps && !membership.isManagement) for (const { scps } of membership.levels) yield scps
}

/** The widest first, so that what lies inside something kept can be left out. */
function candidates(
  principal: Principal,
  allows: readonly Statement[],
  caps: readonly Statement[],
  service: string | undefined,
): readonly Candidate[] {
  const found = new Map<string, Candidate>()
  const capActions = [...new Set(caps.flatMap(actionsOf))]
  const capResources = [...new Set(caps.flatMap((cap) => resourcesOf(cap, principal)))]
  for (const statement of allows) {
    const actions = actionsOf(statement).flatMap((action) => inService(action, service))
    const resources = resourcesOf(statement, principal)
    for (const action of actions.flatMap((one) => [one, ...capActions.filter((cap) => isNarrower(cap, one))])) {
      if (service !== undefined && inService(action, service).length === 0) continue
      for (const resource of resources.flatMap((one) => [
        one,
        ...capResources.filter((cap) => isNarrowerArn(cap, one)),
      ])) {
        if (found.size < mostCandidates)
          found.set(`${action} ${resource}`, { action, resource, leftOut: leftOutBy(statement) })
      }
    }
  }
  const width = ({ action, resource }: Candidate): number => literals(action) + literals(resource)
  return [...found.values()].sort((a, b) => width(a) - width(b) || (a.action < b.action ? -1 : 1))
}

const leftOutBy = ({ notAction, notResource }: Statement): readonly string[] => [
  ...(notAction ?? []),
  ...(notResource ?? []).map((resource) => `anything on ${resource}`),
]

const literals = (pattern: string): number => pattern.replaceAll('*', '').length

const actionsOf = ({ action, notAction }: Statement): readonly string[] =>
  action ?? (notAction === undefined ? [] : ['*'])

/** What a pattern covers of one service: `*` of `s3` is `s3:*`. */
function inService(action: string, service: string | undefined): readonly string[] {
  if (service === undefined) return [action]
  const [prefix = '', name] = action.split(':', 2)
  if (name === undefined) return prefix === '*' ? [`${service}:*`] : []
  return globMatches(prefix.toLowerCase(), service) ? [`${service}:${name}`] : []
}

/** Patterns with the caller's own names in the place of variables. */
function resourcesOf({ resource, hasVariables }: Statement, principal: Principal): readonly string[] {
  // `NotResource`: everything but what it lists, which the exceptions tell.
  if (resource === undefined) return ['*']
  if (!hasVariables) return resource
  const anything: RequestResource = { arn: '*', account: principal.account }
  return resource.map((pattern) => {
    const expansion = expand(
      parseTemplate(pattern),
      (key) => derivedKey(key, principal, anything) ?? { state: 'unknown' },
    )
    return expansion.kind === 'text' ? expansion.text : pattern
  })
}

const isNarrower = (inner: string, outer: string): boolean =>
  inner.toLowerCase() !== outer.toLowerCase() && globMatches(outer.toLowerCase(), inner.toLowerCase())

const isNarrowerArn = (inner: string, outer: string): boolean =>
  inner !== outer && (outer === '*' || (inner !== '*' && arnMatches(outer, inner)))

const isInside = (inner: Pattern, outer: Pattern): boolean =>
  (inner.action.toLowerCase() === outer.action.toLowerCase() || isNarrower(inner.action, outer.action)) &&
  (inner.resource === outer.resource || isNarrowerArn(inner.resource, outer.resource))

/** Whether the caller's own side allows it; the other side, where it has a say, is taken to agree. */
function decide(principal: Principal, action: string, pattern: string, capturedAt: string) {
  const { account, membership } = principal
  const owner = account ?? ''
  const resource: RequestResource = {
    arn: pattern,
    account,
    ...(membership && { membership }),
    ...((/^(sts|kms):/i.test(action) || action === '*') && { policy: agreeing(owner) }),
  }
  const context = contextFor({ principal, action, resource, capturedAt })
  return evaluate({ principal, action, resource, context }).formula
}

/** Trust and key policies that leave everything to the account: who they really name, `can` and `reach` tell. */
const agreeing = (account: string): NamedPolicy => ({
  name: 'the other side',
  policy: {
    version: '2012-10-17',
    problems: [],
    statements: [
      {
        index: 0,
        effect: 'Allow',
        principal: { AWS: [account] },
        action: ['*'],
        resource: ['*'],
        conditions: [],
        hasVariables: false,
      },
    ],
  },
})

/** Denials inside the pattern. */
function exceptions(
  action: string,
  resource: string,
  denials: readonly { readonly statement: Statement; readonly policy: string }[],
): readonly string[] {
  const found = new Set<string>()
  for (const { statement, policy } of denials) {
    const actions = overlapping(statement, action)
    if (actions.length === 0) continue
    const resources = (statement.resource ?? ['*']).filter((one) => mayMeetArn(one, resource))
    if (resources.length === 0) continue
    const under = statement.conditions.length === 0 ? '' : ' under conditions'
    const on =
      statement.resource === undefined
        ? `everything but ${(statement.notResource ?? []).join(', ')}`
        : resources.join(', ')
    found.add(`${actions.join(', ')} on ${on}${under} (${policy})`)
  }
  return [...found]
}

function overlapping(statement: Statement, action: string): readonly string[] {
  if (statement.notAction !== undefined) {
    return coversAction(statement, action) ? [`all but ${statement.notAction.join(', ')}`] : []
  }
  return (statement.action ?? []).filter((one) => !areDisjoint([one.toLowerCase(), action.toLowerCase()]))
}

const mayMeetArn = (one: string, other: string): boolean =>
  one === '*' || other === '*' || !areDisjointArns([one, other])

/** Actions that have everything else in common are one entry. */
function grouped(kept: readonly Kept[]): readonly WhatCanEntry[] {
  const byResource = new Map<string, Kept & { actions: string[] }>()
  for (const one of kept) {
    const key = JSON.stringify([one.resource, one.verdict, one.conditions, one.except])
    const known = byResource.get(key)
    if (known === undefined) byResource.set(key, { ...one, actions: [one.action] })
    else known.actions.push(one.action)
  }
  const byActions = new Map<string, WhatCanEntry & { resources: string[] }>()
  for (const { action: _, actions, resource, ...rest } of byResource.values()) {
    const key = JSON.stringify([actions, rest])
    const known = byActions.get(key)
    if (known === undefined)
      byActions.set(key, { actions: actions.sort(), resources: [resource], ...rest, by: 'identity' })
    else known.resources.push(resource)
  }
  return [...byActions.values()]
}
