import type { Principal } from '#src/evaluate/request.ts'
import { live } from '#src/graph/live-techniques.ts'
import { coversAction } from '#src/policy/action.ts'
import { arnMatches } from '#src/policy/arn.ts'
import type { NamedPolicy, PrincipalElement, Statement } from '#src/policy/policy.ts'

const assume = 'sts:AssumeRole'

type Technique = (typeof live)[number]

/** A pattern may be about anything; whoever trusts an account meant somebody in it. */
const byPattern = 0.7
const byAccount = 1.2

/**
 * How far somebody was meant to do something: what his own policies name, and what the other side names, whatever conditions and
 * denials say. It decides nothing; it tells which closed hops look open.
 */
export class Intent {
  /** Techniques of the catalogue of whose every action some Allow speaks; none for assuming roles, which is asked of every pair. */
  readonly techniques: ReadonlySet<string>
  readonly #principal: Principal | undefined
  readonly #assumes: readonly Statement[]
  readonly #named: ReadonlySet<string>

  constructor(principal: Principal | undefined) {
    this.#principal = principal
    const allows = allowsOf(principal?.identityPolicies ?? [])
    this.#assumes = allows.filter((statement) => coversAction(statement, assume))
    const isMentioned = memoize((action) => allows.some((statement) => coversAction(statement, action)))
    const isMeant = ({ requires, via }: Technique): boolean => {
      if (requires.length === 0 || /^sts:/i.test(via)) return false
      const groups = new Map<string, boolean>()
      for (const [at, { action, oneOf }] of requires.entries()) {
        const group = oneOf ?? `${at}`
        groups.set(group, groups.get(group) === true || isMentioned(action))
      }
      return [...groups.values()].every(Boolean)
    }
    this.techniques = new Set(live.filter(isMeant).map(({ id }) => id))
    this.#named = new Set(allows.flatMap(({ action }) => action ?? []).map((action) => action.toLowerCase()))
  }

  /** Whether some Allow spells the action out: patterns may be about anything. */
  spells(action: string): boolean {
    return this.#named.has(action.toLowerCase())
  }

  /** 0 not at all, less than 1 by pattern, 2 by its whole ARN: how the caller's policies name a role to be assumed. */
  towards(role: string): number {
    if (this.#principal === undefined || this.#principal.account === undefined) return byPattern
    if (this.#principal.allowsEverything) return 2
    if (this.#principal.kind === 'RootUser') return byPattern
    if (this.#assumes.some(({ resource }) => resource?.includes(role))) return 2
    return this.#assumes.some(({ resource }) => resource?.some((pattern) => arnMatches(pattern, role))) ? byPattern : 0
  }

  /** The same for how the trust policy of a role names the caller: his account or everybody, or, 2, himself. */
  trustedBy(trust: NamedPolicy | undefined): number {
    if (this.#principal === undefined || trust === undefined) return 0
    const { arn, roleArn, userArn, account } = this.#principal
    const own = new Set([arn, roleArn, userArn].filter((name) => name !== undefined))
    let most = 0
    for (const { principal } of allowsOf([trust])) {
      if (principal === undefined) continue
      for (const name of namesIn(principal)) {
        if (own.has(name)) most = 2
        else if (name === '*' || name === account || name.endsWith(`::${account}:root`))
          most = Math.max(most, byAccount)
      }
    }
    return most
  }
}

const allowsOf = (policies: readonly NamedPolicy[]): readonly Statement[] =>
  policies.flatMap(({ policy }) => policy.statements.filter(({ effect }) => effect === 'Allow'))

const namesIn = (element: PrincipalElement): readonly string[] =>
  element === '*' ? ['*'] : [...(element.AWS ?? []), ...(element.Service ?? []), ...(element.Federated ?? [])]

function memoize(ask: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>()
  return (text) => {
    const answer = known.get(text) ?? ask(text)
    known.set(text, answer)
    return answer
  }
}
