import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { sessionName } from '#src/evaluate/subjects.ts'
import type { NamedPolicy, Policy } from '#src/policy/policy.ts'
import { witness } from '#src/policy/witness.ts'

/** The most names that are tried. */
const mostNames = 12

/**
 * Whoever has a role names its session as he likes when he assumes it (`sts:RoleSessionName`). Where policies tell sessions apart,
 * by their ARN or by `aws:userid`, the principal may be any of these, besides one whom no policy names.
 */
export function* sessionsOf(principal: Principal, resource: RequestResource): Generator<Principal> {
  if (principal.roleArn === undefined || principal.sessionName !== sessionName) return
  for (const name of namesAsked(principal, resource)) {
    const arn = principal.arn.slice(0, -sessionName.length) + name
    yield { ...principal, arn, sessionName: name }
  }
}

function namesAsked({ identityPolicies, boundary, membership }: Principal, resource: RequestResource): Set<string> {
  const names = new Set<string>()
  const scps = (membership?.levels ?? []).flatMap((level) => level.scps)
  const rcps = (resource.membership?.levels ?? []).flatMap((level) => level.rcps)
  const policies: readonly NamedPolicy[] = [
    ...(resource.policy ? [resource.policy] : []),
    ...identityPolicies,
    ...(boundary ? [boundary] : []),
    ...scps,
    ...rcps,
  ]
  for (const { policy } of policies) {
    for (const name of namesIn(policy)) if (names.size < mostNames) names.add(name)
  }
  return names
}

const known = new WeakMap<Policy, readonly string[]>()

function namesIn(policy: Policy): readonly string[] {
  let names = known.get(policy)
  if (names === undefined) {
    names = findNames(policy)
    known.set(policy, names)
  }
  return names
}

function findNames({ statements }: Policy): readonly string[] {
  const names = new Set<string>()
  for (const { principal, notPrincipal, conditions } of statements) {
    for (const element of [principal, notPrincipal]) {
      if (element === undefined || element === '*') continue
      for (const text of element.AWS ?? []) {
        const name = /^arn:[^:]+:sts::\d{12}:assumed-role\/[^/]+\/(.+)$/.exec(text)?.[1]
        if (name !== undefined) names.add(name)
      }
    }
    for (const { key, values } of conditions) {
      if (key.toLowerCase() !== 'aws:userid') continue
      for (const value of values) {
        const name = witness([value.slice(value.indexOf(':') + 1)])
        if (value.includes(':') && name !== undefined) names.add(name)
      }
    }
  }
  // As `sts:AssumeRole` takes them.
  return [...names].filter((name) => /^[\w+=,.@-]{2,64}$/.test(name) && name !== sessionName)
}
