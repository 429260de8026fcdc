import type { Account, Model, Role, User } from '#src/model/model.ts'
import { adminOf, isEditable, leavesAdministration, strongPolicies } from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf, type Slots } from '../binding/fill.ts'
import { assumptionOf } from '../binding/trust.ts'
import type { Binder, Opening, Technique } from '../technique.ts'
import { customerPolicies } from './own.ts'

/** Another identity is given an administrator's policies and taken over; its boundary must not stand in the way. */
export const strengthen: Binder = {
  *openings(technique, account, model, isWanted) {
    for (const identity of candidates(account)) {
      if (isWanted?.(identity.arn) === false) continue
      if (leavesAdministration(identity.boundary)) yield* open(technique, identity, account, model)
    }
  },
  *closedOpenings(technique, { to }, account, model) {
    if (to !== adminOf(account)) return
    for (const identity of candidates(account)) {
      if (leavesAdministration(identity.boundary)) continue
      const reason = `${identity.name} keeps the permissions boundary ${identity.boundary!.name}`
      for (const opening of open(technique, identity, account, model)) {
        yield { ...opening, closedBy: { layer: 'boundary', reason } }
      }
    }
  },
}

const candidates = ({ users, roles }: Account): readonly (User | Role)[] => [...users, ...roles].filter(isEditable)

function* open(technique: Technique, identity: User | Role, account: Account, model: Model): Generator<Opening> {
  const needs = needsOf(technique, placeOf(account, model), targetSlots(identity, account, model))
  if (needs === undefined) return
  const isRetrusted = technique.requires.some(({ action }) => action === 'iam:UpdateAssumeRolePolicy')
  yield {
    technique,
    to: adminOf(account),
    resource: identity.arn,
    needs: isRetrusted ? [...needs, assumptionOf(existing(identity.arn, identity.tags))] : needs,
    given: givenBy(technique, account),
  }
}

/** What can be written to change the rights of one identity. */
export function targetSlots(identity: User | Role, account: Account, model: Model): Slots {
  const self = [existing(identity.arn, identity.tags)]
  return {
    'target-user': identity.kind === 'user' ? self : [],
    'target-role': identity.kind === 'role' ? self : [],
    'target-group': identity.kind === 'user' ? identity.groups.map(({ arn }) => existing(arn)) : [],
    'target-policy': customerPolicies(identity, account).map(({ arn }) => existing(arn!)),
    'strong-policy': strongPolicies(account, placeOf(account, model)),
  }
}
