import { expect, test } from 'vitest'
import { derivedKey } from '#src/evaluate/derived-keys.ts'
import type { Principal } from '#src/evaluate/request.ts'
import {
  anonymous,
  bucket,
  federatedUser,
  here,
  member,
  roleSession,
  rootUser,
  service,
  user,
  webIdentity,
} from '../support/requests.ts'

const inside = { membership: member() }
const provider = webIdentity('accounts.google.com')
const lambda = service('lambda.amazonaws.com')

/** IAM User Guide, "AWS global condition context keys", and the table of principal values in "Policy variables". */
test.each<[string, Principal, string | readonly string[] | undefined]>([
  ['aws:PrincipalArn', user(), `arn:aws:iam::${here}:user/alice`],
  ['aws:PrincipalArn', roleSession(), `arn:aws:iam::${here}:role/team/reader`],
  ['aws:PrincipalArn', federatedUser(), `arn:aws:sts::${here}:federated-user/batch`],
  ['aws:PrincipalArn', rootUser(), `arn:aws:iam::${here}:root`],
  ['aws:PrincipalArn', anonymous, undefined],
  ['aws:PrincipalArn', lambda, undefined],
  ['aws:PrincipalArn', provider, undefined],
  ['aws:PrincipalAccount', user(), here],
  ['aws:PrincipalAccount', anonymous, 'anonymous'],
  ['aws:PrincipalAccount', lambda, undefined],
  ['aws:PrincipalType', user(), 'User'],
  ['aws:PrincipalType', roleSession(), 'AssumedRole'],
  ['aws:PrincipalType', federatedUser(), 'FederatedUser'],
  ['aws:PrincipalType', rootUser(), 'Account'],
  ['aws:PrincipalType', anonymous, 'Anonymous'],
  ['aws:PrincipalType', provider, undefined],
  ['aws:userid', user(), 'AIDAALICE'],
  ['aws:userid', roleSession(), 'AROAREADER:s1'],
  ['aws:userid', federatedUser(), `${here}:batch`],
  ['aws:userid', rootUser(), here],
  ['aws:userid', anonymous, 'anonymous'],
  ['aws:userid', lambda, undefined],
  ['aws:username', user({ arn: `arn:aws:iam::${here}:user/team/alice` }), 'alice'],
  ['aws:username', roleSession(), undefined],
  ['aws:username', rootUser(), undefined],
  ['aws:PrincipalIsAWSService', lambda, 'true'],
  ['aws:PrincipalIsAWSService', roleSession(), 'false'],
  ['aws:PrincipalIsAWSService', provider, 'false'],
  ['aws:PrincipalIsAWSService', anonymous, undefined],
  ['aws:PrincipalServiceName', lambda, 'lambda.amazonaws.com'],
  ['aws:PrincipalServiceName', user(), undefined],
  ['aws:PrincipalOrgID', user(inside), 'o-acme'],
  ['aws:PrincipalOrgID', user(), undefined],
  ['aws:PrincipalOrgPaths', user(inside), 'o-acme/r-1/ou-1/'],
  ['aws:PrincipalOrgPaths', lambda, undefined],
  ['aws:PrincipalTag/Team', user({ tags: { team: 'blue' } }), 'blue'],
  ['aws:PrincipalTag/team', user({ tags: { Team: 'blue', TEAM: 'red' } }), ['blue', 'red']],
  ['aws:PrincipalTag/team', user(), undefined],
  ['aws:PrincipalTag/__proto__', user(), undefined],
  ['aws:PrincipalTag/constructor', user(), undefined],
  ['aws:PrincipalTag/__proto__', user({ tags: JSON.parse('{"__proto__":"x"}') }), 'x'],
])('%s of %o', (key, principal, expected) => {
  const state = derivedKey(key.toLowerCase(), principal, bucket())
  const values = typeof expected === 'string' ? [expected] : expected
  expect(state).toEqual(values === undefined ? { state: 'absent' } : { state: 'known', values })
})

const { uniqueId: _, ...nameless } = user()
const { sessionName: __, ...anySession } = roleSession()
const { roleArn: ___, ...anyRole } = roleSession()
const { tags: ____, ...untold } = user()

test.each<[string, Principal]>([
  ['aws:userid', nameless],
  ['aws:userid', anySession],
  ['aws:PrincipalArn', anyRole],
  ['aws:PrincipalTag/team', untold],
  ['aws:SourceIp', user()],
  ['aws:ResourceTag/team', user()],
  ['s3:prefix', user()],
  ['aws:toString', user()],
])('%s of %o does not follow', (key, principal) => {
  expect(derivedKey(key.toLowerCase(), principal, bucket())).toBeUndefined()
})

test('keys of the resource', () => {
  const of = (key: string, more: object): unknown => derivedKey(key.toLowerCase(), user(), bucket(undefined, more))
  expect(of('aws:ResourceAccount', {})).toEqual({ state: 'known', values: [here] })
  expect(of('aws:ResourceOrgID', {})).toEqual({ state: 'absent' })
  expect(of('aws:ResourceOrgID', inside)).toEqual({ state: 'known', values: ['o-acme'] })
  expect(of('aws:ResourceOrgPaths', inside)).toEqual({ state: 'known', values: ['o-acme/r-1/ou-1/'] })
  expect(of('aws:ResourceTag/Team', { tags: { team: 'blue' } })).toEqual({ state: 'known', values: ['blue'] })
  expect(of('aws:ResourceTag/Team', { tags: {} })).toEqual({ state: 'absent' })
  for (const key of ['Account', 'OrgID', 'OrgPaths'])
    expect(of(`aws:Resource${key}`, { account: undefined })).toBeUndefined()
})
