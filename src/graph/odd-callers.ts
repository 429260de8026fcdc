import { derivedKey } from '#src/evaluate/derived-keys.ts'
import { splitArn } from '#src/policy/arn.ts'
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
 * by its value, an ARN by how it begins or ends.
 */
export class OddCallers {
  readonly #callers: readonly AccountCaller[]
  readonly #found = new Map<PersonalTest, Odd>()
  readonly #byValue = new Map<string, ReadonlyMap<string, AccountCaller[]>>()
  #byAccount: ReadonlyMap<string, AccountCaller[]> | undefined
  #byTail: SortedTexts | undefined
  #byHead: SortedTexts | undefined

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

  /** Of a condition on ARNs: those that begin or end, or lie in an account, as its patterns do. */
  #named({ key, values, operator }: PersonalTest): readonly AccountCaller[] | undefined {
    if (key !== 'aws:principalarn' || !/^(for\w+:)?(string|arn)/i.test(operator) || /ignorecase/i.test(operator)) return
    const found = new Set<AccountCaller>()
    for (const value of values) {
      const near = this.#near(value)
      if (near === undefined) return undefined
      for (const caller of near) found.add(caller)
    }
    return [...found]
  }

  #near(pattern: string): Iterable<AccountCaller> | undefined {
    const tail = pattern.slice(pattern.search(/[^*?}]*$/))
    if (tail.length > 0) {
      this.#byTail ??= new SortedTexts(this.#callers, (caller) => backwards(arnOf(caller)))
      return this.#byTail.beginningWith(backwards(tail))
    }
    const parts = splitArn(pattern)
    const head = parts?.[5]?.split(/[*?$]/, 1)[0] ?? ''
    const account = parts?.[4] ?? ''
    if (/^\d{12}$/.test(account)) {
      this.#byAccount ??= byText(this.#callers, (caller) => caller.account.id)
      return this.#byAccount.get(account) ?? []
    }
    if (!/^(role|user)\/./.test(head)) return undefined
    this.#byHead ??= new SortedTexts(this.#callers, (caller) => splitArn(arnOf(caller))?.[5] ?? '')
    return this.#byHead.beginningWith(head)
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

const arnOf = ({ principal: { arn, roleArn = arn } }: AccountCaller): string => roleArn

const backwards = (text: string): string => [...text].reverse().join('')

/** Callers in the order of some text of theirs. */
class SortedTexts {
  readonly #texts: readonly string[]
  readonly #callers: readonly AccountCaller[]

  constructor(callers: readonly AccountCaller[], textOf: (caller: AccountCaller) => string) {
    const sorted = callers.map((caller) => ({ caller, text: textOf(caller) }))
    sorted.sort((left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0))
    this.#texts = sorted.map(({ text }) => text)
    this.#callers = sorted.map(({ caller }) => caller)
  }

  *beginningWith(head: string): Generator<AccountCaller> {
    let low = 0
    let high = this.#texts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#texts[middle]! < head) low = middle + 1
      else high = middle
    }
    for (; low < this.#texts.length && this.#texts[low]!.startsWith(head); low++) yield this.#callers[low]!
  }
}
