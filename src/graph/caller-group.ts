import type { AccountCaller } from './build.ts'

/** Callers with the same grants for some actions, for whom the same conditions on who asks hold. */
export class CallerGroup {
  readonly key: string
  /** Any of them: what it may do, all may. */
  readonly first: AccountCaller
  readonly #list: () => readonly AccountCaller[]
  #callers: readonly AccountCaller[] | undefined
  #nodes: Set<number> | undefined
  #byAccount: Map<string, AccountCaller[]> | undefined

  /** `list` is asked when somebody needs all: most groups are turned away by their first. */
  constructor(key: string, first: AccountCaller, list: () => readonly AccountCaller[]) {
    this.key = key
    this.first = first
    this.#list = list
  }

  get callers(): readonly AccountCaller[] {
    this.#callers ??= this.#list()
    return this.#callers
  }

  has(node: number): boolean {
    this.#nodes ??= new Set(this.callers.map((caller) => caller.node))
    return this.#nodes.has(node)
  }

  /** Its members in one account. */
  of(account: string): readonly AccountCaller[] {
    if (this.#byAccount === undefined) {
      this.#byAccount = new Map()
      for (const caller of this.callers) push(this.#byAccount, caller.account.id, caller)
    }
    return this.#byAccount.get(account) ?? nobody
  }
}

const nobody: readonly AccountCaller[] = []

export function groupBy(
  callers: Iterable<AccountCaller>,
  keyOf: (caller: AccountCaller) => string,
): readonly CallerGroup[] {
  const byKey = new Map<string, AccountCaller[]>()
  for (const caller of callers) push(byKey, keyOf(caller), caller)
  return [...byKey].map(([key, members]) => new CallerGroup(key, members[0]!, () => members))
}

/** Groups with the same key become one. */
export function merge(groups: Iterable<CallerGroup>): readonly CallerGroup[] {
  const byKey = new Map<string, CallerGroup[]>()
  for (const group of groups) push(byKey, group.key, group)
  return [...byKey].map(([key, same]) =>
    same.length === 1 ? same[0]! : new CallerGroup(key, same[0]!.first, () => same.flatMap(({ callers }) => callers)),
  )
}

export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key)
  if (values === undefined) map.set(key, [value])
  else values.push(value)
}
