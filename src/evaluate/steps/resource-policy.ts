import { always, constant, type Formula, gap, never } from '#src/policy/formula.ts'
import { type Form, formOf, isSpared } from '#src/policy/principal.ts'
import type { CompiledStatement } from '#src/policy/statement.ts'
import { isOwnersBucketPolicyCall } from '../services/s3.ts'
import type { Situation } from '../situation.ts'
import { allowedBy, type Covers, deniedBy, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

/** The resource's own policy: of a bucket, queue, key, …, or the trust policy of a role. */
export const resourcePolicy = {
  layer: 'resource',
  source: 'IAM User Guide, "Identity-based policies and resource-based policies"',
  denies(situation: Situation, trace?: Trace): Formula {
    const { resourceLayer: layer, target } = situation
    if (layer === undefined || isOwnersBucketPolicyCall(situation)) return never
    if (target.gap !== undefined) return gap(`${target.gap} (deny)`)
    return target.policy === undefined ? never : deniedBy([target.policy], situation, { layer }, trace, hits(situation))
  },
} satisfies Step

/** When the resource's policy allows the caller by one of its names. */
export function allowedAs(forms: readonly Form[], situation: Situation, trace?: Trace): Formula {
  const { resourceLayer: layer, target, assumed, caller } = situation
  if (layer === undefined) return never
  if (assumed === layer) return always
  // Nobody knows by which name a policy that was not collected means the caller.
  if (target.gap !== undefined) return gap(target.gap)
  if (target.policy === undefined) return never
  const covers: Covers = (statement) => {
    if (statement.source.unreadable) return always
    const form = statement.principal && formOf(statement.principal, caller)
    if (form !== undefined && forms.includes(form)) return always
    return form === undefined ? canonicalUser(statement, situation) : never
  }
  return allowedBy([target.policy], situation, { layer }, trace, covers)
}

const hits =
  (situation: Situation): Covers =>
  (statement) => {
    const { source, principal, notPrincipal } = statement
    if (source.unreadable) return always
    if (notPrincipal !== undefined) {
      // A caller with a permissions boundary is never spared, whatever the element lists.
      return constant(situation.principal.boundary !== undefined || !isSpared(notPrincipal, situation.caller))
    }
    const form = principal && formOf(principal, situation.caller)
    return form !== undefined ? always : canonicalUser(statement, situation)
  }

/** S3 knows accounts by a canonical id as well. Which account it is nobody can tell from outside; the owner's own needs none. */
function canonicalUser(
  { principal, source }: CompiledStatement,
  { isSameAccount, principal: { account } }: Situation,
): Formula {
  if (!principal?.hasCanonicalUsers || isSameAccount || account === undefined) return never
  return gap(
    `account behind the canonical user of Statement[${source.index}]${source.effect === 'Deny' ? ' (deny)' : ''}`,
  )
}
