import type { ActionName } from '#src/policy/action.ts'
import { splitArn } from '#src/policy/arn.ts'
import { always, type Formula, gap, never } from '#src/policy/formula.ts'
import type { Situation } from '../situation.ts'

/** Actions that the trust policy of a role decides. IAM User Guide, "Passing session tags"; STS API, "AssumeRole". */
const assumptions = new Set(['assumerole', 'assumerolewithsaml', 'assumerolewithwebidentity'])
const trustActions = new Set([...assumptions, 'tagsession', 'setsourceidentity', 'setcontext'])

export const isTrustAction = ({ service, name }: ActionName): boolean => service === 'sts' && trustActions.has(name)

/** The call itself, and not what goes with it. */
export const isAssumption = ({ name }: ActionName): boolean => assumptions.has(name)

/** Providers that AWS knows by itself; all others belong to the account of the role. */
const builtIn = new Set([
  'cognito-identity.amazonaws.com',
  'www.amazon.com',
  'graph.facebook.com',
  'accounts.google.com',
])

/** Whether a federated caller can ask for the role at all. IAM User Guide, "AWS JSON policy elements: Principal". */
export function isOpenToProvider({ principal, target, action, resourceLayer }: Situation): boolean {
  if (resourceLayer !== 'trust' || action.name === 'assumerole') return false
  if (builtIn.has(principal.arn)) return true
  const owner = target.account ?? splitArn(target.arn)?.[4]
  return splitArn(principal.arn)?.[4] === owner
}

/** IAM User Guide, "Comparing the AWS STS API operations": what a federated user session may never call. */
export const isClosedToFederatedUser = ({ principal, action }: Situation): boolean =>
  principal.kind === 'FederatedUserSession' && (action.service === 'iam' || action.service === 'sts')

/** Always permitted, whatever denies it: the answer tells the caller nothing but itself. IAM User Guide, same page. */
export const isAlwaysPermitted = ({ principal, action }: Situation): boolean =>
  action.service === 'sts' && action.name === 'getcalleridentity' && principal.account !== undefined

/**
 * IAM User Guide, "Perform a privileged task on an AWS Organizations member account": sts:AssumeRoot works from the management
 * account and from the delegated administrator of IAM, whom no policy tells. The root user of an account has no policy that
 * could let somebody in.
 */
export function isCentralRootCaller({ principal, target }: Situation): Formula {
  const { membership, kind } = principal
  const isSister = membership !== undefined && membership.organizationId === target.membership?.organizationId
  if (!isSister || kind === 'RootUser') return never
  return membership.isManagement ? always : gap(`delegated administrator of IAM in ${membership.organizationId}`)
}

export const isAssumeRoot = ({ service, name }: ActionName): boolean => service === 'sts' && name === 'assumeroot'
