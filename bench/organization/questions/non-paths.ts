import { type Expected, entryId } from '../expected.ts'
import * as names from '../names.ts'
import type { AccountKind, PlannedAccount, PlannedRole, Principal } from '../plan.ts'
import { allow, deny, rootOf, type StatementJson, trust } from '../policies.ts'
import { newTarget, openHop, type World } from './assume-role.ts'

interface Block {
  readonly blockedBy: string
  readonly detail: string
  /** Kinds of account that the blocked principal lives in. */
  readonly in?: readonly AccountKind[]
  /** The one account that it lives in. */
  readonly home?: (world: World) => PlannedAccount
  readonly from?: 'user' | 'role'
  /** Where the blocked role lives: anywhere, in the same account, in another one. */
  readonly to?: 'same' | 'other'
  /** How a role must be called for the cause to apply; a number follows. */
  readonly name?: (world: World) => string
  /** Writes both sides so that nothing but the cause stops the hop. */
  write(world: World, from: Principal, target: PlannedRole): void
}

/** Both sides agree. */
function agree({ plan }: World, from: Principal, target: PlannedRole): void {
  target.trust.push(trust({ AWS: plan.random.chance(0.5) ? from.arn : rootOf(from.account.id) }))
  plan.grant(from, allow('sts:AssumeRole', target.arn))
}

/** The identity's side agrees, the trust policy is given. */
const trusts =
  (statement: (world: World, from: Principal) => StatementJson) =>
  (world: World, from: Principal, target: PlannedRole): void => {
    target.trust.push(statement(world, from))
    world.plan.grant(from, allow('sts:AssumeRole', target.arn))
  }

/** The trust policy agrees with the account, the identity's side is given. */
const grants =
  (statement: (target: PlannedRole) => StatementJson) =>
  (world: World, from: Principal, target: PlannedRole): void => {
    target.trust.push(trust({ AWS: rootOf(from.account.id) }))
    world.plan.grant(from, statement(target))
  }

const root = (from: Principal) => ({ AWS: rootOf(from.account.id) })

