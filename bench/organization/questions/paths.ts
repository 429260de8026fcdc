import { accountOf, type Expected, type ExpectedHop, entryId, type Requires, verdictOf } from '../expected.ts'
import * as names from '../names.ts'
import type { Principal } from '../plan.ts'
import { allow, trust } from '../policies.ts'
import { openHop, type World } from './assume-role.ts'

/** Chains of assumed roles, and the two ways past an organization policy. */
export function plantPaths(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  for (const length of [1, 2, 3, 1 + random.below(4), 4 + random.below(3)]) plantChain(world, expected, length)
  plantChain(world, expected, 2, 'mfa')
  plantChain(world, expected, 1 + random.below(2), 'external-id')
  plantChain(world, expected, 1 + random.below(3), 'source-address')
  exemptManagement(world, expected)
  exemptRelease(world, expected)
  clearedRole(world, expected)
}

function plantChain(
  world: World,
  expected: Expected,
  length: number,
  requires?: 'mfa' | 'external-id' | 'source-address',
): void {
  const { plan } = world
  const { random } = plan
  const start = plan.start(random.pick(plan.ordinary), requires === 'mfa' ? 'user' : undefined)
  // MFA is the user's own: a role session never carries it.
  const conditionalAt = requires === 'mfa' ? 0 : random.below(length)
  const hops: ExpectedHop[] = []
  let from: Principal = start
  for (let index = 0; index < length; index++) {
    const { to, hop } = openHop(world, from, index === conditionalAt && requires !== undefined ? { requires } : {})
    hops.push(hop)
    from = to
  }
  plan.prize(from)
  addPath(expected, requires === undefined ? 'assume-role-chain' : `assume-role-chain-${requires}`, hops)
}

/** No SCP binds the management account. */
function exemptManagement(world: World, expected: Expected): void {
  const { plan } = world
  const start = plan.start(plan.management)
  const name = `${plan.guarded.breakGlass}-${names.token(plan.random, 4)}${plan.number()}`
  const target = plan.role(plan.random.pick(plan.ordinary), { name })
  target.trust.push(trust({ AWS: start.arn }))
  plan.grant(start, allow('sts:AssumeRole', target.arn))
  plan.prize(target)
  addPath(expected, 'management-account-is-exempt-from-scp', [exact(start.arn, target.arn)])
}

/** The SCP that keeps NonProd from restricted roles leaves release roles out. */
function exemptRelease(world: World, expected: Expected): void {
  const { plan } = world
  const accounts = plan.accountsOf('nonprod')
  if (accounts.length === 0) return
  const suffix = () => `${names.token(plan.random, 4)}${plan.number()}`
  const start = plan.role(plan.random.pick(accounts), {
    name: `${plan.guarded.release}-${suffix()}`,
    service: 'lambda.amazonaws.com',
  })
  const target = plan.role(plan.random.pick(plan.ordinary), { name: `${plan.guarded.restricted}-${suffix()}` })
  target.trust.push(trust({ AWS: start.arn }))
  plan.grant(start, allow('sts:AssumeRole', target.arn))
  plan.prize(target)
  addPath(expected, 'exempt-from-scp', [exact(start.arn, target.arn)])
}

/** The RCP that guards cleared roles lets the tag pass. */
function clearedRole(world: World, expected: Expected): void {
  const { plan } = world
  const start = plan.start(plan.random.pick(plan.ordinary))
  start.tags.clearance = 'vault'
  const target = plan.role(plan.random.pick(plan.ordinary), {
    name: `cleared-${names.token(plan.random, 4)}${plan.number()}`,
  })
  target.trust.push(trust({ AWS: start.arn }))
  plan.grant(start, allow('sts:AssumeRole', target.arn))
  plan.prize(target)
  addPath(expected, 'cleared-by-rcp', [exact(start.arn, target.arn)])
}

const exact = (from: string, to: string): ExpectedHop => ({
  from,
  to,
  via: 'sts:AssumeRole',
  style: 'exact',
  requires: {},
})

export function addPath(expected: Expected, kind: string, hops: readonly ExpectedHop[]): void {
  const requires: Requires = Object.assign({}, ...hops.map((hop) => hop.requires))
  const start = hops[0]!.from
  const end = hops.at(-1)!.to
  expected.paths.push({
    id: entryId('P', expected.paths),
    kind,
    start,
    end,
    verdict: verdictOf(requires),
    length: hops.length,
    hops,
    requires,
    crossAccount: accountOf(start) !== accountOf(end),
  })
}
