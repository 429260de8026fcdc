import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { splitArn } from '#src/policy/arn.ts'

/** What one key is worth in a request, as a text. */
export type Getter = (principal: Principal, resource: RequestResource) => string

/**
 * What tells two requests apart that look at this key. Keys of the caller and of the resource have values; all others are
 * the same for every request that the graph makes of one action.
 */
export function getterOf(key: string): Getter {
  if (key.startsWith('aws:principaltag/')) {
    const wanted = key.slice(key.indexOf('/') + 1)
    return ({ tags }) => tag(tags, wanted)
  }
  if (/^[a-z0-9-]+:resourcetag\//.test(key)) {
    const wanted = key.slice(key.indexOf('/') + 1)
    return (_, { tags }) => tag(tags, wanted)
  }
  return getters.get(key) ?? region
}

// Everything else that depends on the resource does so through its ARN, such as the region.
const region: Getter = (_, { arn }) => splitArn(arn)?.[3] ?? ''
const caller: Getter = ({ arn, roleArn }) => roleArn ?? arn
const session: Getter = ({ arn }) => arn
const callerAccount: Getter = ({ account }) => account ?? ''
const callerOrganization: Getter = ({ membership }) => membership?.path ?? ''
const owner: Getter = (_, { account }) => account ?? ''
const ownerOrganization: Getter = (_, { membership }) => membership?.path ?? ''
const boundary: Getter = (_, { boundary: arns }) => arns?.join() ?? '?'

const getters: ReadonlyMap<string, Getter> = new Map([
  ['aws:principalarn', caller],
  ['aws:userid', session],
  ['aws:username', caller],
  ['aws:principalaccount', callerAccount],
  ['kms:calleraccount', callerAccount],
  ['aws:sourceowner', callerAccount],
  ['aws:principalorgid', callerOrganization],
  ['aws:principalorgpaths', callerOrganization],
  ['aws:resourceaccount', owner],
  ['aws:sourceaccount', owner],
  ['s3:resourceaccount', owner],
  ['aws:resourceorgid', ownerOrganization],
  ['aws:resourceorgpaths', ownerOrganization],
  ['aws:sourceorgid', ownerOrganization],
  ['aws:sourceorgpaths', ownerOrganization],
  ['iam:permissionsboundary', boundary],
])

/** Tag keys are compared without regard to case; an absent tag differs from an empty one. */
function tag(tags: Readonly<Record<string, string>> | undefined, wanted: string): string {
  if (tags === undefined) return '?'
  for (const key in tags) if (key.toLowerCase() === wanted) return `=${tags[key]}`
  return '-'
}
