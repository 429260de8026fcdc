import { managedArn } from '../aws-managed.ts'
import type { Expected } from '../expected.ts'
import type { AccountKind, PlannedAccount, PlannedRole, Principal } from '../plan.ts'
import { allow, type StatementJson } from '../policies.ts'
import { type InstanceOptions, recordFunction, recordInstance, recordTask } from '../resources.ts'
import { openHop, type World } from './assume-role.ts'
import { addNonPath } from './non-paths.ts'
import { addPath } from './paths.ts'

/** Roles of functions, instances and tasks that run already. */
export function plantCompute(world: World, expected: Expected): void {
  for (let count = 0; count < 2; count++) openCompute(world, expected, functionWith)
  openCompute(world, expected, commandOn)
  openCompute(world, expected, commandOnTagged)
  openCompute(world, expected, sessionOn)
  openCompute(world, expected, executeIn)
  blockedCompute(world, expected)
}

interface Compute {
  readonly via: string
  readonly resource: string
  readonly role: PlannedRole
  readonly grants: readonly StatementJson[]
}

type ComputeOf = (world: World, account: PlannedAccount) => Compute

function openCompute(world: World, expected: Expected, computeOf: ComputeOf): void {
  const { plan } = world
  const account = plan.random.pick(plan.accountsOf(...withoutShellGuard))
  const start = plan.start(plan.random.chance(0.3) ? plan.random.pick(plan.ordinary) : account)
  const before = start.account === account ? undefined : openHop(world, start, { to: account })
  const from = before?.to ?? start
  const { via, resource, role, grants } = computeOf(world, account)
  plan.grant(from, ...grants)
  plan.prize(role)
  const hop = { from: from.arn, to: role.arn, via, style: via, requires: {}, resource }
  addPath(expected, 'existing-compute', before ? [before.hop, hop] : [hop])
}

/** Where NoShellInProd does not apply. */
const withoutShellGuard: readonly AccountKind[] = ['nonprod', 'cicd', 'audit']

const functionWith: ComputeOf = ({ plan }, account) => {
  const role = plan.role(account, { service: 'lambda.amazonaws.com' })
  const resource = recordFunction(plan, account, role)
  return { via: 'lambda:UpdateFunctionCode', resource, role, grants: [changeFunction(resource)] }
}

const commandOn: ComputeOf = (world, account) => managed(world, account, 'ssm:SendCommand')

const sessionOn: ComputeOf = (world, account) => managed(world, account, 'ssm:StartSession')

const commandOnTagged: ComputeOf = (world, account) => {
  const { role, resource } = managed(world, account, 'ssm:SendCommand', { tags: { env: 'dev' } })
  const grants = shell('ssm:SendCommand', resource, { StringEquals: { 'ssm:resourceTag/env': 'dev' } })
  return { via: 'ssm:SendCommand', resource, role, grants }
}

const executeIn: ComputeOf = (world, account) => task(world, account, true)

function managed({ plan }: World, account: PlannedAccount, via: string, options: InstanceOptions = {}): Compute {
  const role = instanceRole(plan.role(account, { service: 'ec2.amazonaws.com' }))
  const resource = recordInstance(plan, account, { role, isManaged: true, ...options })
  return { via, resource, role, grants: shell(via, resource) }
}

