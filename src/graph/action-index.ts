import { globMatches } from '#src/policy/glob.ts'
import type { Policy, Statement } from '#src/policy/policy.ts'

/**
 * Which statements of a policy cover which of the actions of interest. Patterns are looked at once each, service prefix
 * first: an organization has far fewer distinct action patterns than statements.
 */
export class ActionIndex {
  readonly actions: readonly string[]
  /** In lower case, and as asked. */
  readonly #numbers: Map<string, number>
  readonly #byService = new Map<string, number[]>()
  readonly #patterns = new Map<string, readonly number[]>()
  readonly #statements = new WeakMap<Statement, readonly number[]>()
  #policies = new WeakMap<Policy, ReadonlyMap<number, readonly Statement[]>>()

  constructor(actions: Iterable<string>) {
    this.actions = [...new Set([...actions].map((action) => action.toLowerCase()))].sort()
    this.#numbers = new Map(this.actions.map((action, number) => [action, number]))
    for (const [number, action] of this.actions.entries()) {
      const service = action.slice(0, action.indexOf(':'))
      const numbers = this.#byService.get(service)
      if (numbers === undefined) this.#byService.set(service, [number])
      else numbers.push(number)
    }
  }

  numberOf(action: string): number {
    const number = this.#numbers.get(action) ?? this.#numbers.get(action.toLowerCase())
    if (number === undefined) throw new Error(`${action} is not among the actions of interest`)
    this.#numbers.set(action, number)
    return number
  }

  /** Drops what was found for policies: most belong to one account, and are not asked about again. */
  forget(): void {
    this.#policies = new WeakMap()
  }

  /** Whether a pattern, as written in `Action`, covers any action of interest. */
  covers(pattern: string): boolean {
    return this.#covered(pattern).length > 0
  }

  /** The statements of `policy` that cover the action, in their order; those that could not be read cover every action. */
  statements(policy: Policy, action: number): readonly Statement[] {
    return this.#table(policy).get(action) ?? none
  }

  /** Every action of interest that some statement of `policy` covers. */
  actionsOf(policy: Policy): Iterable<number> {
    return this.#table(policy).keys()
  }

  #table(policy: Policy): ReadonlyMap<number, readonly Statement[]> {
    const known = this.#policies.get(policy)
    if (known !== undefined) return known
    const table = new Map<number, Statement[]>()
    for (const statement of policy.statements) {
      for (const action of this.#ofStatement(statement)) {
        const statements = table.get(action)
        if (statements === undefined) table.set(action, [statement])
        else statements.push(statement)
      }
    }
    const result = table.size === 0 ? emptyTable : table
    this.#policies.set(policy, result)
    return result
  }

  #ofStatement(statement: Statement): readonly number[] {
    const known = this.#statements.get(statement)
    if (known !== undefined) return known
    const covered = this.#union(statement)
    this.#statements.set(statement, covered)
    return covered
  }

  #union(statement: Statement): readonly number[] {
    if (statement.unreadable) return [...this.actions.keys()]
    const patterns = statement.action ?? statement.notAction ?? none
    if (statement.notAction === undefined && patterns.length === 1) return this.#covered(patterns[0]!)
    const union = new Set<number>()
    for (const pattern of patterns) for (const number of this.#covered(pattern)) union.add(number)
    if (statement.notAction === undefined) return [...union]
    return [...this.actions.keys()].filter((number) => !union.has(number))
  }

  #covered(pattern: string): readonly number[] {
    const known = this.#patterns.get(pattern)
    if (known !== undefined) return known
    const lower = pattern.toLowerCase()
    const service = lower.slice(0, Math.max(0, lower.indexOf(':')))
    const candidates =
      service === '' || /[*?]/.test(service) ? this.actions.keys() : (this.#byService.get(service) ?? none)
    const covered = [...candidates].filter((number) => globMatches(lower, this.actions[number]!))
    const result = covered.length === 0 ? none : covered
    this.#patterns.set(pattern, result)
    return result
  }
}

const none: readonly never[] = []
const emptyTable: ReadonlyMap<number, readonly Statement[]> = new Map()
