import type { RequestResource } from '#src/evaluate/request.ts'
import { resourceRequest } from '#src/evaluate/subjects.ts'
import type { Account, Resource } from '#src/model/model.ts'
import { all, any, type Formula, gap, never } from '#src/policy/formula.ts'
import { type Access, accessTables } from '#src/techniques/access.ts'
import type { Given } from './decider.ts'
import type { Label } from './graph.ts'
import type { Step } from './label-maker.ts'
import { contexts, needsFormula, type Oracle } from './opening-formula.ts'

/** The key that encrypts a resource, as far as the model knows it. */
export type EncryptingKey =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly key: Resource; readonly account: Account }
  /** Named, but not in the model: what its policy says is not known. */
  | { readonly kind: 'unread'; readonly arn: string }

export interface Asker {
  decide(action: string, resource: RequestResource, given?: Given): Formula
  allowedPatterns(action: string): readonly string[]
}

export type AccessKind = NonNullable<Label['access']>[number]

const kinds: readonly AccessKind[] = ['read', 'write', 'admin']

/**
 * What somebody may do with a resource: one step for all kinds of access that hang on the same condition. Named after the
 * first action that opens it.
 */
export function accessSteps(
  resource: Resource,
  account: Account,
  key: EncryptingKey,
  asker: Asker,
): readonly { readonly step: Step; readonly formula: Formula }[] {
  const found = new Map<string, { access: AccessKind[]; by: Access; formula: Formula }>()
  for (const kind of kinds) {
    const open: [Access, Formula][] = []
    for (const access of accessTables[resource.type].actions) {
      if (access.access !== kind) continue
      const formula = actionFormula(access, resource, account, key, asker)
      if (formula.kind === 'never') continue
      open.push([access, formula])
      if (formula.kind === 'always') break
    }
    if (open.length === 0) continue
    const formula = any(...open.map(([, each]) => each))
    const by = (open.find(([, each]) => each.id === formula.id) ?? open[0]!)[0]
    const known = found.get(formula.id)
    if (known === undefined) found.set(formula.id, { access: [kind], by, formula })
    else known.access.push(kind)
  }
  return [...found.values()].map(({ access, by, formula }) => ({
    step: { technique: by.technique, via: by.action, access },
    formula,
  }))
}

/** One action, the key that encrypts the resource included. */
export function actionFormula(
  access: Access,
  resource: Resource,
  account: Account,
  key: EncryptingKey,
  asker: Asker,
): Formula {
  const formula = any(
    ...[...contexts(access.context ?? {})].map((given) => onResource(access, resource, account, asker, given)),
  )
  if (formula.kind === 'never' || access.onKey === undefined || key.kind === 'none') return formula
  return all(formula, onKey(access.onKey, resource, key, asker))
}

function onResource(
  { action, on, context }: Access,
  resource: Resource,
  account: Account,
  asker: Asker,
  given: Given,
): Formula {
  const decide: Asker['decide'] = (asked, thing) => asker.decide(asked, thing, context && given)
  if (on === 'resource') return decide(action, resourceRequest(resource, account))
  const granted = (resource.policy?.policy.statements ?? []).flatMap((statement) =>
    statement.effect === 'Allow' ? (statement.resource ?? []) : [],
  )
  const oracle: Oracle = {
    decide,
    trusts: () => never,
    conditionValues: () => [],
    allowedPatterns: (asked) => [...asker.allowedPatterns(asked), ...granted],
    existing: (arn) => resourceRequest(resource, account, arn),
    made: (arn) => resourceRequest(resource, account, arn),
    regions: [],
  }
  const thing = { kind: 'new', name: 'object', template: `${resource.arn}/*` } as const
  return needsFormula([[{ action, resource: thing }]], oracle)
}

/** Whoever reads needs the key as well, through the service that reads for him. */
function onKey(action: string, resource: Resource, key: EncryptingKey, asker: Asker): Formula {
  if (key.kind === 'none') return never
  if (key.kind === 'unread') return gap(`${key.arn}: kms:GetKeyPolicy`)
  const service = resource.type.slice(0, resource.type.indexOf(':'))
  const region = key.key.region ?? 'us-east-1'
  const given = { 'kms:ViaService': [`${service}.${region}.amazonaws.com`] }
  return asker.decide(action, resourceRequest(key.key, key.account), given)
}
