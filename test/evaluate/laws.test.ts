import fc from 'fast-check'
import { expect, test } from 'vitest'
import { evaluate, permits } from '#src/evaluate/evaluate.ts'
import type { AccessRequest } from '#src/evaluate/request.ts'
import { conditionHolds } from '#src/policy/conditions/operators.ts'
import { conflictKey, constant, type Formula, substitute } from '#src/policy/formula.ts'
import type { PolicyKind } from '#src/policy/parse.ts'
import type { NamedPolicy } from '#src/policy/policy.ts'
import { contexts, requests, statementOf, withContext } from '../support/random-requests.ts'
import { policyOf } from '../support/requests.ts'

const runs = { numRuns: 1500 }

/** The truth of a formula where every key is known. */
function truth(formula: Formula, { context }: AccessRequest, conflict: boolean): boolean {
  const decided = substitute(formula, ({ operator, key, values }) => {
    if (key === conflictKey) return constant(conflict)
    const state = context(key)
    if (state.state === 'unknown') throw new Error(`${key} is not known`)
    return constant(conditionHolds(operator, state.state === 'known' ? state.values : undefined, values))
  })
  return decided.kind === 'always'
}

test('the fast way and the explained way agree', () => {
  fc.assert(
    fc.property(requests, contexts(false), (asked, context) => {
      const request = withContext(asked, context)
      const { formula, decision, blockedBy, evidence } = evaluate(request)
      expect(permits(request).id).toBe(formula.id)
      expect(formula.kind === 'always').toBe(decision === 'Allowed')
      expect(formula.kind === 'never').toBe(decision.endsWith('Denied'))
      expect(blockedBy.length > 0).toBe(formula.kind === 'never')
      if (formula.kind === 'never') expect(evidence.length).toBeGreaterThan(0)
    }),
    runs,
  )
})

/** Soundness and precision at once: knowing more gives what the residual said it would. */
test('a residual holds in exactly the worlds in which the request is allowed', () => {
  fc.assert(
    fc.property(requests, contexts(false), contexts(true), fc.boolean(), (asked, some, rest, conflict) => {
      const all = withContext(asked, { ...rest, ...some })
      const residual = truth(permits(withContext(asked, some)), all, conflict)
      expect(residual).toBe(truth(permits(all), all, conflict))
    }),
    runs,
  )
})

test('an explicit denial stays one, an implicit one never becomes an allow', () => {
  fc.assert(
    fc.property(requests, contexts(false), contexts(true), (asked, some, rest) => {
      const before = evaluate(withContext(asked, some)).decision
      const after = evaluate(withContext(asked, { ...rest, ...some })).decision
      if (before === 'ExplicitlyDenied' || before === 'Allowed') expect(after).toBe(before)
      if (before === 'ImplicitlyDenied') expect(after).toMatch(/Denied$/)
    }),
    runs,
  )
})

const places = ['identity', 'boundary', 'session', 'scp', 'rcp', 'resource'] as const

/** The request with another statement in one of its policies; undefined if it has no such policy. */
function withStatement(
  request: AccessRequest,
  place: (typeof places)[number],
  statement: object,
): AccessRequest | undefined {
  const { principal, resource } = request
  const isTrust = resource.policy?.name === 'trust'
  const kind: PolicyKind = place === 'resource' && isTrust ? 'trust' : place
  const { Resource: _, NotResource: __, ...bare } = statement as Record<string, unknown>
  const added = policyOf(kind, kind === 'trust' ? bare : statement)
  const extend = (named: NamedPolicy): NamedPolicy => ({
    ...named,
    policy: { ...named.policy, statements: [...named.policy.statements, ...added.policy.statements] },
  })
  const levels = (side: 'scps' | 'rcps', of: AccessRequest['principal']['membership']): typeof of =>
    of && { ...of, levels: of.levels.map((level) => ({ ...level, [side]: [...level[side], added] })) }
  switch (place) {
    case 'identity':
      return { ...request, principal: { ...principal, identityPolicies: [...principal.identityPolicies, added] } }
    case 'boundary':
      return principal.boundary && { ...request, principal: { ...principal, boundary: extend(principal.boundary) } }
    case 'session':
      return (
        principal.sessionPolicies?.[0] && {
          ...request,
          principal: { ...principal, sessionPolicies: [...principal.sessionPolicies, added] },
        }
      )
    case 'scp': {
      const membership = levels('scps', principal.membership)
      return membership && { ...request, principal: { ...principal, membership } }
    }
    case 'rcp': {
      const membership = levels('rcps', resource.membership)
      return membership && { ...request, resource: { ...resource, membership } }
    }
    case 'resource':
      return resource.policy && { ...request, resource: { ...resource, policy: extend(resource.policy) } }
  }
}

const anyStatement = (effect: 'Allow' | 'Deny'): fc.Arbitrary<readonly [(typeof places)[number], object]> =>
  fc
    .constantFrom(...places)
    .chain((place) => statementOf(place, effect).map((statement) => [place, statement] as const))

test.each(['Deny', 'Allow'] as const)('%s: a denial never adds access, an allow never removes any', (effect) => {
  fc.assert(
    fc.property(
      requests,
      contexts(true),
      fc.boolean(),
      anyStatement(effect),
      (asked, context, conflict, [place, statement]) => {
        const request = withContext(asked, context)
        const changed = withStatement(request, place, statement)
        // An allow for everybody makes a bucket policy public, which shuts partners out.
        if (
          changed === undefined ||
          (effect === 'Allow' && place === 'resource' && asked.resource.restrictPublicBuckets)
        )
          return
        const [less, more] = effect === 'Deny' ? [changed, request] : [request, changed]
        if (truth(permits(less), less, conflict)) expect(truth(permits(more), more, conflict)).toBe(true)
      },
    ),
    runs,
  )
})

const reversed = (named: NamedPolicy): NamedPolicy => ({
  ...named,
  policy: { ...named.policy, statements: [...named.policy.statements].reverse() },
})

test('the order of statements, policies and attachments does not matter', () => {
  const turned = (list: readonly NamedPolicy[]): readonly NamedPolicy[] => [...list].reverse().map(reversed)
  const turnedLevels = (of: AccessRequest['principal']['membership']): typeof of =>
    of && {
      ...of,
      levels: of.levels.map((level) => ({ ...level, scps: turned(level.scps), rcps: turned(level.rcps) })),
    }
  fc.assert(
    fc.property(requests, contexts(false), (asked, context) => {
      const request = withContext(asked, context)
      const { principal, resource } = request
      const [own, owner] = [turnedLevels(principal.membership), turnedLevels(resource.membership)]
      const other: AccessRequest = {
        ...request,
        principal: {
          ...principal,
          identityPolicies: turned(principal.identityPolicies),
          ...(principal.boundary && { boundary: reversed(principal.boundary) }),
          ...(principal.sessionPolicies && { sessionPolicies: turned(principal.sessionPolicies) }),
          ...(own && { membership: own }),
        },
        resource: {
          ...resource,
          ...(resource.policy && { policy: reversed(resource.policy) }),
          ...(owner && { membership: owner }),
        },
      }
      expect(permits(other).id).toBe(permits(request).id)
      expect(evaluate(other).blockedBy).toEqual(evaluate(request).blockedBy)
    }),
    runs,
  )
})
