import { type KeyState, known, unknown } from '#src/policy/conditions/key-state.ts'
import type { Principal, RequestResource } from './request.ts'

/**
 * The region that is asked: for services with one endpoint that endpoint's, for others that of the resource, or whichever the
 * requester likes. A role is passed within a call to another service, in whose region it is judged.
 */
export function requestedRegion(action: string, principal: Principal, resource: RequestResource): KeyState {
  const [, partition = 'aws', , region = ''] = (resource.arn === '*' ? principal.arn : resource.arn).split(':', 5)
  if (resource.arn !== '*' && region !== '' && !region.includes('*')) return known(region)
  const service = action.slice(0, action.indexOf(':')).toLowerCase()
  if (!globalServices.has(service) || action.toLowerCase() === 'iam:passrole') return unknown
  return known(homeRegions.get(partition) ?? 'us-east-1')
}

const homeRegions = new Map([
  ['aws-cn', 'cn-north-1'],
  ['aws-us-gov', 'us-gov-west-1'],
])

const globalServices = new Set(
  'account aws-portal billing budgets ce cloudfront cur health iam organizations route53 route53domains shield support tax waf'.split(
    ' ',
  ),
)
