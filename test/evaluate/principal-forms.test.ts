import { expect, test } from 'vitest'
import { evaluate, permits } from '#src/evaluate/evaluate.ts'
import type { Principal } from '#src/evaluate/request.ts'
import { always } from '#src/policy/formula.ts'
import {
  allow,
  anonymous,
  boundary,
  bucket,
  deny,
  federatedUser,
  here,
  identity,
  request,
  roleSession,
  rootUser,
  service,
  session,
  there,
  user,
} from '../support/requests.ts'

const s3 = allow('s3:*')
const other = allow('ec2:*')

const decide = (principal: Principal, statement: object | undefined, account = here): string =>
  evaluate(request(principal, 's3:GetObject', bucket(statement, { account }))).decision

const alice = `arn:aws:iam::${here}:user/alice`
const reader = `arn:aws:iam::${here}:role/team/reader`
const readerSession = `arn:aws:sts::${here}:assumed-role/reader/s1`
const batch = `arn:aws:sts::${here}:federated-user/batch`
const account = `arn:aws:iam::${here}:root`

/**
 * IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access", in the same account: which
 * implicit denials a resource policy overrides, by the form in which it names the caller.
 */
test.each<[string, (more: Partial<Principal>) => Principal, unknown, 'identity' | 'caps' | 'all']>([
  ['a user by its ARN', user, { AWS: alice }, 'all'],
  ['a user by *', user, '*', 'all'],
  ['a user by the account', user, { AWS: account }, 'identity'],
  ['a session by its ARN', roleSession, { AWS: readerSession }, 'all'],
  ['a session by its role', roleSession, { AWS: reader }, 'caps'],
  ['a session by *', roleSession, { AWS: '*' }, 'all'],
  ['a session by the account', roleSession, { AWS: here }, 'identity'],
  ['a federated user by its ARN', federatedUser, { AWS: batch }, 'all'],
  ['a federated user by its user', federatedUser, { AWS: alice }, 'caps'],
  ['a federated user by the account', federatedUser, { AWS: account }, 'identity'],
])('%s', (_, who, principal, overridden) => {
  const grant = allow('s3:GetObject', { Principal: principal })
  const yes = (holds: boolean): string => (holds ? 'Allowed' : 'ImplicitlyDenied')
  const passed = { ...session(s3) }
  expect(decide(who({ ...passed }), grant)).toBe(yes(overridden !== 'identity'))
  expect(decide(who({ ...passed, ...identity(s3) }), grant)).toBe('Allowed')
  expect(decide(who({ ...passed, ...boundary(other) }), grant)).toBe(yes(overridden === 'all'))
  expect(decide(who({ ...identity(s3), ...passed, ...boundary(other) }), grant)).toBe(yes(overridden === 'all'))
  expect(decide(who({ ...session(other) }), grant)).toBe(yes(overridden === 'all'))
  // An explicit denial is final, whatever names the caller.
  for (const denied of [identity(deny('s3:*')), boundary(s3, deny('s3:*')), session(s3, deny('s3:*'))]) {
    expect(decide(who({ ...identity(s3), ...passed, ...denied }), grant)).toBe('ExplicitlyDenied')
  }
})

/** IAM User Guide, "Cross-account policy evaluation logic": no form spares the caller its own side. */
test.each<[string, (more: Partial<Principal>) => Principal, unknown]>([
  ['a user', user, { AWS: `arn:aws:iam::${there}:user/alice` }],
  ['a session', roleSession, { AWS: `arn:aws:sts::${there}:assumed-role/reader/s1` }],
  ['a role', roleSession, { AWS: `arn:aws:iam::${there}:role/team/reader` }],
  ['an account', roleSession, { AWS: there }],
  ['everybody', roleSession, '*'],
])('across accounts, %s', (_, who, principal) => {
  const grant = allow('s3:GetObject', { Principal: principal })
  const outside = { account: there }
  const lacking = evaluate(request(who({ ...outside }), 's3:GetObject', bucket(grant)))
  expect(lacking).toMatchObject({ decision: 'ImplicitlyDenied', blockedBy: ['identity'] })
  expect(decide(who({ ...outside, ...identity(s3) }), grant)).toBe('Allowed')
  expect(decide(who({ ...outside, ...identity(s3) }), undefined)).toBe('ImplicitlyDenied')
  expect(decide(who({ ...outside, ...identity(s3), ...boundary(other) }), grant)).toBe('ImplicitlyDenied')
  expect(decide(who({ ...outside, ...identity(s3), ...session(other) }), grant)).toBe('ImplicitlyDenied')
})

