import { describe, expect, test } from 'vitest'
import { evaluate } from '#src/evaluate/evaluate.ts'
import type { Membership, Principal, RequestResource } from '#src/evaluate/request.ts'
import {
  allow,
  anonymous,
  bucket,
  deny,
  federatedUser,
  here,
  identity,
  key,
  member,
  onlyScp,
  rcp,
  request,
  role,
  roleSession,
  rootUser,
  scp,
  service,
  session,
  there,
  trust,
  user,
  webIdentity,
} from '../support/requests.ts'

const all = allow('*')
const full = identity(all)

describe('SCPs', () => {
  const decide = (principal: Principal, membership: Membership | undefined, action = 's3:GetObject'): string => {
    const resource = action.startsWith('s3') ? bucket() : { arn: '*', account: here }
    const { decision, blockedBy } = evaluate(
      request({ ...principal, ...(membership && { membership }) }, action, resource),
    )
    return blockedBy.length === 0 ? decision : `${decision} by ${blockedBy.join()}`
  }

  /** Organizations User Guide, "SCP evaluation": an allow at every level, a denial at none. */
  test.each<[string, Membership, string]>([
    ['FullAWSAccess everywhere', member(), 'Allowed'],
    ['no allow at the root', member({ root: onlyScp(allow('ec2:*')) }), 'ImplicitlyDenied by scp'],
    ['no allow at an OU', member({ unit: onlyScp(allow('ec2:*')) }), 'ImplicitlyDenied by scp'],
    ['no allow at the account', member({ account: onlyScp(allow('ec2:*')) }), 'ImplicitlyDenied by scp'],
    ['no SCP at a level', member({ unit: onlyScp() }), 'ImplicitlyDenied by scp'],
    ['one of several SCPs of a level', member({ unit: scp(allow('ec2:*')) }), 'Allowed'],
    ['a denial at the root', member({ root: scp(deny('s3:*')) }), 'ExplicitlyDenied by scp'],
    ['a denial at an OU', member({ unit: scp(deny('s3:*')) }), 'ExplicitlyDenied by scp'],
    ['a denial at the account', member({ account: scp(deny('s3:*')) }), 'ExplicitlyDenied by scp'],
    ['SCPs not enabled', member({ root: onlyScp() }, { hasScps: false }), 'Allowed'],
    ['the management account', member({ root: scp(deny('*')) }, { isManagement: true }), 'Allowed'],
  ])('%s', (_, membership, expected) => {
    expect(decide(user(full), membership)).toBe(expected)
  })

  /** The full language since September 2025: conditions, NotAction and ARNs on Allow. */
  test('an allow may have conditions, NotAction and resources', () => {
    const only = (more: object): Membership => member({ unit: onlyScp(allow('s3:*', more)) })
    const arn = { 'aws:PrincipalArn': `arn:aws:iam::${here}:user/alice` }
    expect(decide(user(full), only({ Condition: { ArnEquals: arn } }))).toBe('Allowed')
    expect(decide(roleSession(full), only({ Condition: { ArnEquals: arn } }))).toBe('ImplicitlyDenied by scp')
    expect(decide(user(full), only({ Resource: 'arn:aws:s3:::data/*' }))).toBe('Allowed')
    expect(decide(user(full), only({ Resource: 'arn:aws:s3:::public/*' }))).toBe('ImplicitlyDenied by scp')
    const notAction = member({ unit: onlyScp({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) })
    expect(decide(user(full), notAction)).toBe('Allowed')
    expect(decide(user(full), notAction, 'iam:ListUsers')).toBe('ImplicitlyDenied by scp')
  })

  test.each<[string, Principal, boolean]>([
    ['a user', user(full), true],
    ['a role session', roleSession(full), true],
    ['a federated user', federatedUser({ ...full, ...session(all) }), true],
    ['the root user', rootUser(), true],
    ['a service-linked role', roleSession({ ...full, isServiceLinked: true }), false],
    ['whoever is not ours to read', user({ allowsEverything: true }), false],
  ])('bind %s: %#', (_, principal, isBound) => {
    const guarded = member({ root: scp(deny('s3:*')), unit: onlyScp(allow('ec2:*')) })
    expect(decide(principal, guarded)).toBe(isBound ? 'ExplicitlyDenied by scp' : 'Allowed')
    expect(decide(principal, member({ unit: onlyScp(allow('ec2:*')) }))).toBe(
      isBound ? 'ImplicitlyDenied by scp' : 'Allowed',
    )
  })

  test('never grant, and never reach Mechanical Turk', () => {
    expect(decide(user(), member())).toBe('ImplicitlyDenied by identity')
    expect(decide(user(full), member({ root: scp(deny('*')) }), 'mechanicalturk:CreateHIT')).toBe('Allowed')
  })

  test('follow the principal, not the resource', () => {
    const guarded = member({ root: scp(deny('s3:*')) })
    const open = bucket(allow('s3:*', { Principal: '*' }), { membership: guarded })
    expect(evaluate(request(user({ ...full, account: there }), 's3:GetObject', open)).decision).toBe('Allowed')
    for (const caller of [service('s3.amazonaws.com'), anonymous]) {
      expect(evaluate(request({ ...caller, membership: guarded }, 's3:GetObject', open)).decision).toBe('Allowed')
    }
  })
})

describe('RCPs', () => {
  const outsiders = deny(['s3:*', 'sts:*', 'kms:*', 'sns:*', 'iam:*'], { Principal: '*' })
  const guarded = member({ root: rcp(outsiders) })

  const decide = (principal: Principal, action: string, resource: RequestResource): string => {
    const { decision, blockedBy } = evaluate(request(principal, action, resource))
    return blockedBy.length === 0 ? decision : `${decision} by ${blockedBy.join()}`
  }
  const denied = 'ExplicitlyDenied by rcp'
  const open = (membership: Membership): RequestResource => bucket(allow('s3:*', { Principal: '*' }), { membership })

  /** Organizations User Guide, "Resource control policies": for any principal, inside or outside, root users too. */
  test.each<[string, Principal]>([
    ['a user of the account', user(full)],
    ['the root user', rootUser()],
    ['a principal of another account', user({ ...full, account: there })],
    ['a service', service('cloudtrail.amazonaws.com')],
    ['anybody unsigned', anonymous],
  ])('bind %s', (_, principal) => {
    expect(decide(principal, 's3:GetObject', open(guarded))).toBe(denied)
    expect(decide(principal, 's3:GetObject', open(member({ unit: rcp(outsiders) })))).toBe(denied)
    expect(decide(principal, 's3:GetObject', open(member({ account: rcp(outsiders) })))).toBe(denied)
    expect(decide(principal, 's3:GetObject', open(member({ root: rcp(outsiders) }, { isManagement: true })))).toBe(
      'Allowed',
    )
  })

  test('only limit the services of their list', () => {
    expect(
      decide(user(full), 'sns:Publish', { arn: `arn:aws:sns:eu-west-1:${here}:t`, account: here, membership: guarded }),
    ).toBe('Allowed')
    expect(
      decide(user(full), 'iam:GetRole', { arn: `arn:aws:iam::${here}:role/r`, account: here, membership: guarded }),
    ).toBe('Allowed')
  })

  test('spare service-linked roles, RetireGrant and the keys that AWS manages', () => {
    const account = allow('kms:*', { Principal: { AWS: here } })
    const linked = roleSession({ ...full, isServiceLinked: true })
    expect(decide(linked, 's3:GetObject', open(guarded))).toBe('Allowed')
    expect(decide(user(full), 'kms:Decrypt', key(account, { membership: guarded }))).toBe(denied)
    expect(decide(user(full), 'kms:RetireGrant', key(account, { membership: guarded }))).toBe('Allowed')
    expect(decide(user(full), 'kms:Decrypt', key(account, { membership: guarded, isAwsManagedKey: true }))).toBe(
      'Allowed',
    )
  })

  test('let a service assume the role that is linked to it, and no other role', () => {
    const name = 'backup.amazonaws.com'
    const linked = {
      arn: `arn:aws:iam::${here}:role/aws-service-role/${name}/AWSServiceRoleForBackup`,
      membership: guarded,
    }
    expect(decide(service(name), 'sts:AssumeRole', role(trust({ Service: name }), linked))).toBe('Allowed')
    expect(decide(service(name), 'sts:AssumeRole', role(trust({ Service: name }), { membership: guarded }))).toBe(
      denied,
    )
  })

  /** A federated caller has no organization: `StringNotEquals` on its id holds. */
  test('of the caller limit actions that have no resource', () => {
    const everything: RequestResource = { arn: '*', account: undefined }
    const caller = (membership: Membership) => user({ ...full, membership })
    const perimeter = member({ unit: rcp(deny('*', { Action: 's3:*', Principal: '*' })) })
    const decide = (principal: Principal) => evaluate(request(principal, 's3:ListAllMyBuckets', everything)).decision
    expect(decide(caller(perimeter))).toBe('ExplicitlyDenied')
    expect(decide(caller(member()))).toBe('Allowed')
    expect(decide(caller({ ...perimeter, isManagement: true }))).toBe('Allowed')
    const elsewhere = { arn: '*', account: there }
    expect(evaluate(request(caller(perimeter), 'sqs:ListQueues', elsewhere)).blockedBy).not.toContain('rcp')
    const bare = { arn: 'arn:aws:s3:::nobodys', account: undefined }
    expect(evaluate(request(caller(perimeter), 's3:ListBucket', bare)).decision).toBe('Allowed')
  })

  test('of an organization shut federated logins out', () => {
    const provider = `arn:aws:iam::${here}:oidc-provider/token.actions.githubusercontent.com`
    const inside = deny('sts:*', { Principal: '*', Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-acme' } } })
    const target = role(trust({ Federated: provider }, { Action: 'sts:AssumeRoleWithWebIdentity' }), {
      membership: member({ root: rcp(inside) }),
    })
    expect(decide(webIdentity(provider), 'sts:AssumeRoleWithWebIdentity', target)).toBe(denied)
  })

  test('only deny, and only whom they name', () => {
    const only = member({ root: rcp(allow('ec2:*', { Principal: '*' }), deny('s3:*', { Principal: { AWS: there } })) })
    expect(decide(user(full), 's3:GetObject', open(only))).toBe('Allowed')
    expect(decide(user({ ...full, account: there }), 's3:GetObject', open(only))).toBe(denied)
  })

  test('may leave out the principal', () => {
    expect(decide(user(full), 's3:GetObject', open(member({ root: rcp(deny('s3:*')) })))).toBe(denied)
  })
})
