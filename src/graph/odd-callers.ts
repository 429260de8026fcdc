import { derivedKey } from '#src/evaluate/derived-keys.ts'
import { hasSpecial } from '#src/policy/glob.ts'
import type { AccountCaller } from './build.ts'
import { push } from './caller-group.ts'
import { truthFor } from './profile.ts'
import type { PersonalTest } from './references.ts'

/** How a condition on who asks comes out for most, and for whom it comes out otherwise. */
export interface Odd {
  readonly usual: string
  readonly callers: readonly AccountCaller[]
}

/**
 * Finds whom a condition on who asks tells apart without a look at everybody: a tag that one role of a hundred thousand carries is looked up
 * by its value, a name by the last part of the ARN.
 */
export class OddCallers {
  readonly #callers: readonly AccountCaller[]
  readonly #found = new Map<PersonalTest, Odd>()
  readonly #byValue = new Map<string, ReadonlyMap<string, AccountCaller[]>>()
  #byName: ReadonlyMap<string, AccountCaller[]> | undefined

  constructor(callers: readonly AccountCaller[]) {
    this.#callers = callers
  }

  of(test: PersonalTest): Odd {
    let odd = this.#found.get(test)
    if (odd === undefined) {
      odd = this.#find(test)
      this.#found.set(test, odd)
    }
    return odd
  }

  #find(test: PersonalTest): Odd {
    const candidates = this.#named(test) ?? this.#valued(test)
    const usual = candidates === undefined ? this.#majority(test) : usually(test)
    return { usual, callers: (candidates ?? this.#callers).filter((caller) => truthFor(caller, test) !== usual) }
  }

  /** Of a condition on ARNs whose last part is plain text: those of that name. */
  #named({ key, values, operator }: PersonalTest): readonly AccountCaller[] | undefined {
    if (key !== 'aws:principalarn' || !/^(for\w+:)?(string|arn)/i.test(operator) || /ignorecase/i.test(operator)) return
    const names = values.map((value) => value.slice(value.lastIndexOf('/') + 1))
    if (values.some((value) => !value.includes('/')) || names.some(hasSpecial)) return undefined
    this.#byName ??= byText(this.#callers, ({ principal: { arn, roleArn = arn } }) =>
      roleArn.slice(roleArn.lastIndexOf('/') + 1),
    )
    return names.flatMap((name) => this.#byName!.get(name) ?? [])
  }

  /** Of a condition on plain values that treats all others alike: those who have one of the values, or none that is known. */
  #valued(test: PersonalTest): readonly AccountCaller[] | undefined {
    const { key, values, operator, test: holds } = test
    const isExact = /^(for\w+:)?(string|arn)\w*$/i.test(operator) && !/ignorecase/i.test(operator)
    if (!isExact || values.some(hasSpecial) || holds(undefined) !== holds([another])) return undefined
    let byValue = this.#byValue.get(key)
    if (byValue === undefined) {
      byValue = byText(this.#callers, ({ principal }) => {
        const state = derivedKey(key, principal, nothing)
        if (state === undefined || state.state === 'unknown') return unknownValue
        return state.state === 'known' && state.values.length === 1 ? state.values[0]! : several(state.state)
      })
      this.#byValue.set(key, byValue)
    }
    return [...values, unknownValue, manyValues].flatMap((value) => byValue.get(value) ?? [])
  }

  #majority(test: PersonalTest): string {
    const counts = new Map<string, number>()
    for (const caller of this.#callers) {
      const truth = truthFor(caller, test)
      counts.set(truth, (counts.get(truth) ?? 0) + 1)
    }
    return [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? '0'
  }
}

/** How the condition comes out for a value that it does not name. */
const usually = ({ test }: PersonalTest): string => (test([another]) ? '1' : '0')

/** Texts that no policy and no tag holds. */
const another = '\u0000another'
const unknownValue = '\u0000unknown'
const manyValues = '\u0000many'
const noValue = '\u0000none'

const several = (state: 'known' | 'absent'): string => (state === 'known' ? manyValues : noValue)

const nothing = { arn: '*', account: undefined }

function byText(callers: readonly AccountCaller[], textOf: (caller: AccountCaller) => string) {
  const found = new Map<string, AccountCaller[]>()
  for (const caller of callers) push(found, textOf(caller), caller)
  return found
}
