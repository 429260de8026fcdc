import type { Decision, Evidence } from '#src/evaluate/decision.ts'
import { evaluate } from '#src/evaluate/evaluate.ts'
import { contextFor } from '#src/evaluate/knowledge.ts'
import type { Principal, RequestResource } from '#src/evaluate/request.ts'
import { identityResource, resourceFor } from '#src/evaluate/subjects.ts'
import { lookupOf } from '#src/model/lookup.ts'
import type { Model } from '#src/model/model.ts'
import { coversAction } from '#src/policy/action.ts'
import { all, always, any, type Formula } from '#src/policy/formula.ts'
import type { Opening, TrustNeed } from '#src/techniques/technique.ts'
import { outsidersLike, withOwnTags } from './any-outsider.ts'
import type { Attempt } from './attempts.ts'
import { conditionValues } from './condition-values.ts'
import type { Given } from './decider.ts'
import type { Step } from './label-maker.ts'
import type { Oracle } from './opening-formula.ts'
import { regionsOf } from './regions.ts'
import { sessionsOf } from './session-names.ts'
import { withSessionParameters } from './session-parameters.ts'
import { trustFormula } from './trust-formula.ts'

/** Decides one request with all that the model knows of its context. */
export function ask(
  model: Model,
  principal: Principal,
  action: string,
  resource: RequestResource,
  given?: Given,
): Decision {
  const { capturedAt } = model.snapshot
  const decide = (asker: Principal): Decision => {
    const context = contextFor({ principal: asker, action, resource, capturedAt, ...(given && { given }) })
    const decision = evaluate({ principal: asker, action, resource, context })
    const formula = withSessionParameters(
      action,
      asker,
      decision.formula,
      (other) => ask(model, asker, other, resource, given).formula,
    )
    return { ...decision, formula }
  }
  const isInside = (account: string): boolean => model.accounts.has(account)
  const likely = [...outsidersLike(principal, resource, isInside)].map(({ principal: candidate, when }) => {
    const decision = decide(candidate)
    return { ...decision, formula: all(when, decision.formula) }
  })
  const decisions = [decide(principal), ...[...sessionsOf(principal, resource)].map(decide), ...likely]
  const best = decisions.reduce((least, decision) => (rank(decision) < rank(least) ? decision : least))
  return { ...best, formula: withOwnTags(principal, any(...decisions.map(({ formula }) => formula))) }
}

export const binding = (effect: Evidence['effect'], policy: string, when: Formula = always): Evidence => ({
  layer: 'binding',
  effect,
  policy,
  statement: -1,
  when,
})

/** Asks the evaluator on somebody's behalf, and keeps for each action the decision that served best. */
export class Recorder {
  readonly #model: Model
  readonly #principal: Principal
  readonly #decisions = new Map<string, Decision>()

  constructor(model: Model, principal: Principal) {
    this.#model = model
    this.#principal = principal
  }

  readonly decide = (action: string, resource: RequestResource, given?: Given): Formula =>
    this.#record(`${action} on ${kindOf(resource.arn)}`, ask(this.#model, this.#principal, action, resource, given))

  oracle(): Oracle {
    const model = this.#model
    const account = this.#principal.account === undefined ? undefined : model.accounts.get(this.#principal.account)
    return {
      decide: this.decide,
      trusts: (trust) => this.#trusts(trust),
      allowedPatterns: (action) => patternsOf(this.#principal, action),
      conditionValues: (key) => conditionValues(this.#principal, key),
      existing: (arn, tags) => ({ ...resourceFor(model, arn), ...(tags && { tags }) }),
      made: (arn) => ({
        arn,
        account: account?.id,
        ...(account?.membership && { membership: account.membership }),
      }),
      regions: regionsOf(account),
    }
  }

  attempt(step: Step, formula: Formula, opening?: Opening): Attempt {
    const decisions = [...this.#decisions.values()]
    const isOpen = formula.kind !== 'never'
    const telling = isOpen ? decisions : decisions.filter((decision) => decision.formula.kind === 'never')
    const evidence = telling.flatMap((decision) => decision.evidence)
    if (isOpen && opening?.resource !== undefined) evidence.push(binding('Allow', opening.resource, opening.given))
    const { technique, via, resource, access } = step
    return {
      technique,
      via,
      ...(resource !== undefined && { resource }),
      ...(access !== undefined && { access }),
      formula,
      blockedBy: isOpen ? [] : [...new Set(telling.flatMap(({ blockedBy }) => blockedBy))],
      evidence,
    }
  }

  #trusts(trust: TrustNeed): Formula {
    const model = this.#model
    const role = lookupOf(model).identities.get(trust.role)
    return trustFormula(
      trust,
      (principal, action, resource, given) =>
        this.#record(`${action} on ${trust.role}`, ask(model, principal, action, resource, given)),
      role && identityResource(role, model.accounts.get(role.account)!),
    )
  }

  /** Of several tries of one need, such as other names or documents, the one that comes furthest. */
  #record(need: string, decision: Decision): Formula {
    const known = this.#decisions.get(need)
    if (known === undefined || rank(decision) < rank(known)) this.#decisions.set(need, decision)
    return decision.formula
  }
}

/** `ssm:document` of an ARN: one action may be needed on several kinds of things. */
function kindOf(arn: string): string {
  const parts = arn.split(':')
  return `${parts[2] ?? arn}:${(parts[5] ?? '').split('/', 1)[0]}`
}

const rank = ({ formula }: Decision): number => (formula.kind === 'always' ? 0 : formula.kind === 'never' ? 2 : 1)

/** Resource patterns of a principal's Allows for an action. */
export function patternsOf({ identityPolicies }: Principal, action: string): readonly string[] {
  return identityPolicies.flatMap(({ policy }) =>
    policy.statements.flatMap((statement) =>
      statement.effect === 'Allow' && coversAction(statement, action) ? (statement.resource ?? []) : [],
    ),
  )
}
