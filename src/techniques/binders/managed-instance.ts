import type { Account, Model } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { notCollected } from '../binding/collected.ts'
import { anew, existing, placeOf } from '../binding/fill.ts'
import type { Binder, NeedResource, Opening, Requirement, Technique } from '../technique.ts'
import { closedInstances, type Instance, instanceOpenings, instancesOf, open, type Variant } from './instance.ts'

/** Systems Manager reaches the instances that report to it, with a document that the caller may use on them. */
export const managedInstance: Binder = {
  *openings(technique, account, model) {
    yield* instanceOpenings(technique, account, model, (machine, region) => {
      if (machine?.isManaged === false) return []
      return variants(technique, account, model, region, machine && unknownManagement(machine))
    })
    yield* nodeOpenings(technique, account, model)
  },
  *closedOpenings(technique, { to }, account, model) {
    yield* closedInstances(technique, to, account, model, (_, region) => variants(technique, account, model, region))
    const unmanaged = instancesOf(account).filter(({ role, isManaged }) => role === to && isManaged === false)
    if (unmanaged.length === 0) return
    const reason = 'Systems Manager does not see the instance'
    const only = { ...account, compute: unmanaged, gaps: [] }
    for (const opening of instanceOpenings(technique, only, model, (_, region) =>
      variants(technique, account, model, region),
    )) {
      yield { ...opening, closedBy: { layer: 'binding', reason } }
    }
  },
}

/** Machines outside EC2 run with the role that they were registered with. */
function* nodeOpenings(technique: Technique, account: Account, model: Model): Generator<Opening> {
  for (const { kind, arn, role, region } of account.compute) {
    if (kind !== 'node' || role === undefined) continue
    for (const variant of variants(technique, account, model, region))
      yield* open(technique, account, model, existing(arn), [role], variant, undefined, 'ssm.amazonaws.com')
  }
}

function unknownManagement({ account, region, isManaged }: Instance): Formula | undefined {
  return isManaged === undefined ? notCollected([account, region], 'ssm:DescribeInstanceInformation') : undefined
}

function* variants(
  technique: Technique,
  account: Account,
  model: Model,
  region = '*',
  given?: Formula,
): Generator<Variant> {
  const managed = given === undefined ? {} : { given }
  const place = placeOf(account, model)
  const owned = (name: string) => existing(`arn:${place.partition}:ssm:${region}:${place.account}:document/${name}`)
  const byAws = (name: string) => existing(`arn:${place.partition}:ssm:${region}::document/${name}`)
  const fresh = anew('ssm:document', place, `arn:{partition}:ssm:${region}:{account}:document/*`)
  if (technique.requires.some(({ on }) => on === 'session-document')) {
    yield* sessions(
      technique,
      [owned('SSM-SessionManagerRunShell'), byAws('AWS-StartInteractiveCommand'), byAws('AWS-StartSSHSession')],
      managed,
    )
  } else if (technique.requires.some(({ on }) => on === 'command-document')) {
    yield* commands(
      technique,
      shellDocuments.map(byAws),
      fresh,
      managed,
      notCollected([place.account], 'ssm:ListDocuments'),
    )
  } else yield managed
}

/** Documents of AWS that run a script of the caller. */
const shellDocuments = ['AWS-RunShellScript', 'AWS-RunPowerShellScript', 'AWS-RunRemoteScript']

/**
 * A session without a named document needs no right on one, unless the policy asks for it by `ssm:SessionDocumentAccessCheck`
 * (Systems Manager User Guide, "Enforce a session document permission check").
 */
function* sessions(technique: Technique, documents: readonly NeedResource[], managed: Variant): Generator<Variant> {
  const checked = (value: string) =>
    technique.requires.map(
      (requirement): Requirement => ({
        ...requirement,
        context: { ...requirement.context, 'ssm:SessionDocumentAccessCheck': [value] },
      }),
    )
  yield { ...managed, requires: checked('false').filter(({ on }) => on !== 'session-document') }
  yield { ...managed, requires: checked('true'), slots: { 'session-document': documents } }
}

/** A document of AWS; one that the caller writes for the purpose; or one of the account, whose content is not recorded. */
function* commands(
  technique: Technique,
  shells: readonly NeedResource[],
  fresh: NeedResource,
  managed: Variant,
  unread: Formula,
): Generator<Variant> {
  yield { ...managed, slots: { 'command-document': shells } }
  const requires = [...technique.requires, { action: 'ssm:CreateDocument', on: 'command-document' }]
  yield { ...managed, requires, slots: { 'command-document': [fresh] } }
  yield {
    given: managed.given === undefined ? unread : all(managed.given, unread),
    slots: { 'command-document': [fresh] },
  }
}
