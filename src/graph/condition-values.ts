import type { Principal } from '#src/evaluate/request.ts'
import type { Policy } from '#src/policy/policy.ts'

/**
 * What the conditions on a key ask for, in everything that bears on what the principal does: texts of the caller's choice may
 * have to fit. A variable may be anything.
 */
export function conditionValues(principal: Principal, key: string): readonly string[] {
  const { identityPolicies, boundary, membership } = principal
  const scps = (membership?.levels ?? []).flatMap((level) => level.scps)
  const lower = key.toLowerCase()
  const values = [...identityPolicies, ...(boundary ? [boundary] : []), ...scps].flatMap(
    ({ policy }) => valuesIn(policy).get(lower) ?? [],
  )
  return [...new Set(values)]
}

const known = new WeakMap<Policy, ReadonlyMap<string, readonly string[]>>()

function valuesIn(policy: Policy): ReadonlyMap<string, readonly string[]> {
  const found = known.get(policy)
  if (found !== undefined) return found
  const byKey = new Map<string, string[]>()
  for (const { conditions } of policy.statements) {
    for (const { key, values } of conditions) {
      const texts = values.map((value) => value.replace(/\$\{[^}*?$]+\}/g, '*'))
      const lower = key.toLowerCase()
      byKey.set(lower, [...(byKey.get(lower) ?? []), ...texts])
    }
  }
  known.set(policy, byKey)
  return byKey
}
