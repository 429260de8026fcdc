import { type Expected, entryId, type Requires } from '../expected.ts'
import type { PlannedAccount, Principal } from '../plan.ts'
import { allow, deny, rootOf, trust } from '../policies.ts'
import { recordFunction } from '../resources.ts'
import { newTarget, type World } from './assume-role.ts'
import { changeFunction } from './compute.ts'
import type { PublicRole } from './external.ts'

interface Reached {
  readonly principal: Principal
  readonly requires: Requires
  /** The crown jewel that it reads. */
  readonly bucket?: string
}

/** A leaked key with everything that it leads to, by every way that an attacker would try; then one that leads nowhere. */
export function plantAccessKeys(world: World, expected: Expected, publicRoles: readonly PublicRole[]): void {
  plantBlastRadius(world, expected, publicRoles)
  plantConfinedKey(world, expected, publicRoles)
}

function plantBlastRadius(world: World, expected: Expected, publicRoles: readonly PublicRole[]): void {
  const { plan } = world
  const { random } = plan
  const home = random.pick(plan.ordinary)
  const elsewhere = () => random.pick(plan.ordinary.filter((account) => account !== home))
  const owner = plan.user(home)
  const reached: Reached[] = [{ principal: owner, requires: {}, bucket: plan.crownJewel(owner) }]
  const reach = (principal: Principal, requires: Requires = {}, hasPrize = true) => {
    reached.push({ principal, requires, ...(hasPrize && { bucket: plan.crownJewel(principal) }) })
    return principal
  }
  const assumed = (from: Principal, account: PlannedAccount, byName = random.chance(0.5)) => {
    const role = newTarget(plan, account)
    role.trust.unshift(trust({ AWS: byName ? from.arn : rootOf(from.account.id) }))
    plan.grantInline(from, allow('sts:AssumeRole', role.arn))
    return role
  }

  const first = reach(assumed(owner, elsewhere()), {}, false)
  const second = reach(assumed(first, random.pick(plan.ordinary)))
  const friend = plan.user(first.account)
  plan.grantInline(first, allow('iam:CreateAccessKey', friend.arn))
  reach(friend, {}, false)
  reach(assumed(friend, random.pick(plan.ordinary)))
  const runtime = plan.role(home, { service: 'lambda.amazonaws.com' })
  plan.grantInline(owner, changeFunction(recordFunction(plan, home, runtime)))
  reach(runtime)

  // Public roles want an external id as well: where they are, no role may be reached by another id alone.
  const withoutPublic = plan.ordinary.filter((account) => !publicRoles.some(({ role }) => role.account === account))
  const secretHome = withoutPublic.length > 0 ? random.pick(withoutPublic) : home
  const externalId = `ext-${plan.number()}`
  const partner = newTarget(plan, secretHome)
  partner.trust.unshift(trust({ AWS: owner.arn }, { StringEquals: { 'sts:ExternalId': externalId } }))
  plan.grantInline(owner, allow('sts:AssumeRole', partner.arn))
  reach(partner, { 'sts:ExternalId': externalId }, false)
  reach(assumed(partner, secretHome, true), { 'sts:ExternalId': externalId })

  const careful = newTarget(plan, elsewhere())
  careful.trust.unshift(trust({ AWS: rootOf(home.id) }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }))
  plan.grantInline(owner, allow('sts:AssumeRole', careful.arn))
  reach(careful, { 'aws:MultiFactorAuthPresent': 'true' }, false)

  const denied = assumed(owner, elsewhere(), true)
  plan.grantInline(owner, deny('sts:AssumeRole', denied.arn))
  const demanding = newTarget(plan, elsewhere())
  demanding.trust.unshift(trust({ AWS: rootOf(second.account.id) }, { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }))
  plan.grantInline(second, allow('sts:AssumeRole', demanding.arn))

  addKey(expected, owner, reached, publicRoles, [
    { arn: denied.arn, blockedBy: 'identity-deny' },
    { arn: demanding.arn, blockedBy: 'condition-mfa-on-role-session' },
  ])
}

function plantConfinedKey(world: World, expected: Expected, publicRoles: readonly PublicRole[]): void {
  const { plan } = world
  const { random } = plan
  const home = random.pick(plan.ordinary)
  const owner = plan.user(home)
  const target = newTarget(plan, random.pick(plan.ordinary.filter((account) => account !== home)))
  target.trust.unshift(trust({ AWS: rootOf(home.id) }))
  plan.grantInline(owner, allow('sts:AssumeRole', target.arn))
  const bucket = plan.crownJewel(owner)
  plan.boundary(owner, allow(['s3:*', 'logs:*'], '*'))
  addKey(expected, owner, [{ principal: owner, requires: {}, bucket }], publicRoles, [
    { arn: target.arn, blockedBy: 'boundary' },
  ])
}

function addKey(
  expected: Expected,
  owner: Extract<Principal, { kind: 'user' }>,
  reached: readonly Reached[],
  publicRoles: readonly PublicRole[],
  notReached: readonly { readonly arn: string; readonly blockedBy: string }[],
): void {
  const all = [...reached]
  for (const { role, externalId, bucket } of publicRoles) {
    const ways = reached.filter(
      ({ principal, requires }) => principal.account === role.account && !('sts:ExternalId' in requires),
    )
    const [best] = ways.sort((left, right) => Object.keys(left.requires).length - Object.keys(right.requires).length)
    if (best) all.push({ principal: role, requires: { ...best.requires, 'sts:ExternalId': externalId }, bucket })
  }
  const others = all.filter(({ principal }) => principal !== owner)
  const isCertain = ({ requires }: Reached) => Object.keys(requires).length === 0
  expected.accessKeys.push({
    id: entryId('K', expected.accessKeys),
    accessKeyId: owner.key.id,
    user: owner.arn,
    status: owner.key.status,
    principals: {
      certain: others
        .filter(isCertain)
        .map(({ principal }) => principal.arn)
        .sort(),
      withContext: others
        .filter((each) => !isCertain(each))
        .map(({ principal, requires }) => ({ arn: principal.arn, requires }))
        .sort((left, right) => (left.arn < right.arn ? -1 : 1)),
    },
    crownJewels: all
      .flatMap(({ principal, requires, bucket }) =>
        bucket === undefined ? [] : [{ resource: `arn:aws:s3:::${bucket}`, through: principal.arn, requires }],
      )
      .sort((left, right) => (left.resource < right.resource ? -1 : 1)),
    notReached,
  })
}
