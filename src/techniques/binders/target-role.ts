import { isEditable } from '../binding/administration.ts'
import { givenBy } from '../binding/collected.ts'
import { existing, needsOf, placeOf } from '../binding/fill.ts'
import { assumptionOf } from '../binding/trust.ts'
import type { Binder } from '../technique.ts'

/** A role of the account whose trust policy can be rewritten in the caller's favour. */
export const targetRole: Binder = {
  *openings(technique, account, model, isWanted) {
    const place = placeOf(account, model)
    for (const role of account.roles) {
      if (!isEditable(role) || isWanted?.(role.arn) === false) continue
      const target = existing(role.arn, role.tags)
      const needs = needsOf(technique, place, { 'target-role': [target] })
      if (needs === undefined) continue
      yield { technique, to: role.arn, needs: [...needs, assumptionOf(target)], given: givenBy(technique, account) }
    }
  },
}
