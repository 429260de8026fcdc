import { type Expected, type ExpectedEntry, entryId } from '../expected.ts'
import * as names from '../names.ts'
import type { Plan, PlannedAccount, PlannedRole } from '../plan.ts'
import { type ConditionJson, rootOf, type StatementJson, trust } from '../policies.ts'
import type { World } from './assume-role.ts'
import { addNonPath } from './non-paths.ts'
import { addPath } from './paths.ts'

/** A role that trusts everybody, given a secret: whoever is in its account reaches it without any policy of theirs. */
export interface PublicRole {
  readonly role: PlannedRole
  readonly externalId: string
  readonly bucket: string
}

const github = 'token.actions.githubusercontent.com'

/** What lets an outsider in, and what only looks as if it did. Returns the roles that trust everybody. */
export function plantExternal(world: World, expected: Expected): PublicRole[] {
  const { plan } = world
  const unguarded = plan.accountsOf('cicd', 'audit')
  const guarded = plan.accountsOf('prod', 'nonprod')
  if (unguarded.length > 0) plantGitHub(plan, expected, unguarded, guarded)
  plantRolesAnywhere(plan, expected)
  plantVendors(plan, expected, unguarded, guarded)
  return plantPublicRoles(plan, expected, unguarded, guarded)
}

function add(expected: Expected, entry: Omit<ExpectedEntry, 'id'>): void {
  expected.external.push({ id: entryId('X', expected.external), ...entry })
}

function plantGitHub(plan: Plan, expected: Expected, unguarded: PlannedAccount[], guarded: PlannedAccount[]): void {
  const { random, company } = plan
  const own = `repo:${company}/${names.workload(random)}`
  const stranger = `repo:evil/tool:ref:refs/heads/main`
  const like = (sub: string): ConditionJson => ({ StringEquals: audience, StringLike: { [`${github}:sub`]: sub } })
  const audience = { [`${github}:aud`]: 'sts.amazonaws.com' }
  const login = (
    condition: ConditionJson,
    verdict: ExpectedEntry['verdict'],
    detail: string,
    more: {
      reachableBy?: string
      example?: string
      blockedBy?: string
      account?: PlannedAccount
      provider?: string
    } = {},
  ) => {
    const account = more.account ?? random.pick(unguarded)
    const provider = more.provider ?? github
    const source = `arn:aws:iam::${account.id}:oidc-provider/${provider}`
    const role = plan.role(account)
    role.trust.push({
      Effect: 'Allow',
      Principal: { Federated: source },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    })
    add(expected, {
      target: role.arn,
      source,
      via: 'sts:AssumeRoleWithWebIdentity',
      reachable: verdict === 'certain',
      verdict,
      blockedBy: verdict === 'certain' ? null : (more.blockedBy ?? 'condition-subject'),
      detail,
      requires: {},
      reachableBy: more.reachableBy ?? null,
      example: { [`${provider}:aud`]: 'sts.amazonaws.com', [`${provider}:sub`]: more.example ?? stranger },
    })
  }
  const anyRepository = { reachableBy: 'any repository' }
  login({ StringEquals: audience }, 'certain', 'the trust policy does not look at the subject', anyRepository)
  login(like('*'), 'certain', 'the subject matches every one', anyRepository)
  login(like(`repo:${company}*`), 'certain', "the pattern lacks the slash that ends the owner's name", {
    reachableBy: `any owner whose name starts with ${company}`,
    example: `repo:${company}-evil/tool:ref:refs/heads/main`,
  })
  login(like('repo:*:ref:refs/heads/main'), 'certain', 'the pattern fixes the branch only', anyRepository)
  login(like(`repo:${company}/*`), 'conditional', "only the organization's own repositories")
  login(like(`${own}:ref:refs/heads/main`), 'conditional', 'one branch of one repository')
  const literal = { StringEquals: { ...audience, [`${github}:sub`]: `${own}:*` } }
  login(literal, 'no', 'StringEquals takes the star literally: nobody gets in')
  const missing = `gitlab.${company}.example`
  login(
    { StringEquals: { [`${missing}:aud`]: 'sts.amazonaws.com' } },
    'no',
    'the account has no such identity provider',
    {
      provider: missing,
      blockedBy: 'provider-missing',
    },
  )
  if (guarded.length > 0) {
    login({ StringEquals: audience }, 'conditional', 'GitHubOnlyOurRepositories denies workflows of other owners', {
      account: random.pick(guarded),
      blockedBy: 'rcp',
    })
  }
}

