import type { Account, Model, Role } from '#src/model/model.ts'
import { all, always, atom, type Formula } from '#src/policy/formula.ts'
import { givenBy, notCollected } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import { ec2 } from '../ec2.ts'
import type { Binder, Opening, Requirement, Technique } from '../technique.ts'
import { type Instance, instancesOf } from './instance.ts'
import { profilesOf } from './instance-profile.ts'

const service = 'ec2.amazonaws.com'

/** Another role for an instance on which the caller runs code: by another instance profile, or by another role in its own. */
export const swapProfile: Binder = {
  *openings(technique, account, model, isWanted) {
    const isProfileKept = technique.requires.some(({ on }) => on === 'instance-profile')
    for (const role of rolesTrusting(account, service)) {
      if (isWanted?.(role.arn) === false) continue
      for (const machine of instancesOf(account)) {
        if (machine.role === role.arn) continue
        const profiles = isProfileKept ? ownProfile(machine) : profilesOf(account, role).map(({ arn }) => existing(arn))
        if (profiles.length === 0) continue
        yield* onInstance(technique, account, model, role, machine, {
          'instance-profile': profiles,
          'iam:instance-profile': [],
        })
      }
      if (!isProfileKept) yield* onOwnInstance(technique, account, model, role)
    }
  },
}

const ownProfile = ({ instanceProfile }: Instance) => (instanceProfile === undefined ? [] : [existing(instanceProfile)])

/** How the caller runs code on the instance. */
interface Entry {
  readonly requires: readonly Requirement[]
  readonly given: Formula
}

function* entriesOf({ id }: Technique, machine: Instance): Generator<Entry> {
  const managed =
    machine.isManaged ?? notCollected([machine.account, machine.region], 'ssm:DescribeInstanceInformation')
  if (managed !== false) {
    const given = managed === true ? always : managed
    const unchecked = { 'ssm:SessionDocumentAccessCheck': ['false'] }
    yield { requires: [{ action: 'ssm:StartSession', on: 'target-instance', context: unchecked }], given }
    yield {
      requires: [
        { action: 'ssm:SendCommand', on: 'target-instance' },
        { action: 'ssm:SendCommand', on: 'command-document' },
      ],
      given,
    }
  }
  const reachable = atom('StringEquals', doubtKey, [id])
  yield { requires: [{ action: 'ec2-instance-connect:SendSSHPublicKey', on: 'target-instance' }], given: reachable }
}

function* onInstance(
  technique: Technique,
  account: Account,
  model: Model,
  role: Role,
  machine: Instance,
  profile: Slots,
): Generator<Opening> {
  const place = placeOf(account, model)
  const slots: Slots = {
    ...profile,
    'target-role': [existing(role.arn, role.tags)],
    'target-instance': [existing(machine.arn, machine.tags)],
    'command-document': [existing(`arn:${place.partition}:ssm:${machine.region}::document/AWS-RunShellScript`)],
  }
  for (const entry of entriesOf(technique, machine)) {
    const needs = needsOf({ requires: [...technique.requires, ...entry.requires] }, place, slots)
    if (needs === undefined) continue
    const given = all(givenBy(technique, account), entry.given)
    yield { technique, to: role.arn, resource: machine.arn, needs, given, trust: trustFor(service, role.arn, account) }
  }
}

/** An instance of the caller's own, launched without a role. */
function* onOwnInstance(technique: Technique, account: Account, model: Model, role: Role): Generator<Opening> {
  const launch = ec2.find(({ id }) => id === 'ec2-001')!.requires.filter(({ action }) => action === 'ec2:RunInstances')
  const requires = [
    ...technique.requires.map((requirement) =>
      requirement.on === 'target-instance' ? { ...requirement, on: 'ec2:instance' } : requirement,
    ),
    ...launch.map(({ action, on }) => ({ action, on })),
  ]
  const profiles = profilesOf(account, role).map(({ arn }) => existing(arn))
  const slots = { 'target-role': [existing(role.arn, role.tags)], 'instance-profile': profiles }
  const needs = needsOf({ requires }, placeOf(account, model), slots)
  if (needs === undefined) return
  yield {
    technique,
    to: role.arn,
    needs,
    given: givenBy(technique, account),
    trust: trustFor(service, role.arn, account),
  }
}