const blocks: readonly Block[] = [
  {
    blockedBy: 'scp',
    detail: 'DenyNonProdToRestricted denies it to the source',
    in: ['nonprod'],
    name: ({ plan }) => plan.guarded.restricted,
    write: agree,
  },
  {
    blockedBy: 'scp',
    detail: 'DenyAssumeBreakGlass at the root denies it',
    name: ({ plan }) => plan.guarded.breakGlass,
    write: agree,
  },
  {
    blockedBy: 'scp',
    detail: 'SandboxStaysHome denies roles of other accounts',
    in: ['sandbox'],
    to: 'other',
    write: agree,
  },
  { blockedBy: 'scp', detail: 'AllowListExceptions has no sts:AssumeRole', in: ['exceptions'], write: agree },
  {
    blockedBy: 'scp',
    detail: 'GuardSecurity denies it to the audit account',
    in: ['audit'],
    name: ({ hierarchy }) => `guarded-${hierarchy.guardedToken}`,
    write: agree,
  },
  {
    blockedBy: 'scp',
    detail: 'a policy of the account itself denies it',
    home: ({ hierarchy }) => hierarchy.pinnedAccount,
    name: ({ hierarchy }) => `pinned-${hierarchy.guardedToken}`,
    write: agree,
  },
  {
    blockedBy: 'rcp',
    detail: 'ClearedRolesNeedClearance denies it without the tag',
    name: () => 'cleared',
    write: agree,
  },
  {
    blockedBy: 'rcp',
    detail: 'ClearedRolesNeedClearance denies it with another value',
    name: () => 'cleared',
    write(world, from, target) {
      from.tags.clearance = 'none'
      agree(world, from, target)
    },
  },
  {
    blockedBy: 'boundary',
    detail: "the source's permissions boundary leaves sts out by NotAction",
    write(world, from, target) {
      target.trust.push(trust(root(from)))
      world.plan.grant(from, allow('sts:AssumeRole', target.arn))
      world.plan.boundary(from, { Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: '*' })
    },
  },
  {
    blockedBy: 'boundary',
    detail: "the source's permissions boundary names another role",
    write(world, from, target) {
      target.trust.push(trust(root(from)))
      world.plan.grant(from, allow('sts:*', target.arn))
      world.plan.boundary(from, allow('sts:*', `${target.arn}-other`), allow('s3:*', '*'))
    },
  },
  {
    blockedBy: 'boundary',
    detail: "the source's permissions boundary has no sts:AssumeRole",
    write(world, from, target) {
      // A boundary does not limit what a trust policy grants a user of the same account by name.
      target.trust.push(trust(root(from)))
      world.plan.grant(from, allow('sts:AssumeRole', target.arn))
      world.plan.boundary(from, allow(['s3:*', 'logs:*', 'dynamodb:*'], '*'))
    },
  },
  {
    blockedBy: 'boundary',
    detail: "the source's permissions boundary denies sts:AssumeRole",
    write(world, from, target) {
      agree(world, from, target)
      world.plan.boundary(from, allow('*', '*'), deny('sts:AssumeRole', '*'))
    },
  },
  {
    blockedBy: 'identity-deny',
    detail: 'an inline policy of the source denies it',
    write(world, from, target) {
      agree(world, from, target)
      world.plan.grantInline(from, deny('sts:AssumeRole', `arn:aws:iam::${target.account.id}:role/*`))
    },
  },
  {
    blockedBy: 'identity-deny',
    detail: "a group's policy denies it",
    from: 'user',
    write(world, from, target) {
      agree(world, from, target)
      const group = `restricted-${names.token(world.plan.random, 6)}`
      const statements = [deny('sts:*', '*', { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::*:user/${from.name}` } })]
      from.account.groups.push({ name: group, inline: [{ name: 'no-roles', statements }], attached: [] })
      if (from.kind === 'user') from.groups.push(group)
    },
  },
  {
    blockedBy: 'identity-deny',
    detail: 'its own policy denies it without a tag that it does not have',
    write(world, from, target) {
      agree(world, from, target)
      const untagged = { StringNotEquals: { 'aws:PrincipalTag/approved': 'true' } }
      world.plan.grantInline(from, deny('sts:AssumeRole', '*', untagged))
    },
  },
  {
    blockedBy: 'identity-deny',
    detail: 'its own policy denies every role but one',
    write(world, from, target) {
      agree(world, from, target)
      world.plan.grantInline(from, { Effect: 'Deny', Action: 'sts:*', NotResource: `${target.arn}-other` })
    },
  },
  {
    blockedBy: 'trust-deny',
    detail: "the target's trust policy denies everybody but another",
    write(world, from, target) {
      agree(world, from, target)
      const others = { ArnNotEquals: { 'aws:PrincipalArn': `${from.arn}-other` } }
      target.trust.push({ ...trust('*', others), Effect: 'Deny' })
    },
  },
  {
    blockedBy: 'trust-deny',
    detail: "the target's trust policy denies the source",
    write(world, from, target) {
      agree(world, from, target)
      target.trust.push({ ...trust({ AWS: from.arn }), Effect: 'Deny' })
    },
  },
  {
    blockedBy: 'condition-org-id',
    detail: 'the trust policy wants another organization',
    write: trusts((_, from) => trust({ AWS: from.arn }, { StringEquals: { 'aws:PrincipalOrgID': 'o-0123456789' } })),
  },
  {
    blockedBy: 'condition-principal-tag',
    detail: "the source's team tag has another value",
    write(world, from, target) {
      from.tags.team ??= `t-${names.token(world.plan.random, 6)}`
      target.trust.push(
        trust(root(from), { StringEquals: { 'aws:PrincipalTag/team': `t-${names.token(world.plan.random, 7)}` } }),
      )
      world.plan.grant(from, allow('sts:AssumeRole', target.arn))
    },
  },
  {
    blockedBy: 'condition-principal-tag',
    detail: 'the source has no such tag',
    write: trusts((_, from) => trust({ AWS: from.arn }, { StringLike: { 'aws:PrincipalTag/clearance': '*' } })),
  },
  {
    blockedBy: 'condition-resource-tag',
    detail: 'the identity policy wants another tag on the role',
    write(world, from, target) {
      target.tags.purpose = 'mail'
      target.trust.push(trust(root(from)))
      const tagged = { StringEquals: { 'aws:ResourceTag/purpose': 'backup' } }
      world.plan.grant(from, allow('sts:AssumeRole', target.arn, tagged))
    },
  },
  {
    blockedBy: 'condition-principal-type',
    detail: 'the trust policy wants the other kind of principal',
    write: trusts((_, from) =>
      trust(root(from), { StringEquals: { 'aws:PrincipalType': from.kind === 'user' ? 'AssumedRole' : 'User' } }),
    ),
  },
  {
    blockedBy: 'condition-principal-tag',
    detail: 'ForAnyValue and an absent tag: nothing matches',
    write: trusts((_, from) =>
      trust({ AWS: from.arn }, { 'ForAnyValue:StringLike': { 'aws:PrincipalTag/owner': ['*'] } }),
    ),
  },
  {
    blockedBy: 'condition-principal-arn',
    detail: 'the pattern lacks a character',
    write: trusts((_, from) => trust(root(from), { ArnLike: { 'aws:PrincipalArn': `${from.arn}?` } })),
  },
  {
    blockedBy: 'condition-expired',
    detail: 'the exception in the trust policy ended',
    write: trusts(({ plan }, from) =>
      trust(
        { AWS: from.arn },
        { DateLessThan: { 'aws:CurrentTime': `202${1 + plan.random.below(5)}-06-30T00:00:00Z` } },
      ),
    ),
  },
  {
    blockedBy: 'condition-mfa-on-role-session',
    detail: "the trust policy wants MFA, which a role's session never carries",
    from: 'role',
    write: trusts((_, from) => trust(root(from), { Bool: { 'aws:MultiFactorAuthPresent': 'true' } })),
  },
  {
    blockedBy: 'condition-principal-arn',
    detail: 'the trust policy wants a principal of another name',
    write: trusts((_, from) =>
      trust(root(from), { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${from.account.id}:${from.kind}/other-*` } }),
    ),
  },
  {
    blockedBy: 'no-trust',
    detail: "the target's trust policy does not name the source",
    write(world, from, target) {
      const stranger = world.plan.random.pick(world.plan.ordinary.filter((account) => account !== from.account))
      target.trust.push(trust({ AWS: rootOf(stranger.id) }))
      world.plan.grant(from, allow('sts:AssumeRole', target.arn))
    },
  },
  {
    blockedBy: 'no-trust',
    detail: "the trust policy names another principal of the source's account",
    write(world, from, target) {
      target.trust.push(trust({ AWS: world.plan.start(from.account).arn }))
      world.plan.grant(from, allow('sts:AssumeRole', target.arn))
    },
  },
  {
    blockedBy: 'stale-principal',
    detail: 'the trust policy names the unique ID of a principal that was deleted',
    write: trusts(({ plan }, from) =>
      trust({ AWS: names.uniqueId(from.kind === 'user' ? 'AIDA' : 'AROA', plan.random) }),
    ),
  },
  {
    blockedBy: 'no-identity',
    detail: 'the target trusts the account, but no policy lets the source use it',
    write(_, from, target) {
      target.trust.push(trust(root(from)))
    },
  },
  {
    blockedBy: 'no-identity',
    detail: 'the target names the source, but its own account does not allow it',
    to: 'other',
    write(_, from, target) {
      target.trust.push(trust({ AWS: from.arn }))
    },
  },
  {
    blockedBy: 'no-identity',
    detail: 'NotAction leaves sts:* out',
    write: grants(({ arn }) => ({ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: arn })),
  },
  {
    blockedBy: 'no-identity',
    detail: 'NotResource leaves every role out',
    write: grants(() => ({ Effect: 'Allow', Action: 'sts:AssumeRole', NotResource: 'arn:aws:iam::*:role/*' })),
  },
  {
    blockedBy: 'no-identity',
    detail: 'the policy names the role in another case',
    write: grants(({ arn }) =>
      allow(
        'sts:AssumeRole',
        arn.replace(/[^/]*$/, (name) => name.toUpperCase()),
      ),
    ),
  },
  {
    blockedBy: 'no-identity',
    detail: 'the policy names the role without its path',
    write(world, from, target) {
      target.trust.push(trust(root(from)))
      world.plan.grant(from, allow('sts:AssumeRole', `arn:aws:iam::${target.account.id}:role/elsewhere/${target.name}`))
    },
  },
  {
    blockedBy: 'no-identity',
    detail: 'only a policy version that is not the default allows it',
    write(world, from, target) {
      target.trust.push(trust(root(from)))
      const versions = [[allow('sts:GetCallerIdentity', '*')], [allow('sts:AssumeRole', target.arn)]]
      from.attached.push(world.plan.policy(from.account, `versioned-${names.token(world.plan.random, 6)}`, versions))
    },
  },
  {
    blockedBy: 'no-identity',
    detail: 'same account: trusting the account needs an identity policy too',
    to: 'same',
    write(_, from, target) {
      target.trust.push(trust(root(from)))
    },
  },
]

