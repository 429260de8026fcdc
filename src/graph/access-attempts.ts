import type { Principal } from '#src/evaluate/request.ts'
import { bucketNameOf, lookupOf } from '#src/model/lookup.ts'
import type { Model, Resource } from '#src/model/model.ts'
import { accessTables } from '#src/techniques/access.ts'
import { encryptingKey } from './access.ts'
import { actionFormula, type EncryptingKey } from './access-formula.ts'
import type { Attempt } from './attempts.ts'
import { isOpenFor } from './policy-facts.ts'
import { patternsOf, Recorder } from './recorder.ts'

/** Access of a principal to a resource, rule by rule. */
export function* accessAttempts(model: Model, to: string, principal: Principal | undefined): Generator<Attempt> {
  const { resources, buckets } = lookupOf(model)
  const resource = resources.get(to) ?? buckets.get(bucketNameOf(to) ?? '')
  if (resource === undefined || resource.arn !== to || principal === undefined) return
  const account = model.accounts.get(resource.account)!
  const key = encryptingKey(resource, {
    get: (arn) => {
      const found = resources.get(arn)
      return found && { key: found, account: model.accounts.get(found.account)! }
    },
  })
  // The root user of the account comes to its resources as administrator, unless they are open to everybody.
  const isOwn = principal.kind === 'RootUser' && principal.account === resource.account
  if (isOwn && !isOpen(resource, key)) return
  for (const access of accessTables[resource.type].actions) {
    const record = new Recorder(model, principal)
    const formula = actionFormula(access, resource, account, key, {
      decide: record.decide,
      allowedPatterns: (action) => patternsOf(principal, action),
    })
    yield record.attempt({ technique: access.technique, via: access.action, access: [access.access] }, formula)
  }
}

function isOpen(resource: Resource, key: EncryptingKey): boolean {
  const actions = accessTables[resource.type].actions.flatMap(({ action, onKey }) =>
    onKey ? [action, onKey] : [action],
  )
  const policies = [resource.policy, key.kind === 'key' ? key.key.policy : undefined]
  return resource.policyGap !== undefined || policies.some((policy) => policy && isOpenFor(policy.policy, actions))
}
