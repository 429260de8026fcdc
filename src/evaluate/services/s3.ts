import { addressRangeOf } from '#src/policy/conditions/values.ts'
import { any, constant, type Formula, gap, never } from '#src/policy/formula.ts'
import type { Condition, Policy, Statement } from '#src/policy/policy.ts'
import type { Situation } from '../situation.ts'
import { nameOf, type Trace } from '../statements.ts'
import type { Step } from '../step.ts'

const bucketPolicyActions = new Set(['getbucketpolicy', 'putbucketpolicy', 'deletebucketpolicy'])

/**
 * S3 API, "DeleteBucketPolicy": the root user of the owner can always read, replace and delete the bucket's policy, whatever
 * that policy denies, so that nobody locks himself out.
 */
export const isOwnersBucketPolicyCall = ({ principal, action, isSameAccount }: Situation): boolean =>
  principal.kind === 'RootUser' && isSameAccount && action.service === 's3' && bucketPolicyActions.has(action.name)

/**
 * RestrictPublicBuckets: with a public policy only AWS services and the owner's account get at the bucket. Partners whom
 * another statement of the same policy names are cut off as well.
 */
export const blockPublicAccess = {
  layer: 's3-bpa',
  source: 'S3 User Guide, "Blocking public access to your Amazon S3 storage"',
  denies({ principal, target, action, isSameAccount }: Situation, trace?: Trace): Formula {
    if (action.service !== 's3' || !target.restrictPublicBuckets || target.policy === undefined) return never
    if (isSameAccount || principal.kind === 'AWSService') return never
    const when = publicity(target.policy.policy)
    if (when.kind !== 'never') {
      trace?.push({ layer: 's3-bpa', effect: 'Deny', policy: nameOf(target.policy), statement: -1, when })
    }
    return when
  },
} satisfies Step

const publicities = new WeakMap<Policy, Formula>()

/** Whether S3 takes a bucket policy for a public one: `always`, `never`, or a gap where a statement cannot be read. */
export function publicity(policy: Policy): Formula {
  let result = publicities.get(policy)
  if (result === undefined) {
    const allows = policy.statements.filter(({ effect }) => effect === 'Allow')
    result = any(
      ...allows.map((statement) =>
        statement.unreadable
          ? gap(`Statement[${statement.index}] cannot be read (public)`)
          : constant(isPublic(statement)),
      ),
    )
    publicities.set(policy, result)
  }
  return result
}

/** S3 User Guide, "The meaning of public": grants to more than fixed principals, with no condition on fixed values. */
function isPublic({ principal, conditions, hasVariables }: Statement): boolean {
  const grantsAnyone = principal === undefined || principal === '*' || principal.AWS?.includes('*') === true
  return grantsAnyone && !conditions.some((condition) => isFixing(condition, hasVariables))
}

const positive = /^(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike|IpAddress)$/

const fixingKeys: ReadonlyMap<string, (value: string) => boolean> = new Map([
  ['aws:sourceip', isNarrowRange],
  ['aws:sourcearn', isFixed],
  ['aws:sourcevpc', isFixed],
  ['aws:sourcevpce', isFixed],
  ['aws:sourceowner', isFixed],
  ['aws:sourceaccount', isFixed],
  ['aws:principalorgid', isFixed],
  ['aws:principalarn', isFixed],
  ['aws:principalaccount', isFixed],
  ['aws:userid', isFixedUserId],
  ['s3:x-amz-server-side-encryption-aws-kms-key-id', isFixed],
  ['s3:dataaccesspointaccount', isFixed],
  ['s3:dataaccesspointarn', hasFixedAccount],
])

function isFixing({ operator, key, values }: Condition, hasVariables: boolean): boolean {
  const fixes = positive.test(operator) ? fixingKeys.get(key.toLowerCase()) : undefined
  if (fixes === undefined || values.length === 0) return false
  return values.every((value) => fixes(value) && !(hasVariables && value.includes('${')))
}

function isFixed(value: string): boolean {
  return !/[*?]/.test(value)
}

/** `AROAEXAMPLE:*` stands for every session of one role. */
function isFixedUserId(value: string): boolean {
  return isFixed(value.replace(/^([^:]+):\*$/, '$1'))
}

/** All access points of one account. */
function hasFixedAccount(value: string): boolean {
  const account = value.split(':')[4] ?? ''
  return account !== '' && isFixed(account)
}

/** Not broader than /8, or /32 with IPv6. */
function isNarrowRange(value: string): boolean {
  const range = addressRangeOf(value)
  return range !== undefined && range.prefix >= (range.bits === 32 ? 8 : 32)
}
