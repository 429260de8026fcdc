import type { Account, Compute, Model, Role } from '#src/model/model.ts'
import { all, type Formula } from '#src/policy/formula.ts'
import { gapFormula, gapsOf, givenBy } from '../binding/collected.ts'
import { anew, existing, needsOf, placeOf } from '../binding/fill.ts'
import { couldTrust, rolesTrusting, trustFor } from '../binding/trust.ts'
import type { Binder, NeedResource, Opening, Technique } from '../technique.ts'
import { functionsIn } from './new-passrole.ts'

const service = 'lambda.amazonaws.com'

/** Code of a function runs with the role of that function, and of no other. */
export const functionBinder: Binder = {
  *openings(technique, account, model) {
    for (const machine of functionsOf(account)) {
      const resource = existing(machine.arn, machine.tags)
      if (machine.role !== undefined) yield* open(technique, account, model, resource, [machine.role])
      else if (machine.gap !== undefined) {
        yield* open(technique, account, model, resource, unknownRoles(account), gapFormula(machine.gap))
      }
    }
    for (const gap of gapsOf(account, model, 'lambda', ['ListFunctions'])) {
      yield* open(
        technique,
        account,
        model,
        somewhere(account, model, gap.region),
        unknownRoles(account),
        gapFormula(gap),
      )
    }
  },
  *closedOpenings(technique, { to }, account, model) {
    if (!couldTrust(account, to, service)) return
    for (const machine of functionsOf(account)) {
      if (machine.role === undefined || machine.role === to) continue
      const reason = `the function runs with ${machine.role}`
      for (const opening of open(technique, account, model, existing(machine.arn, machine.tags), [to])) {
        yield { ...opening, closedBy: { layer: 'binding', reason } }
      }
    }
  },
}

const functionsOf = ({ compute }: Account) =>
  compute.filter((machine): machine is Extract<Compute, { kind: 'function' }> => machine.kind === 'function')

const unknownRoles = (account: Account): readonly string[] =>
  rolesTrusting(account, service).map(({ arn }: Role) => arn)

const somewhere = (account: Account, model: Model, region: string | undefined): NeedResource =>
  anew('lambda:function', placeOf(account, model), functionsIn(region))

function* open(
  technique: Technique,
  account: Account,
  model: Model,
  target: NeedResource,
  roles: readonly string[],
  unless?: Formula,
): Generator<Opening> {
  const needs = needsOf(technique, placeOf(account, model), {
    'target-function': [target],
    'lambda:function': [target],
  })
  if (needs === undefined) return
  const arn = target.kind === 'existing' ? target.arn : undefined
  for (const role of roles) {
    yield {
      technique,
      to: role,
      ...(arn !== undefined && { resource: arn }),
      needs,
      given: unless === undefined ? givenBy(technique, account) : all(givenBy(technique, account), unless),
      trust: trustFor(service, role, account, arn === undefined ? undefined : { 'aws:SourceArn': [arn] }),
    }
  }
}
