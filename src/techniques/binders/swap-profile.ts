import type { Account, Gap, Model, Role } from '#src/model/model.ts'
import { all, always, atom, constant, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy, notCollected } from '../binding/collected.ts'
import { doubtKey } from '../binding/doubt.ts'
import { anew, existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { rolesTrusting, trustFor } from '../binding/trust.ts'
import { ec2 } from '../ec2.ts'
import type { Binder, NeedResource, Opening, Requirement, Technique } from '../technique.ts'
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
        const slots = { 'instance-profile': profiles, 'iam:instance-profile': [] }
        yield* onInstance(technique, account, model, role, seen(machine), slots)
      }
      for (const gap of gapsOf(account, model, 'ec2', ['DescribeInstances'])) {
        const held = isProfileKept ? account.instanceProfiles : profilesOf(account, role)
        if (held.length === 0) continue
        const slots = { 'instance-profile': held.map(({ arn }) => existing(arn)), 'iam:instance-profile': [] }
        yield* onInstance(technique, account, model, role, unseen(gap, account, model), slots)
      }
      if (!isProfileKept) yield* onOwnInstance(technique, account, model, role)
    }
  },
}

const ownProfile = ({ instanceProfile }: Instance) => (instanceProfile === undefined ? [] : [existing(instanceProfile)])

/** An instance, or those of a region that were not collected. */
interface Host {
  readonly target: NeedResource
  readonly region: string
  /** Whether Systems Manager sees it. */
  readonly managed: Formula
  readonly exists: Formula
}

function seen({ arn, tags, region, account, isManaged }: Instance): Host {
  const managed =
    isManaged === undefined ? notCollected([account, region], 'ssm:DescribeInstanceInformation') : constant(isManaged)
  return { target: existing(arn, tags), region, managed, exists: always }
}

function unseen(gap: Gap, account: Account, model: Model): Host {
  const region = gap.region ?? '*'
  const target = anew('target-instance', placeOf(account, model), `arn:{partition}:ec2:${region}:{account}:instance/*`)
  return { target, region, managed: always, exists: gapFormula(gap) }
}

/** How the caller runs code on the instance. */
interface Entry {
  readonly requires: readonly Requirement[]
  readonly given: Formula
}

function* entriesOf({ id }: Technique, { managed: given }: Host): Generator<Entry> {
  if (given.kind !== 'never') {
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
  host: Host,
  profile: Slots,
): Generator<Opening> {
  const { target, region, exists } = host
  const place = placeOf(account, model)
  const slots: Slots = {
    ...profile,
    'target-role': [existing(role.arn, role.tags)],
    'target-instance': [target],
    'command-document': [existing(`arn:${place.partition}:ssm:${region}::document/AWS-RunShellScript`)],
  }
  for (const entry of entriesOf(technique, host)) {
    const needs = needsOf({ requires: [...technique.requires, ...entry.requires] }, place, slots)
    if (needs === undefined) continue
    yield {
      technique,
      to: role.arn,
      ...(target.kind === 'existing' && { resource: target.arn }),
      needs,
      given: all(givenBy(technique, account), entry.given, exists),
      trust: trustFor(service, role.arn, account),
    }
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
