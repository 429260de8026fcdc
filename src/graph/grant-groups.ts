import type { Principal } from '#src/evaluate/request.ts'
import type { Policy } from '#src/policy/policy.ts'
import { isAboutCaller, type PersonalTest, referencesOf, truthOf } from './references.ts'

/**
 * Principals of one account with the same policies, and for whom the same conditions on who asks hold: what one of them may do with a thing that
 * has no policy of its own, all may.
 */
export class GrantGroups {
  readonly #numbers = new WeakMap<Policy, number>()
  readonly #personal = new WeakMap<Policy, boolean>()
  readonly #tests = new WeakMap<Policy, readonly PersonalTest[]>()
  #count = 0

  /** The same text for the principals of one group. */
  keyOf(principal: Principal): string {
    const { identityPolicies, boundary, membership, kind } = principal
    const policies = [...identityPolicies, ...(boundary ? [boundary] : [])].map(({ policy }) => policy)
    const scps = (membership?.levels ?? []).flatMap((level) => level.scps.map(({ policy }) => policy))
    if ([...policies, ...scps].some((policy) => this.#isPersonal(policy))) return principal.roleArn ?? principal.arn
    const truths = [...policies, ...scps].flatMap((policy) =>
      this.#testsOf(policy).map((test) => truthOf(test, principal)),
    )
    const numbers = identityPolicies.map(({ policy }) => this.#numberOf(policy)).sort((left, right) => left - right)
    const cap = boundary === undefined ? '' : this.#numberOf(boundary.policy)
    return `${kind}${principal.isServiceLinked === true};${numbers.join()};${cap};${truths.join('')}`
  }

  #numberOf(policy: Policy): number {
    let number = this.#numbers.get(policy)
    if (number === undefined) this.#numbers.set(policy, (number = this.#count++))
    return number
  }

  #testsOf(policy: Policy): readonly PersonalTest[] {
    let tests = this.#tests.get(policy)
    if (tests === undefined) {
      tests = policy.statements.flatMap((statement) => [...referencesOf(statement).tests])
      this.#tests.set(policy, tests)
    }
    return tests
  }

  #isPersonal(policy: Policy): boolean {
    let personal = this.#personal.get(policy)
    if (personal === undefined) {
      personal = policy.statements.some((statement) => [...referencesOf(statement).keys].some(isAboutCaller))
      this.#personal.set(policy, personal)
    }
    return personal
  }
}