/** A trust anchor of its own in some account, with a profile for one role and none for another. */
function plantRolesAnywhere(plan: Plan, expected: Expected): void {
  const { random } = plan
  const account = random.pick(plan.ordinary)
  const region = plan.region()
  const base = `arn:aws:rolesanywhere:${region}:${account.id}`
  const id = names.uuid(random)
  const anchor = `${base}:trust-anchor/${id}`
  const statement: StatementJson = {
    ...trust({ Service: 'rolesanywhere.amazonaws.com' }, { ArnEquals: { 'aws:SourceArn': anchor } }),
    Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  }
  const listed = plan.role(account)
  const unlisted = plan.role(account)
  for (const role of [listed, unlisted]) role.trust.push(statement)
  plan.record(account, region, 'rolesanywhere', 'ListTrustAnchors', (response) => {
    const entry = { trustAnchorId: id, trustAnchorArn: anchor, name: 'datacenter', enabled: true }
    response.trustAnchors = [...((response.trustAnchors as unknown[]) ?? []), entry]
  })
  plan.record(account, region, 'rolesanywhere', 'ListProfiles', (response) => {
    const profileId = names.uuid(random)
    const profileArn = `${base}:profile/${profileId}`
    const entry = { profileId, profileArn, name: 'workloads', enabled: true, roleArns: [listed.arn] }
    response.profiles = [...((response.profiles as unknown[]) ?? []), entry]
  })
  const entry = { source: anchor, via: 'rolesanywhere:CreateSession', requires: {} }
  add(expected, {
    ...entry,
    target: listed.arn,
    reachable: true,
    verdict: 'certain',
    blockedBy: null,
    detail: 'a certificate of the trust anchor gets the role through a profile',
  })
  add(expected, {
    ...entry,
    target: unlisted.arn,
    reachable: false,
    verdict: 'no',
    blockedBy: 'no-profile',
    detail: 'no profile lists the role',
  })
}

/** One account outside the organization that a role trusts, given an external id. */
function plantVendors(plan: Plan, expected: Expected, unguarded: PlannedAccount[], guarded: PlannedAccount[]): void {
  for (const accounts of [unguarded, guarded]) {
    if (accounts.length === 0) continue
    const isOpen = accounts === unguarded
    const source = rootOf(plan.outsider())
    const externalId = `vendor-${names.token(plan.random, 8)}`
    const role = plan.role(plan.random.pick(accounts))
    role.trust.push(trust({ AWS: source }, { StringEquals: { 'sts:ExternalId': externalId } }))
    plan.crownJewel(role)
    const requires = { 'sts:ExternalId': externalId }
    add(expected, {
      target: role.arn,
      source,
      via: 'sts:AssumeRole',
      reachable: isOpen,
      verdict: isOpen ? 'conditional' : 'no',
      blockedBy: isOpen ? null : 'rcp',
      detail: "a vendor's account outside the organization",
      requires,
    })
    const hop = { from: source, to: role.arn, via: 'sts:AssumeRole', style: 'external-id', requires }
    if (isOpen) addPath(expected, 'external-principal', [hop])
    else {
      addNonPath(expected, {
        kind: 'external-principal',
        start: source,
        end: role.arn,
        blockedHop: { from: source, to: role.arn, via: 'sts:AssumeRole' },
        blockedBy: 'rcp',
        detail: 'OnlyOurOrganization denies principals of other organizations',
        reachablePrefix: [],
      })
    }
  }
}

function plantPublicRoles(
  plan: Plan,
  expected: Expected,
  unguarded: PlannedAccount[],
  guarded: PlannedAccount[],
): PublicRole[] {
  const planted: PublicRole[] = []
  const everybody = (
    accounts: PlannedAccount[],
    detail: string,
    condition: ConditionJson,
    blockedBy: string | null = null,
  ) => {
    if (accounts.length === 0) return
    const role = plan.role(plan.random.pick(accounts))
    const externalId = `public-${role.name}`
    role.trust.push(trust({ AWS: '*' }, { ...condition, StringEquals: { 'sts:ExternalId': externalId } }))
    planted.push({ role, externalId, bucket: plan.crownJewel(role) })
    add(expected, {
      target: role.arn,
      source: rootOf(plan.outsider()),
      via: 'sts:AssumeRole',
      reachable: blockedBy === null,
      verdict: blockedBy === null ? 'conditional' : 'no',
      blockedBy,
      detail,
      requires: { 'sts:ExternalId': externalId },
    })
  }
  everybody(unguarded, 'the trust policy lets every AWS account in', {})
  everybody(guarded, 'OnlyOurOrganization denies principals of other organizations', {}, 'rcp')
  everybody(unguarded, 'the if-exists condition holds for accounts of no organization', {
    StringEqualsIfExists: { 'aws:PrincipalOrgID': plan.organizationId },
  })
  everybody(unguarded, 'the for-all-values condition holds for accounts of no organization', {
    'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': [`${plan.organizationId}/*`] },
  })
  return planted
}