/** For each cause one chain in which it stops one hop, with open hops before and after. */
export function plantNonPaths(world: World, expected: Expected): void {
  for (const block of blocks) plantBlock(world, expected, block)
}

function plantBlock(world: World, expected: Expected, block: Block): void {
  const { plan } = world
  const { random } = plan
  const homes = block.home ? [block.home(world)] : block.in ? plan.accountsOf(...block.in) : plan.ordinary
  if (homes.length === 0) return
  const home = random.pick(homes)
  // A chain makes a role of whoever comes after it.
  const before = block.from === 'user' ? 0 : random.below(3)
  const start = plan.start(before === 0 ? home : random.pick(plan.ordinary), before === 0 ? block.from : undefined)
  const reachable: string[] = []
  let from: Principal = start
  for (let index = 1; index <= before; index++) {
    const { to } = openHop(world, from, { to: index === before ? home : random.pick(plan.ordinary) })
    reachable.push(to.arn)
    from = to
  }
  const account = destination(world, from.account, block)
  const name = block.name && `${block.name(world)}-${names.token(random, 4)}${plan.number()}`
  // SCPs single out names without a path.
  const target = newTarget(plan, account, { ...(name !== undefined && { name, path: '/' }) })
  block.write(world, from, target)
  let end = target
  if (random.chance(0.4)) end = openHop(world, target).to
  plan.prize(end)
  addNonPath(expected, {
    kind: 'assume-role-chain',
    start: start.arn,
    end: end.arn,
    blockedHop: { from: from.arn, to: target.arn, via: 'sts:AssumeRole' },
    blockedBy: block.blockedBy,
    detail: block.detail,
    reachablePrefix: reachable,
  })
}

function destination({ plan }: World, home: PlannedAccount, { to }: Block): PlannedAccount {
  if (to === 'same') return home
  return plan.random.pick(to === 'other' ? plan.ordinary.filter((account) => account !== home) : plan.ordinary)
}

export function addNonPath(expected: Expected, entry: Omit<Expected['nonPaths'][number], 'id'>): void {
  expected.nonPaths.push({ id: entryId('N', expected.nonPaths), ...entry })
}
