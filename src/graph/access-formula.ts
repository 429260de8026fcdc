import { resourceRequest } from '#src/evaluate/subjects.ts'
import type { RequestResource } from '#src/evaluate/request.ts'
import type { Account, Resource } from '#src/model/model.ts'
import { all, any, type Formula, gap, never } from '#src/policy/formula.ts'
import type { AccessRule } from '#src/techniques/access.ts'
import type { Given } from './decider.ts'
import { needsFormula, type Oracle } from './opening-formula.ts'

/** The key that encrypts a resource, as far as the model knows it. */
export type EncryptingKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: Resource; readonly account: Account }
  /** Named, but not in the model: what its policy says is not known. */
  | { readonly kind: 'unread'; readonly arn: string }

type Decide = (action: string, resource: RequestResource, given?: Given) => Formula

/** The condition under which somebody has this access to the resource, the key that encrypts it included. */
export function accessFormula(
  rule: AccessRule,
  resource: Resource,
  account: Account,
  key: EncryptingKey,
  decide: Decide,
  allowedPatterns: (action: string) => readonly string[],
): Formula {
  const formula = any(...rule.actions.map((action) => onResource(rule, action, resource, account, decide, allowedPatterns)))
  if (formula.kind === 'never' || rule.keyAction === undefined || key.kind === 'none') return formula
  return all(formula, onKey(rule.keyAction, resource, key, decide))
}

function onResource(
  { inside }: AccessRule,
  action: string,
  resource: Resource,
  account: Account,
  decide: Decide,
  allowedPatterns: (action: string) => readonly string[],
): Formula {
  if (inside === undefined) return decide(action, resourceRequest(resource, account))
  const granted = (resource.policy?.policy.statements ?? []).flatMap((statement) =>
    statement.effect === 'Allow' ? (statement.resource ?? []) : [],
  )
  const oracle: Oracle = {
    decide,
    trusts: () => never,
    allowedPatterns: (asked) => [...allowedPatterns(asked), ...granted],
    existing: (arn) => resourceRequest(resource, account, arn),
    made: (arn) => resourceRequest(resource, account, arn),
    regions: [],
  }
  const thing = { kind: 'new', name: 'inside', template: resource.arn + inside } as const
  return needsFormula([[{ action, resource: thing }]], oracle)
}

/** Whoever reads needs the key as well, through the service that reads for him. */
function onKey(action: string, resource: Resource, key: EncryptingKey, decide: Decide): Formula {
  if (key.kind === 'none') return never
  if (key.kind === 'unread') return gap(`${key.arn}: kms:GetKeyPolicy`)
  const service = resource.type.slice(0, resource.type.indexOf(':'))
  const region = key.key.region ?? 'us-east-1'
  return decide(action, resourceRequest(key.key, key.account), { 'kms:ViaService': [`${service}.${region}.amazonaws.com`] })
}