function task({ plan }: World, account: PlannedAccount, canExecute: boolean): Compute {
  const role = plan.role(account, { service: 'ecs-tasks.amazonaws.com' })
  plan.grantInline(
    role,
    allow(
      [
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      '*',
    ),
  )
  const resource = recordTask(plan, account, role, canExecute)
  const cluster = resource.replace(/:task\/workloads.*/, ':cluster/workloads')
  return { via: 'ecs:ExecuteCommand', resource, role, grants: [allow('ecs:ExecuteCommand', [resource, cluster])] }
}

function blockedCompute(world: World, expected: Expected): void {
  const { plan } = world
  const { random } = plan
  const block = (
    blockedBy: string,
    detail: string,
    compute: (account: PlannedAccount) => Compute,
    extra: (start: Principal, compute: Compute) => void = () => {},
    kinds: readonly AccountKind[] = withoutShellGuard,
  ) => {
    const accounts = plan.accountsOf(...kinds)
    if (accounts.length === 0) return
    const account = random.pick(accounts)
    const start = plan.start(account)
    const made = compute(account)
    plan.grant(start, ...made.grants)
    plan.prize(made.role)
    extra(start, made)
    addNonPath(expected, {
      kind: 'existing-compute',
      start: start.arn,
      end: made.role.arn,
      blockedHop: { from: start.arn, to: made.role.arn, via: made.via, resource: made.resource },
      blockedBy,
      detail,
      reachablePrefix: [],
    })
  }
  const fn = (account: PlannedAccount) => functionWith(world, account)
  const instance = (via: string, options?: InstanceOptions) => (account: PlannedAccount) =>
    managed(world, account, via, options)

  block('boundary', "the start's permissions boundary has no lambda:UpdateFunctionCode", fn, (start) =>
    plan.boundary(start, allow(['lambda:Get*', 'lambda:List*', 'lambda:InvokeFunction', 'logs:*'], '*')),
  )
  block('boundary', "the start's permissions boundary has no ssm:StartSession", instance('ssm:StartSession'), (start) =>
    plan.boundary(start, allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*', 'ec2:Describe*'], '*')),
  )
  block('condition-resource-tag', "the instance's env tag has another value", (account) => {
    const made = managed(world, account, 'ssm:StartSession', { tags: { env: 'prod' } })
    return {
      ...made,
      grants: shell('ssm:StartSession', made.resource, { StringEquals: { 'ssm:resourceTag/env': 'dev' } }),
    }
  })
  block('no-instance-profile', 'the role has an instance profile, but the instance runs without it', (account) => {
    const role = instanceRole(plan.role(account, { service: 'ec2.amazonaws.com' }))
    const resource = recordInstance(plan, account, { isManaged: true })
    return { via: 'ssm:SendCommand', resource, role, grants: shell('ssm:SendCommand', resource) }
  })
  block(
    'not-managed-by-ssm',
    'Systems Manager does not see the instance',
    instance('ssm:SendCommand', { isManaged: false }),
  )
  block('no-identity', 'the start may use no document on the instance', (account) => {
    const made = managed(world, account, 'ssm:SendCommand')
    return { ...made, grants: made.grants.slice(0, 1) }
  })
  block('scp', 'NoShellInProd denies it to the start', instance('ssm:StartSession'), undefined, ['prod'])
  block('execute-command-disabled', 'the task was started without ECS Exec', (account) => task(world, account, false))
  blockedOtherFunction(world, expected)
}

/** Whoever may change one function gets the role of that function and no other. */
function blockedOtherFunction(world: World, expected: Expected): void {
  const { plan } = world
  const account = plan.random.pick(plan.ordinary)
  const start = plan.start(account)
  const wanted = functionWith(world, account)
  const other = functionWith(world, account)
  plan.prize(wanted.role)
  plan.grant(start, ...other.grants)
  addNonPath(expected, {
    kind: 'existing-compute',
    start: start.arn,
    end: wanted.role.arn,
    blockedHop: { from: start.arn, to: wanted.role.arn, via: wanted.via, resource: wanted.resource },
    blockedBy: 'no-identity',
    detail: 'the start may change another function only',
    reachablePrefix: [other.role.arn],
  })
}

export const changeFunction = (arn: string) => allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], arn)

/** A command or a session needs the instance and a document. */
function shell(via: string, instance: string, condition?: StatementJson['Condition']): StatementJson[] {
  const region = instance.split(':')[3]
  const name = via === 'ssm:SendCommand' ? 'AWS-RunShellScript' : 'SSM-SessionManagerRunShell'
  return [allow(via, instance, condition), allow(via, `arn:aws:ssm:${region}:*:document/${name}`)]
}

function instanceRole(role: PlannedRole): PlannedRole {
  role.instanceProfile = `${role.name}-profile`
  role.attached.push(managedArn('AmazonSSMManagedInstanceCore'))
  return role
}