test.each<[string, Principal, unknown, string]>([
  ['a service that is named', service('sns.amazonaws.com'), { Service: 'sns.amazonaws.com' }, 'Allowed'],
  ['a service that is not', service('sns.amazonaws.com'), { Service: 'sqs.amazonaws.com' }, 'ImplicitlyDenied'],
  ['everybody unsigned', anonymous, '*', 'Allowed'],
  ['unsigned by an account', anonymous, { AWS: here }, 'ImplicitlyDenied'],
  ['the root user of another account', rootUser(there), { AWS: there }, 'Allowed'],
  ['the root user of another account, not named', rootUser(there), { AWS: here }, 'ImplicitlyDenied'],
  ['the root user of the owner, not named', rootUser(), { AWS: there }, 'Allowed'],
])('%s', (_, principal, named, expected) => {
  expect(decide(principal, allow('s3:*', { Principal: named }))).toBe(expected)
})

/** IAM User Guide, "AWS JSON policy elements: Principal": a denial of a role or account hits all who act as such. */
test.each<[string, Principal, unknown, boolean]>([
  ['the session', roleSession(), { AWS: readerSession }, true],
  ['another session', roleSession(), { AWS: `${readerSession}2` }, false],
  ['the role', roleSession(), { AWS: reader }, true],
  ['the account', roleSession(), { AWS: account }, true],
  ['everybody', user(), '*', true],
  ['another user', user(), { AWS: `${alice}2` }, false],
])('a denial of %s', (_, principal, named, isDenied) => {
  const statement = deny('s3:*', { Principal: named })
  expect(decide({ ...principal, ...identity(s3) }, statement)).toBe(isDenied ? 'ExplicitlyDenied' : 'Allowed')
})

/** IAM User Guide, "AWS JSON policy elements: NotPrincipal". */
test.each<[string, Principal, string[], boolean]>([
  ['a listed user', user(), [alice, account], false],
  ['a user without its account', user(), [alice], true],
  ['a user with a boundary', user(boundary(s3)), [alice, account], true],
  ['a session with role and account', roleSession(), [readerSession, reader, account], false],
  ['a session with its account alone', roleSession(), [readerSession, account], true],
])('NotPrincipal and %s', (_, principal, listed, isDenied) => {
  const statement = deny('s3:*', { NotPrincipal: { AWS: listed } })
  expect(decide({ ...principal, ...identity(s3) }, statement)).toBe(isDenied ? 'ExplicitlyDenied' : 'Allowed')
})

/** STS API, "GetFederationToken"; IAM User Guide, "Comparing the AWS STS API operations". */
test('a federated user session without session policies has no permissions but those given to it directly', () => {
  expect(decide(federatedUser(identity(s3)), undefined)).toBe('ImplicitlyDenied')
  expect(decide(federatedUser({ ...identity(s3), ...session() }), undefined)).toBe('ImplicitlyDenied')
  expect(decide(federatedUser({ ...identity(s3), ...session(s3) }), undefined)).toBe('Allowed')
  expect(decide(roleSession({ ...identity(s3), ...session() }), undefined)).toBe('Allowed')
})

test.each(['iam:ListUsers', 'sts:AssumeRole', 'sts:GetSessionToken'])(
  'a federated user session cannot call %s',
  (action) => {
    const all = allow('*')
    const decision = evaluate(
      request(federatedUser({ ...identity(all), ...session(all) }), action, { arn: '*', account: here }),
    )
    expect(decision).toMatchObject({ decision: 'ImplicitlyDenied', blockedBy: expect.arrayContaining(['session']) })
  },
)

/** IAM User Guide, "Comparing the AWS STS API operations", note 4. */
test('anybody with credentials may ask who he is, whatever denies it', () => {
  const ask = (principal: Principal): string => {
    const { decision, formula } = evaluate(
      request(principal, 'sts:GetCallerIdentity', { arn: '*', account: undefined }),
    )
    expect(formula.kind).toBe(decision === 'Allowed' ? 'always' : 'never')
    return decision
  }
  expect(ask(user(identity(deny('*'))))).toBe('Allowed')
  expect(permits(request(user(identity(deny('*'))), 'sts:GetCallerIdentity', { arn: '*', account: here }))).toBe(always)
  expect(ask(federatedUser())).toBe('Allowed')
  expect(ask(anonymous)).toBe('ImplicitlyDenied')
})

/** The session of a role elsewhere, of which only the session ARN is known: it may be the role without a path. */
test('a session whose role is not known', () => {
  const { roleArn: _, ...stranger } = roleSession({ account: there, allowsEverything: true })
  expect(decide(stranger, allow('s3:*', { Principal: { AWS: `arn:aws:iam::${there}:role/reader` } }))).toBe('Allowed')
  expect(decide(stranger, allow('s3:*', { Principal: { AWS: `arn:aws:iam::${there}:role/x` } }))).toBe(
    'ImplicitlyDenied',
  )
})
