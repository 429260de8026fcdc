import { expect, test } from 'vitest'
import type { PrincipalElement } from '#src/policy/policy.ts'
import { type CallerNames, compilePrincipal, formOf, isSpared } from '#src/policy/principal.ts'

const account = '111122223333'
const root = `arn:aws:iam::${account}:root`
const alice = `arn:aws:iam::${account}:user/alice`
const role = `arn:aws:iam::${account}:role/team/reader`
const session = `arn:aws:sts::${account}:assumed-role/reader/s1`

const user: CallerNames = { type: 'AWS', self: alice, parent: undefined, account }
const reader: CallerNames = { type: 'AWS', self: session, parent: role, account }
const rootUser: CallerNames = { type: 'AWS', self: root, parent: undefined, account }
const service: CallerNames = { type: 'Service', self: 'ec2.amazonaws.com', parent: undefined, account: undefined }
const login: CallerNames = { type: 'Federated', self: 'accounts.google.com', parent: undefined, account: undefined }
const nobody: CallerNames = { type: 'Anonymous', self: '*', parent: undefined, account: undefined }

/** IAM User Guide, "AWS JSON policy elements: Principal". */
test.each<[string, CallerNames, PrincipalElement, string | undefined]>([
  ['everybody', user, '*', 'anyone'],
  ['everybody, written out', reader, { AWS: ['*'] }, 'anyone'],
  ['everybody, in a list', reader, { AWS: [role, '*'] }, 'anyone'],
  ['unsigned callers too', nobody, { AWS: ['*'] }, 'anyone'],
  ['services too', service, '*', 'anyone'],
  ['the user', user, { AWS: [alice] }, 'self'],
  ['another case', user, { AWS: [alice.toUpperCase()] }, undefined],
  ['no wildcard in a name', user, { AWS: [`arn:aws:iam::${account}:user/*`] }, undefined],
  ['the session', reader, { AWS: [session] }, 'self'],
  ['another session', reader, { AWS: [`${session}2`] }, undefined],
  ['the role of the session', reader, { AWS: [role] }, 'parent'],
  ['the role without its path', reader, { AWS: [`arn:aws:iam::${account}:role/reader`] }, undefined],
  ['the account by its id', user, { AWS: [account] }, 'account'],
  ['the account by its root', reader, { AWS: [root] }, 'account'],
  ['another account', reader, { AWS: ['999999999999'] }, undefined],
  ['the root user itself', rootUser, { AWS: [root] }, 'self'],
  ['the root user by the account', rootUser, { AWS: [account] }, 'account'],
  ['the strongest form', reader, { AWS: [root, role, session] }, 'self'],
  ['the role before the account', reader, { AWS: [root, role] }, 'parent'],
  ['a unique id, left by somebody deleted', user, { AWS: ['AIDAALICE'] }, undefined],
  ['the service', service, { Service: ['ec2.amazonaws.com'] }, 'self'],
  ['the service by a regional name', service, { Service: ['ec2.eu-west-1.amazonaws.com'] }, undefined],
  ['a service named as an AWS principal', service, { AWS: ['ec2.amazonaws.com'] }, undefined],
  ['the provider', login, { Federated: ['accounts.google.com'] }, 'self'],
  ['unsigned callers have no name', nobody, { AWS: [root] }, undefined],
  ['a canonical user', user, { CanonicalUser: ['abc'] }, undefined],
])('%s', (_, caller, element, expected) => {
  expect(formOf(compilePrincipal(element), caller)).toBe(expected)
})

/** IAM User Guide, "AWS JSON policy elements: NotPrincipal": list the account as well, and the role of a session. */
test.each<[string, CallerNames, PrincipalElement, boolean]>([
  ['a user with its account', user, { AWS: [alice, root] }, true],
  ['a user without its account', user, { AWS: [alice] }, false],
  ['an account alone', user, { AWS: [root] }, false],
  ['a session with role and account', reader, { AWS: [session, role, account] }, true],
  ['a session without its role', reader, { AWS: [session, root] }, false],
  ['a role without the session', reader, { AWS: [role, root] }, false],
  ['a root user by its account', rootUser, { AWS: [account] }, true],
  ['a service', service, { Service: ['ec2.amazonaws.com'] }, true],
  ['another service', service, { Service: ['s3.amazonaws.com'] }, false],
  ['a provider', login, { Federated: ['accounts.google.com'] }, true],
  ['everybody', nobody, '*', true],
  ['unsigned callers by an account', nobody, { AWS: [root] }, false],
])('NotPrincipal spares %s: %#', (_, caller, element, expected) => {
  expect(isSpared(compilePrincipal(element), caller)).toBe(expected)
})
