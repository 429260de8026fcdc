import { derivedKey } from '#src/evaluate/derived-keys.ts'
import { splitArn } from '#src/policy/arn.ts'
import { hasSpecial } from '#src/policy/glob.ts'
import type { AccountCaller } from './build.ts'
import { push } from './caller-group.ts'
import { truthFor } from './profile.ts'
import { type PersonalTest, truthOf } from './references.ts'

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
  readonly #byValue = new Map<string, ReadonlyMap<string, readonly AccountCaller[]>>()
  #byAccount: ReadonlyMap<string, AccountCaller[]> | undefined
  #byTail: SortedTexts | undefined
  #byHead: SortedTexts | undefined
  #byUserId: SortedTexts | undefined

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
    if (candidates === undefined) return this.#byEveryValue(test)
    const usual = usually(test)
    return { usual, callers: candidates.filter((caller) => truthFor(caller, test) !== usual) }
  }

  /** Of a condition on ARNs: those that begin or end, or lie in an account, as its patterns do. */
  #named({ key, values, operator }: PersonalTest): readonly AccountCaller[] | undefined {
    if (!/^(for\w+:)?(string|arn)/i.test(operator) || /ignorecase/i.test(operator)) return undefined
    if (key !== 'aws:principalarn' && key !== 'aws:userid') return undefined
    const found = new Set<AccountCaller>()
    for (const value of values) {
      const near = key === 'aws:userid' ? this.#withUserId(value) : this.#near(value)
      if (near === undefined) return undefined
      for (const caller of near) found.add(caller)
    }
    return [...found]
  }

  /** Unique ids begin patterns such as `AROAEXAMPLE:*`. A caller without an id has an unknown one. */
  #withUserId(pattern: string): Iterable<AccountCaller> | undefined {
    const head = pattern.split(/[*?$]/, 1)[0]!
    if (head.length < 4) return undefined
    this.#byUserId ??= new SortedTexts(this.#callers, ({ principal }) => {
      const state = derivedKey('aws:userid', principal, nothing)
      return state?.state === 'known' ? state.values[0]! : ''
    })
    return [...this.#byUserId.beginningWith(head), ...this.#byUserId.exactly('')]
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
    const byValue = this.#valuesOf(key)
    return [...values, unknownValue, manyValues].flatMap((value) => byValue.get(value) ?? [])
  }

  #valuesOf(key: string): ReadonlyMap<string, readonly AccountCaller[]> {
    let byValue = this.#byValue.get(key)
    if (byValue === undefined) {
      byValue = byText(this.#callers, ({ principal }) => {
        const state = derivedKey(key, principal, nothing)
        if (state === undefined || state.state === 'unknown') return unknownValue
        return state.state === 'known' && state.values.length === 1 ? state.values[0]! : several(state.state)
      })
      this.#byValue.set(key, byValue)
    }
    return byValue
  }

  /** Of any other condition: asked once for each value that somebody has. Most is what most come to. */
  #byEveryValue(test: PersonalTest): Odd {
    const byTruth = new Map<string, AccountCaller[][]>()
    const counts = new Map<string, number>()
    const add = (truth: string, callers: AccountCaller[]): void => {
      push(byTruth, truth, callers)
      counts.set(truth, (counts.get(truth) ?? 0) + callers.length)
    }
    for (const [value, callers] of this.#valuesOf(test.key)) {
      if (value === manyValues) for (const caller of callers) add(truthOf(test, caller.principal), [caller])
      else add(truthOf(test, callers[0]!.principal), [...callers])
    }
    const usual = [...counts].sort((left, right) => right[1] - left[1])[0]?.[0] ?? '0'
    return { usual, callers: [...byTruth].flatMap(([truth, lists]) => (truth === usual ? [] : lists.flat())) }
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

/** By UTF-16 units: only beginnings are compared. */
const backwards = (text: string): string => text.split('').reverse().join('')

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

  *exactly(text: string): Generator<AccountCaller> {
    for (let at = this.#first(text); this.#texts[at] === text; at++) yield this.#callers[at]!
  }

  *beginningWith(head: string): Generator<AccountCaller> {
    for (let at = this.#first(head); this.#texts[at]?.startsWith(head) === true; at++) yield this.#callers[at]!
  }

  /** Place of the first that is not before the text. */
  #first(text: string): number {
    let low = 0
    let high = this.#texts.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#texts[middle]! < text) low = middle + 1
      else high = middle
    }
    return low
  }
}
