import { managedArn } from '../aws-managed.ts'
import { type Expected, entryId } from '../expected.ts'
import * as names from '../names.ts'
import type { PlannedAccount, Principal } from '../plan.ts'
import { allow, deny } from '../policies.ts'
import { openHop, type World } from './assume-role.ts'
import { addNonPath } from './non-paths.ts'
import { addPath } from './paths.ts'

/** Ways to another identity of the same account by changing IAM, or by passing a role to something new. */
export function plantTechniques(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const techniques: readonly ((account: PlannedAccount, start: Principal) => [end: Principal, via: string])[] = [
    (account, start) => {
      const target = plan.role(account, { service: 'lambda.amazonaws.com' })
      const onlyLambda = { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }
      plan.grant(
        start,
        allow('iam:PassRole', target.arn, onlyLambda),
        allow(['lambda:CreateFunction', 'lambda:InvokeFunction'], '*'),
      )
      return [target, 'iam:PassRole+lambda:CreateFunction']
    },
    (account, start) => {
      const target = plan.role(account, { service: 'ec2.amazonaws.com' })
      target.instanceProfile = target.name
      plan.grant(start, allow('iam:PassRole', target.arn), allow('ec2:RunInstances', '*'))
      return [target, 'iam:PassRole+ec2:RunInstances']
    },
    (account, start) => {
      const target = plan.role(account, { service: 'ecs-tasks.amazonaws.com' })
      plan.grant(start, allow('iam:UpdateAssumeRolePolicy', target.arn))
      return [target, 'iam:UpdateAssumeRolePolicy']
    },
    (account, start) => {
      const target = plan.user(account)
      plan.grant(start, allow(['iam:CreateAccessKey', 'iam:ListAccessKeys'], target.arn))
      return [target, 'iam:CreateAccessKey']
    },
  ]
  for (const technique of techniques) {
    const account = random.pick(plan.ordinary)
    const start = plan.start(random.chance(0.3) ? random.pick(plan.ordinary) : account)
    const before = start.account === account ? undefined : openHop(world, start, { to: account })
    const from = before?.to ?? start
    const [end, via] = technique(account, from)
    plan.prize(end)
    const hop = { from: from.arn, to: end.arn, via, style: via, requires: {} }
    addPath(expected, 'privilege-escalation', before ? [before.hop, hop] : [hop])
  }
  plantPassedElsewhere(world, expected)
}

/** The role may be passed to one service only, and only another may assume it. */
function plantPassedElsewhere({ plan }: World, expected: Expected): void {
  const account = plan.random.pick(plan.ordinary)
  const start = plan.start(account)
  const target = plan.role(account, { service: 'lambda.amazonaws.com' })
  plan.prize(target)
  plan.grant(
    start,
    allow('iam:PassRole', target.arn, { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } }),
    allow(['lambda:CreateFunction', 'lambda:InvokeFunction', 'ec2:RunInstances'], '*'),
  )
  addNonPath(expected, {
    kind: 'privilege-escalation',
    start: start.arn,
    end: target.arn,
    blockedHop: { from: start.arn, to: target.arn, via: 'iam:PassRole+lambda:CreateFunction' },
    blockedBy: 'condition-passed-to-service',
    detail: 'the role may be passed only to EC2, and only Lambda may assume it',
    reachablePrefix: [],
  })
}

/** Identities that can make themselves administrator, and some that cannot. */
export function plantEscalations({ plan }: World, expected: Expected): void {
  const { random } = plan
  const someRole = () =>
    plan.role(random.pick(plan.ordinary), { service: random.pick(['lambda.amazonaws.com', 'ec2.amazonaws.com']) })
  const add = (principal: Principal, via: string, blockedBy: string | null = null) =>
    expected.escalations.push({
      id: entryId('E', expected.escalations),
      principal: principal.arn,
      via,
      becomesAdmin: blockedBy === null,
      blockedBy,
    })

  for (const via of ['iam:AttachRolePolicy', 'iam:PutRolePolicy']) {
    const role = someRole()
    plan.grant(
      role,
      allow(via, random.chance(0.5) ? role.arn : role.arn.replace(/[^/]*$/, (name) => `${name.slice(0, 4)}*`)),
    )
    add(role, via)
  }
  const user = plan.user(random.pick(plan.ordinary))
  const onUser = random.pick(['iam:AttachUserPolicy', 'iam:PutUserPolicy'])
  plan.grant(user, allow(onUser, user.arn))
  add(user, onUser)

  const owner = plan.start(random.pick(plan.ordinary))
  const name = `self-managed-${names.token(random, 6)}`
  const arn = `arn:aws:iam::${owner.account.id}:policy/${name}`
  owner.attached.push(
    plan.policy(owner.account, name, [[allow(['iam:CreatePolicyVersion', 'iam:ListPolicyVersions'], arn)]]),
  )
  add(owner, 'iam:CreatePolicyVersion')

  const bounded = someRole()
  plan.grant(bounded, allow('iam:AttachRolePolicy', bounded.arn))
  plan.boundary(bounded, allow(['s3:*', 'logs:*', 'iam:Get*', 'iam:List*'], '*'))
  add(bounded, 'iam:AttachRolePolicy', 'boundary')

  const denied = someRole()
  plan.grant(denied, allow('iam:PutRolePolicy', denied.arn))
  plan.grantInline(denied, deny(['iam:Put*', 'iam:Attach*', 'iam:Create*'], '*'))
  add(denied, 'iam:PutRolePolicy', 'identity-deny')

  const limited = someRole()
  const readOnly = { ArnEquals: { 'iam:PolicyARN': managedArn('AmazonS3ReadOnlyAccess') } }
  plan.grant(limited, allow('iam:AttachRolePolicy', limited.arn, readOnly))
  add(limited, 'iam:AttachRolePolicy', 'condition')
}
