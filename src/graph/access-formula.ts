import type { RequestResource } from '#src/evaluate/request.ts'
import { resourceRequest } from '#src/evaluate/subjects.ts'
import type { Account, Resource } from '#src/model/model.ts'
import { all, any, type Formula, gap, never } from '#src/policy/formula.ts'
import { type Access, accessTables } from '#src/techniques/access.ts'
import type { Need } from '#src/techniques/technique.ts'
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
  const formula =
    access.context === undefined
      ? onResource(access, resource, account, asker, undefined)
      : any(...contexts(access.context).map((given) => onResource(access, resource, account, asker, given)))
  if (formula.kind === 'never' || access.onKey === undefined || key.kind === 'none') return formula
  return all(formula, onKey(access.onKey, resource, key, asker))
}

function onResource(
  { action, on }: Access,
  resource: Resource,
  account: Account,
  asker: Asker,
  given: Given | undefined,
): Formula {
  if (on === 'resource') return asker.decide(action, requestOn(resource, account), given)
  const { needs, granted } = objectsOf(action, resource)
  const made = (arn: string) => objectOf(resource, account, arn)
  const oracle: Oracle = {
    decide: (asked, thing) => asker.decide(asked, thing, given),
    trusts: () => never,
    conditionValues: () => [],
    allowedPatterns: (asked) => [...asker.allowedPatterns(asked), ...granted],
    existing: made,
    made,
    regions: [],
  }
  return needsFormula(needs, oracle)
}

const requests = new WeakMap<Resource, RequestResource>()

/** The same for everybody who asks about the resource. */
function requestOn(resource: Resource, account: Account): RequestResource {
  let request = requests.get(resource)
  if (request === undefined) requests.set(resource, (request = resourceRequest(resource, account)))
  return request
}

const objectRequests = new WeakMap<Resource, Map<string, RequestResource>>()

function objectOf(resource: Resource, account: Account, arn: string): RequestResource {
  let byArn = objectRequests.get(resource)
  if (byArn === undefined) objectRequests.set(resource, (byArn = new Map()))
  let request = byArn.get(arn)
  if (request === undefined) byArn.set(arn, (request = resourceRequest(resource, account, arn)))
  return request
}

/** Some object of a resource, by action: its name may have to fit what the resource's policy allows. */
interface Objects {
  readonly needs: readonly (readonly Need[])[]
  readonly granted: readonly string[]
}

const objects = new WeakMap<Resource, Map<string, Objects>>()

function objectsOf(action: string, resource: Resource): Objects {
  let byAction = objects.get(resource)
  if (byAction === undefined) objects.set(resource, (byAction = new Map()))
  let known = byAction.get(action)
  if (known === undefined) {
    const thing = { kind: 'new', name: 'object', template: `${resource.arn}/*` } as const
    const granted = (resource.policy?.policy.statements ?? []).flatMap((statement) =>
      statement.effect === 'Allow' ? (statement.resource ?? []) : [],
    )
    known = { needs: [[{ action, resource: thing }]], granted }
    byAction.set(action, known)
  }
  return known
}

/** Whoever reads needs the key as well, through the service that reads for him. */
function onKey(action: string, resource: Resource, key: EncryptingKey, asker: Asker): Formula {
  if (key.kind === 'none') return never
  if (key.kind === 'unread') return gap(`${key.arn}: kms:GetKeyPolicy`)
  const service = resource.type.slice(0, resource.type.indexOf(':'))
  const region = key.key.region ?? 'us-east-1'
  return asker.decide(action, requestOn(key.key, key.account), throughService(`${service}.${region}.amazonaws.com`))
}

const services = new Map<string, Given>()

function throughService(name: string): Given {
  let given = services.get(name)
  if (given === undefined) services.set(name, (given = { 'kms:ViaService': [name] }))
  return given
}
