import { describe, expect, test } from 'vitest'
import { globMatches } from '#src/policy/glob.ts'
import { agree, canBeIssued, claimOf, isPublicClaim, isPublicIssuer, obtainable } from '#src/policy/public-issuers.ts'

const github = 'token.actions.githubusercontent.com'

test.each([
  [github, true],
  ['Token.Actions.GitHubUserContent.com', true],
  ['gitlab.com', true],
  ['app.terraform.io', true],
  ['cognito-identity.amazonaws.com', true],
  ['gitlab.acme.example', false],
  ['oidc.eks.us-east-1.amazonaws.com/id/A5', false],
  ['token.actions.githubusercontent.com/acme', false],
  ['constructor', false],
])('anybody can be a customer of %s: %s', (issuer, expected) => {
  expect(isPublicIssuer(issuer)).toBe(expected)
})

test.each([
  [`${github}:sub`, { issuer: github, claim: 'sub' }],
  ['Accounts.Google.com:AUD', { issuer: 'accounts.google.com', claim: 'aud' }],
  ['oidc.eks.us-east-1.amazonaws.com/id/A5:sub', { issuer: 'oidc.eks.us-east-1.amazonaws.com/id/a5', claim: 'sub' }],
  [
    'accounts.google.com:google/organization_number',
    { issuer: 'accounts.google.com', claim: 'google/organization_number' },
  ],
  ['aws:SourceIp', undefined],
  ['s3:x-amz-acl', undefined],
  ['codebuild:environment.image', undefined],
  ['aws:RequestTag/a.b:c', undefined],
  ['nocolon.com', undefined],
  ['', undefined],
])('%s is a claim: %j', (key, expected) => {
  expect(claimOf(key)).toEqual(expected)
})

describe('a subject that any customer can have', () => {
  const first = (issuer: string, ...patterns: string[]): string | undefined =>
    obtainable(`${issuer}:sub`, patterns).find((value) => patterns.every((pattern) => globMatches(pattern, value)))

  test.each<[string, string, string | undefined]>([
    [github, '*', 'repo:trustwalk/trustwalk:ref:refs/heads/main'],
    [github, 'repo:*', 'repo:trustwalk/trustwalk:ref:refs/heads/main'],
    [github, 'repo:*:environment:prod', 'repo:trustwalk/a:environment:prod'],
    [github, 'repo:*/deploy:*', 'repo:trustwalk/deploy:pull_request'],
    [github, '*:pull_request', 'repo:trustwalk/trustwalk:pull_request'],
    [github, 'repo:acme*', 'repo:acmetrustwalk/a:pull_request'],
    [github, 'repo:acme/*', undefined],
    [github, 'repo:acme/app:*', undefined],
    [github, '*acme/app*', 'repo:trustwalk/a:environment:acme/app'],
    [github, 'repo:trustwalk/*', undefined],
    [github, 'repo:trustwalk*/*', 'repo:trustwalktrustwalk2/a:pull_request'],
    [github, 'repository_owner:acme:*', undefined],
    [
      'gitlab.com',
      'project_path:*:ref_type:branch:ref:main',
      'project_path:trustwalk/trustwalk:ref_type:branch:ref:main',
    ],
    ['gitlab.com', 'project_path:acme/*', undefined],
    [
      'app.terraform.io',
      'organization:*:run_phase:apply',
      'organization:trustwalk:project:trustwalk:workspace:trustwalk:run_phase:apply',
    ],
    ['app.terraform.io', 'organization:acme:*', undefined],
    ['oidc.codefresh.io', 'account:*:pipeline:*', 'account:trustwalk:pipeline:trustwalk'],
    ['oidc.codefresh.io', 'account:64f*', undefined],
    ['cognito-identity.amazonaws.com', 'eu-west-1:*', 'eu-west-1:trustwalk'],
    ['login.acme.example', '*', undefined],
  ])('of %s, as %s asks', (issuer, pattern, expected) => {
    const found = first(issuer, pattern)
    if (expected === undefined) expect(found).toBeUndefined()
    else {
      expect(obtainable(`${issuer}:sub`, [pattern])).toContain(found)
      expect(globMatches(pattern, found!)).toBe(true)
    }
  })

  test('two patterns must leave the owner open together', () => {
    expect(first(github, 'repo:acme*', '*/deploy:*')).toMatch(/^repo:acme[a-z0-9-]*trustwalk[^/]*\/deploy:/)
    expect(first(github, 'repo:acme*', 'repo:*me/*')).toMatch(/^repo:acme[a-z0-9-]*trustwalk[^/]*\/.*me\//)
    expect(first(github, 'repo:acme*', 'repo:acme/*')).toBeUndefined()
  })
})

test.each([
  [`${github}:sub`, 'repo:acme/app:ref:refs/heads/main', true],
  [`${github}:sub`, 'repo:*', false],
  [`${github}:sub`, 'repo:acme/ap?', false],
  [`${github}:aud`, '*', true],
  ['oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub', 'system:serviceaccount:*:*', false],
  ['oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC:sub', 'system:serviceaccount:*:*', false],
  ['login.acme.example:sub', '*', true],
  ['sts:ExternalId', '*', true],
])('%s can be %s: %s', (key, value, expected) => {
  expect(canBeIssued(key, value)).toBe(expected)
})

test.each<[Record<string, string | undefined>, boolean, string]>([
  [{ sub: 'repo:a/b:pull_request', repository: 'a/b' }, true, 'one repository'],
  [{ sub: 'repo:a/b:pull_request', repository: 'a/c' }, false, 'another of the same owner'],
  [{ sub: 'repo:a/b:pull_request', repository: 'c/b' }, false, 'another owner'],
  [{ repository: 'a/b', actor: 'c' }, false, 'the actor is taken to be the owner'],
  [{ sub: 'repo:a/b:ref:refs/heads/main', ref: 'refs/heads/main' }, true, 'one branch'],
  [{ sub: 'repo:a/b:ref:refs/heads/main', ref: 'refs/heads/dev' }, false, 'another branch'],
  [{ sub: 'repo:a/b:environment:prod', ref: 'refs/heads/dev' }, true, 'the subject does not tell the branch'],
  [{ sub: 'repo:a/b:environment:prod', environment: 'prod' }, true, 'one environment'],
  [{ sub: 'repo:a/b:pull_request', environment: 'prod' }, false, 'the subject would tell the environment'],
  [{ sub: 'repo:a/b:pull_request', environment: undefined }, true, 'no environment'],
  [{ sub: 'repo:a/b:pull_request', aud: 'x', workflow: 'y' }, true, 'free claims'],
])('%j agree: %s: %s', (claims, expected) => {
  expect(agree(new Map(Object.entries(claims).map(([claim, value]) => [`${github}:${claim}`, value])))).toBe(expected)
})

test('claims of two issuers need not agree', () => {
  expect(
    agree(
      new Map([
        [`${github}:repository`, 'a/b'],
        ['gitlab.com:user_login', 'c'],
      ]),
    ),
  ).toBe(true)
})

test('only claims that are listed are a customer’s', () => {
  expect(isPublicClaim(`${github}:SUB`)).toBe(true)
  expect(isPublicClaim(`${github}:enterprise_id`)).toBe(false)
  expect(isPublicClaim('login.acme.example:sub')).toBe(false)
})
