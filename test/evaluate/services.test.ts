import { describe, expect, test } from 'vitest'
import { evaluate, permits } from '#src/evaluate/evaluate.ts'
import type { KmsGrant, Principal, RequestResource } from '#src/evaluate/request.ts'
import { atomsOf, conflictKey, type Formula, gap, gapKey, not } from '#src/policy/formula.ts'
import {
  allow,
  anonymous,
  boundary,
  brokenPolicy,
  bucket,
  deny,
  here,
  identity,
  key,
  member,
  policyOf,
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

const full = identity(allow('*'))
const nobody = deny('*')

function decide(principal: Principal, action: string, resource: RequestResource): string {
  const { decision, blockedBy } = evaluate(request(principal, action, resource))
  return blockedBy.length === 0 ? decision : `${decision} by ${blockedBy.join()}`
}

describe("sessions that are no role's", () => {
  /** STS API, "GetFederationToken": tags need sts:TagSession as well, on the session; no trust policy is asked. */
  test.each<[string, string, string]>([
    ['sts:TagSession', `arn:aws:sts::${here}:federated-user/batch`, 'Allowed'],
    ['sts:SetSourceIdentity', '*', 'Allowed'],
    ['sts:TagSession', `arn:aws:iam::${here}:role/target`, 'ImplicitlyDenied by trust'],
    ['sts:AssumeRole', '*', 'ImplicitlyDenied by trust'],
    ['other:AssumeRole', '*', 'Allowed'],
  ])('%s on %s: %s', (action, arn, expected) => {
    expect(decide(user(full), action, { arn, account: here })).toBe(expected)
  })
})

describe('role assumption', () => {
  const alice = { AWS: `arn:aws:iam::${here}:user/alice` }
  const reader = { AWS: `arn:aws:iam::${here}:role/team/reader` }

  /** STS API, "AssumeRole"; IAM User Guide, "Update a role trust policy". */
  test.each<[string, Principal, unknown, string]>([
    ['a user that the trust names', user(), alice, 'Allowed'],
    ['a user whose account the trust names', user(), { AWS: here }, 'ImplicitlyDenied by identity'],
    ['the same with an identity policy', user(full), { AWS: here }, 'Allowed'],
    ['an administrator whom the trust does not name', user(full), { AWS: there }, 'ImplicitlyDenied by trust'],
    ['somebody without anything', user(), { AWS: there }, 'ImplicitlyDenied by trust'],
    ['everybody', user(), '*', 'Allowed'],
    ['a session whose role the trust names', roleSession(), reader, 'Allowed'],
    ['the same with a boundary', roleSession(boundary(allow('s3:*'))), reader, 'ImplicitlyDenied by boundary'],
    ['the same with a session policy', roleSession(session(allow('s3:*'))), reader, 'ImplicitlyDenied by session'],
    [
      'from elsewhere, without identity policy',
      user({ account: there }),
      { AWS: there },
      'ImplicitlyDenied by identity',
    ],
    ['from elsewhere, with it', user({ account: there, ...full }), { AWS: there }, 'Allowed'],
    ['from elsewhere, neither', user({ account: there }), { AWS: here }, 'ImplicitlyDenied by trust,identity'],
    ['a service', service('ec2.amazonaws.com'), { Service: 'ec2.amazonaws.com' }, 'Allowed'],
    ['another service', service('ec2.amazonaws.com'), { Service: 'lambda.amazonaws.com' }, 'ImplicitlyDenied by trust'],
    ['the root user of the account', rootUser(), { AWS: here }, 'Allowed'],
    ['the root user, not named', rootUser(), { AWS: there }, 'ImplicitlyDenied by trust'],
  ])('%s: %#', (_, principal, named, expected) => {
    expect(decide(principal, 'sts:AssumeRole', role(trust(named)))).toBe(expected)
  })

  test('a role without a trust policy lets nobody in', () => {
    const { policy: _, ...bare } = role(trust('*'))
    expect(decide(user(full), 'sts:AssumeRole', bare)).toBe('ImplicitlyDenied by trust')
  })

  /** Only since the trust policy says so: AWS security blog, "Announcing an update to IAM role trust policy behavior". */
  test('a role does not trust itself', () => {
    const self = role(trust({ Service: 'ec2.amazonaws.com' }), { arn: `arn:aws:iam::${here}:role/team/reader` })
    expect(decide(roleSession(full), 'sts:AssumeRole', self)).toBe('ImplicitlyDenied by trust')
  })

  test('the trust policy decides session tags, source identity and context as well', () => {
    const target = role(trust(alice, { Action: ['sts:AssumeRole', 'sts:TagSession'] }))
    expect(decide(user(), 'sts:TagSession', target)).toBe('Allowed')
    expect(decide(user(full), 'sts:SetSourceIdentity', target)).toBe('ImplicitlyDenied by trust')
    expect(decide(user(full), 'sts:SetContext', target)).toBe('ImplicitlyDenied by trust')
  })

  /** Two pages of AWS disagree: the boundary of a user whom the trust policy names. */
  test('the boundary of a user that the trust names is a conflict', () => {
    const limited = user(boundary(allow('s3:*')))
    const formula = permits(request(limited, 'sts:AssumeRole', role(trust(alice))))
    expect(atomsOf(formula).map(({ key }) => key)).toEqual([conflictKey])
    expect(decide(limited, 'sts:AssumeRole', role(trust(alice)))).toBe('Conditional')
    expect(decide(user(boundary(allow('sts:*'))), 'sts:AssumeRole', role(trust(alice)))).toBe('Allowed')
    expect(decide(limited, 'sts:AssumeRole', role(trust('*')))).toBe('Allowed')
    const bySession = trust({ AWS: `arn:aws:sts::${here}:assumed-role/reader/s1` })
    expect(decide(roleSession(boundary(allow('s3:*'))), 'sts:AssumeRole', role(bySession))).toBe('Allowed')
    expect(decide(limited, 's3:GetObject', bucket(allow('s3:*', { Principal: alice })))).toBe('Allowed')
  })

  const github = `arn:aws:iam::${here}:oidc-provider/token.actions.githubusercontent.com`
  const foreign = github.replace(here, there)
  const byToken = (provider: string): RequestResource =>
    role(trust({ Federated: provider }, { Action: 'sts:AssumeRoleWithWebIdentity' }))

  /** IAM User Guide, "AWS JSON policy elements: Principal": a provider is of the role's account, or built in. */
  test.each<[string, string, RequestResource, string]>([
    ['its provider', github, byToken(github), 'Allowed'],
    ['another provider', github, byToken('accounts.google.com'), 'ImplicitlyDenied by trust'],
    ['everybody', github, role(trust('*', { Action: 'sts:AssumeRoleWithWebIdentity' })), 'Allowed'],
    ['a built-in provider', 'accounts.google.com', byToken('accounts.google.com'), 'Allowed'],
    ['another that is built in', 'www.amazon.com', byToken('www.amazon.com'), 'Allowed'],
    ['a third', 'graph.facebook.com', byToken('graph.facebook.com'), 'Allowed'],
    ['a fourth', 'cognito-identity.amazonaws.com', byToken('cognito-identity.amazonaws.com'), 'Allowed'],
    ['a provider of another account', foreign, byToken(foreign), 'ImplicitlyDenied by trust'],
    ['a provider by the account in the ARN', github, { ...byToken(github), account: undefined }, 'Allowed'],
  ])('a web identity of %s', (_, provider, target, expected) => {
    expect(decide(webIdentity(provider), 'sts:AssumeRoleWithWebIdentity', target)).toBe(expected)
  })

  test('a SAML provider', () => {
    const provider = `arn:aws:iam::${here}:saml-provider/Okta`
    const target = role(trust({ Federated: provider }, { Action: 'sts:AssumeRoleWithSAML' }))
    const caller = { ...webIdentity(provider), kind: 'SAML' } as const
    expect(decide(caller, 'sts:AssumeRoleWithSAML', target)).toBe('Allowed')
    expect(decide(caller, 'sts:AssumeRoleWithSAML', role(trust({ Federated: github })))).toBe(
      'ImplicitlyDenied by trust',
    )
  })

  test('a federated caller can only call what federated callers call', () => {
    const target = role(trust({ Federated: github }, { Action: 'sts:*' }))
    expect(decide(webIdentity(github), 'sts:AssumeRole', target)).toBe('ImplicitlyDenied by trust')
    expect(decide(webIdentity(github), 's3:GetObject', bucket(allow('*', { Principal: '*' })))).toBe(
      'ImplicitlyDenied by resource',
    )
  })

  /** IAM User Guide, "Perform a privileged task on an AWS Organizations member account". */
  test('central root sessions are for the management account and a delegated administrator', () => {
    const target = { arn: `arn:aws:iam::${here}:root`, account: here, membership: member() }
    const from = (more: Partial<Principal>): Principal => user({ account: there, ...full, ...more })
    const management = member({}, { isManagement: true })
    expect(decide(from({ membership: management }), 'sts:AssumeRoot', target)).toBe('Allowed')
    expect(decide(from({ membership: management, ...identity() }), 'sts:AssumeRoot', target)).toBe(
      'ImplicitlyDenied by identity',
    )
    const delegated = permits(request(from({ membership: member() }), 'sts:AssumeRoot', target))
    expect(atomsOf(delegated).map(({ key }) => key)).toEqual([gapKey])
    expect(decide(from({ membership: member({}, { organizationId: 'o-2' }) }), 'sts:AssumeRoot', target)).toMatch(
      /^Implicit/,
    )
    expect(decide(from({}), 'sts:AssumeRoot', target)).toBe('ImplicitlyDenied by resource')
    expect(decide({ ...rootUser(there), membership: management }, 'sts:AssumeRoot', target)).toMatch(/^Implicit/)
  })
})

describe('IAM', () => {
  const target = { ...role(trust('*')), arn: `arn:aws:iam::${here}:role/target` }

  /** IAM User Guide, "Grant a user permissions to pass a role": same account only, and no business of the trust policy. */
  test('PassRole is decided by identity policies of the same account', () => {
    expect(decide(user(identity(allow('iam:PassRole'))), 'iam:PassRole', target)).toBe('Allowed')
    expect(decide(user(), 'iam:PassRole', target)).toBe('ImplicitlyDenied by identity')
    expect(decide(user({ ...full, account: there }), 'iam:PassRole', target)).toBe('ImplicitlyDenied by resource')
    expect(decide(user(full), 'iam:PassRole', role(deny('*', { Principal: '*', Resource: undefined })))).toBe('Allowed')
  })

  test('its resources cannot be reached from another account', () => {
    const alice = { arn: `arn:aws:iam::${here}:user/alice`, account: here }
    expect(decide(user({ ...full, account: there }), 'iam:CreateAccessKey', alice)).toBe('ImplicitlyDenied by resource')
    expect(decide(user({ ...full, account: there }), 'iam:CreateAccessKey', { ...alice, account: undefined })).toBe(
      'ImplicitlyDenied by resource',
    )
    expect(decide(user(full), 'iam:ListUsers', { arn: '*', account: undefined })).toBe('Allowed')
  })
})

describe('KMS', () => {
  const forAccount = allow('kms:*', { Principal: { AWS: `arn:aws:iam::${here}:root` } })
  const forThere = allow('kms:*', { Principal: { AWS: there } })
  const crypto = { AWS: `arn:aws:iam::${here}:role/team/reader` }
  const cryptographic = `Decrypt DeriveSharedSecret Encrypt GenerateDataKey GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign Verify
    VerifyMac`.split(/\s+/)
  const forGrants =
    `CreateGrant DescribeKey GetKeyRotationStatus GetPublicKey ListGrants RetireGrant RevokeGrant`.split(' ')

  /** KMS Developer Guide, "Default key policy": without the account in the key policy no identity policy counts. */
  test.each<[string, Principal, object, string]>([
    ['account and identity', user(full), forAccount, 'Allowed'],
    ['account alone', user(), forAccount, 'ImplicitlyDenied by identity'],
    ['identity alone', user(full), allow('kms:*', { Principal: crypto }), 'ImplicitlyDenied by kms-key-policy'],
    ['the role by name', roleSession(), allow('kms:Decrypt', { Principal: crypto }), 'Allowed'],
    [
      'the role by name, with a boundary',
      roleSession(boundary(allow('s3:*'))),
      allow('kms:*', { Principal: crypto }),
      'ImplicitlyDenied by boundary',
    ],
    [
      'a denial of the identity',
      user(identity(nobody)),
      allow('kms:*', { Principal: '*' }),
      'ExplicitlyDenied by identity',
    ],
    ['the root user by the account', rootUser(), forAccount, 'Allowed'],
    ['the root user, not named', rootUser(), forThere, 'ImplicitlyDenied by kms-key-policy'],
    [
      'a service',
      service('s3.amazonaws.com'),
      allow('kms:*', { Principal: { Service: 's3.amazonaws.com' } }),
      'Allowed',
    ],
  ])('%s', (_, principal, statement, expected) => {
    expect(decide(principal, 'kms:Decrypt', key(statement))).toBe(expected)
  })

  /** KMS Developer Guide, "Allowing users in other accounts to use a KMS key". */
  test('only some actions work across accounts', () => {
    const outside = user({ ...full, account: there })
    for (const action of [...cryptographic, ...forGrants]) {
      expect(decide(outside, `kms:${action}`, key(forThere))).toBe('Allowed')
    }
    for (const action of ['PutKeyPolicy', 'ScheduleKeyDeletion', 'EnableKey', 'TagResource']) {
      expect(decide(outside, `kms:${action}`, key(forThere))).toBe('ImplicitlyDenied by kms-key-policy')
    }
    expect(decide(user({ account: there }), 'kms:Decrypt', key(forThere))).toBe('ImplicitlyDenied by identity')
    expect(decide(outside, 'kms:Decrypt', key(forAccount))).toBe('ImplicitlyDenied by kms-key-policy')
  })

  test('a key that AWS manages serves its own account alone', () => {
    const everybody = key(allow('kms:*', { Principal: '*' }), { isAwsManagedKey: true })
    expect(decide(user(), 'kms:Decrypt', everybody)).toBe('Allowed')
    expect(decide(user({ ...full, account: there }), 'kms:Decrypt', everybody)).toBe(
      'ImplicitlyDenied by kms-key-policy',
    )
    expect(decide(service('s3.amazonaws.com'), 'kms:Decrypt', everybody)).toBe('Allowed')
  })

  test('a disabled key decrypts for nobody, and can be enabled', () => {
    const disabled = key(forAccount, { isDisabledKey: true })
    for (const action of cryptographic) {
      expect(decide(user(full), `kms:${action}`, disabled)).toBe('ImplicitlyDenied by kms-key-policy')
    }
    for (const action of [...forGrants, 'EnableKey'])
      expect(decide(user(full), `kms:${action}`, disabled)).toBe('Allowed')
  })

  /** KMS Developer Guide, "Grants in AWS KMS". */
  test.each<[string, Principal, object, string]>([
    ['a role', roleSession(), { granteePrincipal: crypto.AWS }, 'Allowed'],
    ['a role with a boundary', roleSession(boundary(allow('s3:*'))), { granteePrincipal: crypto.AWS }, 'Allowed'],
    [
      'a role that a policy denies',
      roleSession(identity(nobody)),
      { granteePrincipal: crypto.AWS },
      'ExplicitlyDenied by identity',
    ],
    ['somebody else', user(), { granteePrincipal: crypto.AWS }, 'ImplicitlyDenied by identity'],
    [
      'another operation',
      roleSession(),
      { granteePrincipal: crypto.AWS, operations: ['Encrypt'] },
      'ImplicitlyDenied by identity',
    ],
    ['an account, to a user of it', user(), { granteePrincipal: here }, 'ImplicitlyDenied by identity'],
    ['an account, to its root user', rootUser(), { granteePrincipal: here }, 'Allowed'],
    ['with constraints', roleSession(), { granteePrincipal: crypto.AWS, isConstrained: true }, 'Conditional'],
    ['a star', roleSession(), { granteePrincipal: '*' }, 'ImplicitlyDenied by identity'],
    ['a service', service('rds.amazonaws.com'), { granteePrincipal: 'rds.amazonaws.com' }, 'Allowed'],
  ])('a grant to %s', (_, principal, grant, expected) => {
    const kmsGrants = [{ operations: ['Decrypt'], granteePrincipal: '', ...grant }]
    expect(decide(principal, 'kms:Decrypt', key(forAccount, { kmsGrants }))).toBe(
      expected === 'ImplicitlyDenied by identity' && principal.kind === 'AWSService' ? '' : expected,
    )
  })

  test('one of several grants is enough', () => {
    const grant = (granteePrincipal: string): KmsGrant => ({ operations: ['Decrypt'], granteePrincipal })
    const kmsGrants = [grant(there), grant(crypto.AWS), grant(here)]
    expect(decide(roleSession(), 'kms:Decrypt', key(forAccount, { kmsGrants }))).toBe('Allowed')
  })

  test('a grant works across accounts', () => {
    const kmsGrants = [{ operations: ['Decrypt'], granteePrincipal: `arn:aws:iam::${there}:user/alice` }]
    expect(decide(user({ account: there }), 'kms:Decrypt', key(forAccount, { kmsGrants }))).toBe('Allowed')
    const membership = member({ root: scp(deny('kms:*')) })
    expect(decide(user({ account: there, membership }), 'kms:Decrypt', key(forAccount, { kmsGrants }))).toBe(
      'ExplicitlyDenied by scp',
    )
  })

  test('what is no key has no key policy', () => {
    const alias = { arn: `arn:aws:kms:eu-west-1:${here}:alias/a`, account: here }
    expect(decide(user(full), 'kms:CreateAlias', alias)).toBe('Allowed')
    expect(decide(user(full), 'kms:ListKeys', { arn: '*', account: here })).toBe('Allowed')
  })
})

describe('S3', () => {
  /** S3 API, "DeleteBucketPolicy". */
  test('the root user of the owner can always repair a bucket policy', () => {
    const locked = bucket(deny('s3:*', { Principal: '*' }))
    for (const action of ['GetBucketPolicy', 'PutBucketPolicy', 'DeleteBucketPolicy']) {
      expect(decide(rootUser(), `s3:${action}`, locked)).toBe('Allowed')
      expect(decide(user(full), `s3:${action}`, locked)).toBe('ExplicitlyDenied by resource')
    }
    expect(decide(rootUser(), 's3:DeleteBucket', locked)).toBe('ExplicitlyDenied by resource')
    expect(decide(rootUser(there), 's3:GetBucketPolicy', locked)).toBe('ExplicitlyDenied by resource')
    const membership = member({ root: scp(deny('s3:*')) })
    expect(decide({ ...rootUser(), membership }, 's3:PutBucketPolicy', locked)).toBe('ExplicitlyDenied by scp')
  })

  const restricted = (...statements: readonly object[]): RequestResource =>
    bucket(statements, { restrictPublicBuckets: true })
  const open = allow('s3:GetObject', { Principal: '*' })
  const partner = allow('s3:GetObject', { Principal: { AWS: there } })
  const outside = user({ ...full, account: there })

  /** S3 User Guide, "Blocking public access to your Amazon S3 storage". */
  test('with a public policy only the owner and services get at the bucket', () => {
    expect(decide(anonymous, 's3:GetObject', restricted(open))).toBe('ExplicitlyDenied by s3-bpa')
    expect(decide(outside, 's3:GetObject', restricted(open))).toBe('ExplicitlyDenied by s3-bpa')
    expect(decide(outside, 's3:GetObject', restricted(open, partner))).toBe('ExplicitlyDenied by s3-bpa')
    expect(decide(outside, 's3:GetObject', restricted(partner))).toBe('Allowed')
    expect(decide(user(), 's3:GetObject', restricted(open))).toBe('Allowed')
    expect(decide(service('logging.s3.amazonaws.com'), 's3:GetObject', restricted(open))).toBe('Allowed')
    expect(decide(outside, 's3:GetObject', bucket(open))).toBe('Allowed')
    expect(decide(outside, 's3:GetObject', bucket(undefined, { restrictPublicBuckets: true }))).toBe(
      'ImplicitlyDenied by resource',
    )
    expect(
      decide(anonymous, 'sqs:SendMessage', {
        ...restricted(allow('sqs:*', { Principal: '*' })),
        arn: `arn:aws:sqs:eu-west-1:${here}:q`,
      }),
    ).toBe('Allowed')
  })

  /** The same page, "The meaning of public": fixed values of certain keys. */
  test.each<[string, object, boolean]>([
    ['no condition', {}, true],
    ['one organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, false],
    ['if it has one', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }, true],
    ['another organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }, true],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, true],
    ['no value', { StringEquals: { 'aws:PrincipalOrgID': [] } }, true],
    ['a variable', { StringEquals: { 'aws:SourceVpc': '${aws:username}' } }, true],
    ['a VPC', { StringEquals: { 'AWS:SourceVpc': 'vpc-1' } }, false],
    ['a VPC endpoint', { StringLike: { 'aws:SourceVpce': 'vpce-1' } }, false],
    ['an account', { StringEquals: { 'aws:SourceAccount': [here, there] } }, false],
    ['one fixed and one not', { StringLike: { 'aws:SourceAccount': [here, '*'] } }, true],
    ['the owner of a source', { StringEquals: { 'aws:SourceOwner': here } }, false],
    ['a principal', { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${there}:role/r` } }, false],
    ['an account of principals', { StringEqualsIgnoreCase: { 'aws:PrincipalAccount': there } }, false],
    ['a key of objects', { StringEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'k' } }, false],
    ['an account of access points', { StringEquals: { 's3:DataAccessPointAccount': there } }, false],
    ['an ARN', { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:eu-west-1:1:t' } }, false],
    ['a pattern of ARNs', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } }, true],
    ['a narrow range', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, false],
    ['a broad range', { IpAddress: { 'aws:SourceIp': '10.0.0.0/7' } }, true],
    ['a narrow range of IPv6', { IpAddress: { 'aws:SourceIp': '2001:db8::/32' } }, false],
    ['a broad range of IPv6', { IpAddress: { 'aws:SourceIp': '2001::/16' } }, true],
    ['no range', { IpAddress: { 'aws:SourceIp': 'anywhere' } }, true],
    ['all but a range', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, true],
    ['every session of one role', { StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } }, false],
    ['every user id', { StringLike: { 'aws:userid': '*' } }, true],
    [
      'access points of one account',
      { ArnLike: { 's3:DataAccessPointArn': `arn:aws:s3:eu-west-1:${here}:accesspoint/*` } },
      false,
    ],
    [
      'access points of any account',
      { ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:eu-west-1:*:accesspoint/*' } },
      true,
    ],
    ['what is no access point', { StringEquals: { 's3:DataAccessPointArn': 'x' } }, true],
    ['a key that fixes nothing', { StringEquals: { 'aws:UserAgent': 'x' } }, true],
    ['only TLS', { Bool: { 'aws:SecureTransport': 'true' } }, true],
  ])('a grant to everybody with %s', (_, Condition, isPublic) => {
    const policy = restricted(allow('s3:PutObject', { Principal: '*', Condition }), partner)
    expect(decide(outside, 's3:GetObject', policy)).toBe(isPublic ? 'ExplicitlyDenied by s3-bpa' : 'Allowed')
  })

  test('denials make no policy public, and what cannot be read may', () => {
    expect(decide(outside, 's3:GetObject', restricted(partner, deny('s3:PutObject', { Principal: '*' })))).toBe(
      'Allowed',
    )
    const unreadable = bucket(undefined, { policy: brokenPolicy('resource'), restrictPublicBuckets: true })
    const gaps = atomsOf(permits(request(outside, 's3:GetObject', unreadable)))
    expect(gaps.map(({ values: [what] }) => what)).toContainEqual(expect.stringContaining('(public)'))
  })

  /** S3 User Guide, "Finding the canonical user ID for your AWS account": which account it is nobody can tell. */
  test('a canonical user may be anybody of another account', () => {
    const canonical = { Principal: { CanonicalUser: 'abc' } }
    const residual = (principal: Principal, statement: object): Formula =>
      permits(request(principal, 's3:GetObject', bucket([partner, statement])))
    const account = 'account behind the canonical user of Statement[1]'
    expect(residual(outside, deny('s3:*', canonical))).toEqual(not(gap(`${account} (deny)`)))
    expect(residual(user({ ...full, account: '777788889999' }), allow('s3:*', canonical))).toEqual(gap(account))
    expect(decide(user(full), 's3:GetObject', bucket(deny('s3:*', canonical)))).toBe('Allowed')
    expect(decide(anonymous, 's3:GetObject', bucket(allow('s3:*', canonical)))).toBe('ImplicitlyDenied by resource')
  })
})

/** AWS PrivateLink Guide, "Control access to VPC endpoints using endpoint policies". */
test.each<[string, Principal, object, string]>([
  ['everybody', user(full), allow('s3:*', { Principal: '*' }), 'Allowed'],
  ['another action', user(full), allow('ec2:*', { Principal: '*' }), 'ImplicitlyDenied by vpce'],
  ['somebody else', user(full), allow('s3:*', { Principal: { AWS: there } }), 'ImplicitlyDenied by vpce'],
  ['nobody', user(full), deny('s3:*', { Principal: '*' }), 'ExplicitlyDenied by vpce'],
  [
    'all but the listed, one of whom has a boundary',
    user({ ...full, ...boundary(allow('*')) }),
    deny('s3:*', { NotPrincipal: { AWS: [here, `arn:aws:iam::${here}:user/alice`] } }),
    'ExplicitlyDenied by vpce',
  ],
  ['all but others', user(full), deny('s3:*', { NotPrincipal: { AWS: there } }), 'ExplicitlyDenied by vpce'],
  [
    'all but this account and user',
    user(full),
    deny('s3:*', { NotPrincipal: { AWS: [here, `arn:aws:iam::${here}:user/alice`] } }),
    'ImplicitlyDenied by vpce',
  ],
  ['everybody, who has no other grant', user(), allow('s3:*', { Principal: '*' }), 'ImplicitlyDenied by identity'],
])('a VPC endpoint policy for %s', (_, principal, statement, expected) => {
  const vpcEndpointPolicy = policyOf('endpoint', statement)
  const { decision, blockedBy } = evaluate({ ...request(principal, 's3:GetObject', bucket()), vpcEndpointPolicy })
  expect(blockedBy.length === 0 ? decision : `${decision} by ${blockedBy.join()}`).toBe(expected)
})
