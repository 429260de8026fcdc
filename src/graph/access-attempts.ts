import type { Principal } from '#src/evaluate/request.ts'
import { bucketNameOf, lookupOf } from '#src/model/lookup.ts'
import type { Model } from '#src/model/model.ts'
import { accessTables } from '#src/techniques/access.ts'
import { encryptingKey } from './access.ts'
import { actionFormula } from './access-formula.ts'
import type { Attempt } from './attempts.ts'
import { patternsOf, Recorder } from './recorder.ts'

/** Access of a principal to a resource, rule by rule. */
export function* accessAttempts(model: Model, to: string, principal: Principal | undefined): Generator<Attempt> {
  const { resources, buckets } = lookupOf(model)
  const resource = resources.get(to) ?? buckets.get(bucketNameOf(to) ?? '')
  if (resource === undefined || resource.arn !== to || principal === undefined) return
  // The root user of the account itself comes to its resources as administrator.
  if (principal.kind === 'RootUser' && principal.account === resource.account) return
  const account = model.accounts.get(resource.account)!
  const key = encryptingKey(resource, {
    get: (arn) => {
      const found = resources.get(arn)
      return found && { key: found, account: model.accounts.get(found.account)! }
    },
  })
  for (const access of accessTables[resource.type].actions) {
    const record = new Recorder(model, principal)
    const formula = actionFormula(access, resource, account, key, {
      decide: record.decide,
      allowedPatterns: (action) => patternsOf(principal, action),
    })
    yield record.attempt({ technique: access.technique, via: access.action, access: [access.access] }, formula)
  }
}
