import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { outsider } from '#src/evaluate/subjects.ts'
import {
  type Atom,
  all,
  always,
  any,
  atom,
  atomsOf,
  constant,
  type Formula,
  never,
  not,
  substitute,
} from '#src/policy/formula.ts'
import { settle } from '#src/policy/settle.ts'
import { witness } from '#src/policy/witness.ts'

/** ARN of the node that stands for any AWS principal outside the organization that no policy names. */
export const anyOutsider = 'external'
/** An account number that AWS gives to nobody, for the principal behind `anyOutsider`. */
export const nowhere = '000000000000'

/** The most candidates that are tried. */
const most = 24

/** One whom the policy would let in, and what it takes to be him. */
export interface Candidate {
  readonly principal: Principal
  readonly when: Formula
}

/**
 * Any outsider names the identities of his own account as he likes, but not the account: where a policy asks for a name, he has
 * it; where it asks for an account, it is one outsider of many.
 */
export function* outsidersLike(
  { account, arn }: Principal,
  { policy, membership }: RequestResource,
  isInside: (account: string) => boolean,
): Generator<Candidate> {
  if (account !== nowhere) return
  const rcps = (membership?.levels ?? []).flatMap((level) => level.rcps)
  const patterns = new Set<string>()
  const accounts = new Set([nowhere])
  for (const named of [...(policy ? [policy] : []), ...rcps]) {
    for (const { conditions } of named.policy.statements) {
      for (const { key, values } of conditions) {
        if (!/^aws:principal(arn|account)$/i.test(key)) continue
        for (const value of values) {
          if (!/^\d{12}$/.test(value)) patterns.add(value)
          const id = /^(?:arn:[^:]*:iam::)?(\d{12})(?::|$)/.exec(value)?.[1]
          if (id !== undefined && !isInside(id)) accounts.add(id)
        }
      }
    }
  }
  if (patterns.size === 0 && accounts.size === 1) return
  let left = most
  for (const id of accounts) {
    const place = `arn:${arn.split(':', 2)[1]}:iam::${id}:`
    const names = new Set([`${place}root`])
    for (const pattern of patterns) {
      for (const kind of ['role/*', 'user/*']) {
        const name = witness([pattern, place + kind])
        if (name !== undefined) names.add(name)
      }
    }
    for (const name of names) {
      if (left-- <= 0) return
      const when = id === nowhere ? always : atom('StringEquals', 'aws:PrincipalAccount', [id])
      yield { principal: outsider(name, id), when }
    }
  }
}

/** An outsider tags himself as he likes: conditions on his tags are met where one set of tags meets them all. */
export function withOwnTags({ account }: Principal, formula: Formula): Formula {
  if (account !== nowhere || !atomsOf(formula).some(isOwnTag)) return formula
  // What a requester passes he chooses as freely.
  const chosen = substitute(formula, (each) =>
    isOwnTag(each) ? atom(each.operator, each.key.replace(/^aws:principaltag/i, 'aws:RequestTag'), each.values) : each,
  )
  if (settle(chosen).verdict === 'no') return never
  return favouring(formula, true)
}

const isOwnTag = ({ key }: Atom): boolean => /^aws:principaltag\//i.test(key)

function favouring(formula: Formula, favourable: boolean): Formula {
  switch (formula.kind) {
    case 'atom':
      return isOwnTag(formula) ? constant(favourable) : formula
    case 'not':
      return not(favouring(formula.of, !favourable))
    case 'all':
      return all(...formula.of.map((part) => favouring(part, favourable)))
    case 'any':
      return any(...formula.of.map((part) => favouring(part, favourable)))
    default:
      return formula
  }
}
