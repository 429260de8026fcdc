import { expect, test } from 'vitest'
import { permits } from '#src/evaluate/evaluate.ts'
import type { Membership, Principal, RequestResource } from '#src/evaluate/request.ts'
import { all, always, type Formula, gap, never, not } from '#src/policy/formula.ts'
import {
  allow,
  brokenPolicy,
  bucket,
  deny,
  fullAccess,
  here,
  identity,
  member,
  policyOf,
  rcp,
  request,
  there,
  user,
} from '../support/requests.ts'

/** What was not collected or cannot be read neither allows nor fails to deny: the answer depends on it, and says so. */

const full = identity(allow('*'))
const [may, mayDeny] = [gap('x'), gap('x (deny)')]
const unreadable = (layer: string, place = 'the document'): [Formula, Formula] => [
  gap(`${layer} policy broken: ${place} cannot be read`),
  gap(`${layer} policy broken: ${place} cannot be read (deny)`),
]

const decide = (principal: Principal, resource: RequestResource): Formula =>
  permits(request(principal, 's3:GetObject', resource))
const open = bucket(allow('s3:*', { Principal: '*' }))

test('identity policies that were not collected', () => {
  expect(decide(user({ gap: 'x' }), bucket())).toEqual(all(may, not(mayDeny)))
  expect(decide(user({ gap: 'x' }), open)).toEqual(not(mayDeny))
  expect(decide(user({ gap: 'x', account: there }), bucket())).toBe(never)
})

test('a resource policy that was not collected', () => {
  const uncollected = bucket(undefined, { gap: 'x' })
  expect(decide(user(), uncollected)).toEqual(all(may, not(mayDeny)))
  expect(decide(user(full), uncollected)).toEqual(not(mayDeny))
  expect(decide(user({ ...full, account: there }), uncollected)).toEqual(all(may, not(mayDeny)))
  expect(decide(user({ account: there }), uncollected)).toBe(never)
})

test('nobody asks for the policy of a user', () => {
  const alice = { arn: `arn:aws:iam::${here}:user/alice`, account: here, gap: 'x' }
  expect(permits(request(user(full), 'iam:CreateAccessKey', alice))).toBe(always)
})

test('an account that is not ours to read allows everything on its side', () => {
  const outsider = user({ account: there, allowsEverything: true })
  expect(decide(outsider, open)).toBe(always)
  expect(decide(outsider, bucket())).toBe(never)
})

test('documents that cannot be read', () => {
  const broken = brokenPolicy('identity')
  const [allows, denies] = unreadable('identity')
  expect(decide(user({ identityPolicies: [broken] }), bucket())).toEqual(all(allows, not(denies)))
  expect(decide(user({ identityPolicies: [...full.identityPolicies, broken] }), bucket())).toEqual(not(denies))
  const [bounds, boundsDeny] = unreadable('boundary')
  expect(decide(user({ ...full, boundary: broken }), bucket())).toEqual(all(bounds, not(boundsDeny)))
  const [opens, shuts] = unreadable('resource')
  expect(decide(user(), bucket(undefined, { policy: broken }))).toEqual(all(opens, not(shuts)))
})

test('organization policies that cannot be read', () => {
  const [allows, denies] = unreadable('scp')
  const under = (membership: Membership): Formula =>
    decide(user({ ...full, membership }), bucket(undefined, { membership }))
  expect(under(member({ unit: { scps: [brokenPolicy('scp')] } }))).toEqual(all(allows, not(denies)))
  expect(under(member({ unit: { scps: [brokenPolicy('scp'), fullAccess] } }))).toEqual(not(denies))
  expect(under(member({ root: { rcps: [brokenPolicy('rcp')] } }))).toEqual(not(unreadable('rcp')[1]))
  const vpcEndpointPolicy = brokenPolicy('endpoint')
  const [lets, stops] = unreadable('vpce')
  expect(permits({ ...request(user(full), 's3:GetObject', bucket()), vpcEndpointPolicy })).toEqual(
    all(lets, not(stops)),
  )
})

test('a broken statement matters on its own side alone', () => {
  const one = (statement: object): Formula =>
    decide(user({ identityPolicies: [policyOf('identity', [allow('*'), statement], 'broken')] }), bucket())
  expect(one({ Effect: 'Allow' })).toBe(always)
  const first = user({ identityPolicies: [policyOf('identity', [{ Effect: 'Deny' }, allow('*')], 'broken')] })
  expect(decide(first, bucket())).toEqual(not(unreadable('identity', 'Statement[0]')[1]))
  expect(one({ Effect: 'Deny' })).toEqual(not(unreadable('identity', 'Statement[1]')[1]))
  expect(one({})).toEqual(not(unreadable('identity', 'Statement[1]')[1]))
  const membership = member({ root: rcp({ Effect: 'Allow' }) })
  expect(decide(user(full), bucket(undefined, { membership }))).toBe(always)
  expect(decide(user(identity(deny('*'), { Effect: 'Allow' })), bucket())).toBe(never)
})
