import type { Principal } from '#src/evaluate/request.ts'
import { coversAction } from '#src/policy/action.ts'
import type { Policy, Statement } from '#src/policy/policy.ts'
import { type PersonalTest, referencesOf } from './references.ts'

/** What one policy says of one action. */
export interface PolicyFacts {
  /** ARNs and account ids in `Principal` or `NotPrincipal`, of Allow and of Deny. */
  readonly arns: ReadonlySet<string>
  readonly accounts: ReadonlySet<string>
  /** Some Allow names `*`. */
  readonly isOpen: boolean
  /** Some statement can allow at all. */
  readonly mayAllow: boolean
  readonly services: ReadonlySet<string>
  readonly providers: ReadonlySet<string>
  readonly references: ReadonlySet<string>
  readonly tests: ReadonlySet<PersonalTest>
  readonly looksAtResource: boolean
  readonly hasVariables: boolean
  readonly isEmpty: boolean
}

export function factsOf(statements: readonly Statement[]): PolicyFacts {
  return statements.length === 0 ? silence : readFacts(statements)
}

function readFacts(statements: readonly Statement[]): PolicyFacts {
  const arns = new Set<string>()
  const accounts = new Set<string>()
  const services = new Set<string>()
  const providers = new Set<string>()
  const references = new Set<string>()
  const tests = new Set<PersonalTest>()
  let isOpen = false
  let mayAllow = false
  let looksAtResource = false
  let hasVariables = false
  for (const statement of statements) {
    const own = referencesOf(statement)
    for (const key of own.keys) references.add(key)
    for (const test of own.tests) tests.add(test)
    if (statement.resource ?? statement.notResource) looksAtResource = true
    if (statement.hasVariables && own.keys.size > 0) {
      hasVariables ||= JSON.stringify([statement.resource, statement.notResource, statement.conditions]).includes('${')
    }
    if (statement.effect === 'Allow' || statement.unreadable) mayAllow = true
    // Whom a statement names that could not be read nobody knows.
    if (statement.unreadable && statement.effect === 'Allow') isOpen = true
    for (const element of [statement.principal, statement.notPrincipal]) {
      if (element === undefined) continue
      const isAllow = statement.effect === 'Allow' && element === statement.principal
      if (element === '*') {
        isOpen ||= isAllow
        continue
      }
      for (const name of element.AWS ?? []) {
        if (name === '*') isOpen ||= isAllow
        else {
          const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1]
          if (account !== undefined) accounts.add(account)
          else arns.add(name)
        }
      }
      for (const name of element.Service ?? []) services.add(name)
      for (const name of element.Federated ?? []) providers.add(name)
    }
  }
  return {
    arns,
    accounts,
    services,
    providers,
    references,
    tests,
    isOpen,
    mayAllow,
    looksAtResource,
    hasVariables,
    isEmpty: statements.length === 0,
  }
}

/** Of a policy that says nothing of the action. */
const silence = readFacts([])

/** Whether some Allow of the policy for one of the actions names everybody. */
export const isOpenFor = ({ statements }: Policy, actions: readonly string[]): boolean =>
  actions.some((action) => factsOf(statements.filter((statement) => coversAction(statement, action))).isOpen)

/** How the policy names the caller: everything that `Principal` elements can tell callers apart by. */
export function formOf({ arn, roleArn, account, userArn, kind }: Principal, facts: PolicyFacts | undefined): string {
  if (kind === 'AWSService' || kind === 'WebIdentity' || kind === 'SAML') return `;${arn}`
  if (facts === undefined) return ''
  let form = ';'
  if (facts.arns.size > 0) {
    if (facts.arns.has(arn)) form += arn
    if (roleArn !== undefined && facts.arns.has(roleArn)) form += roleArn
    if (userArn !== undefined && facts.arns.has(userArn)) form += userArn
  }
  if (account !== undefined && facts.accounts.has(account)) form += account
  return form
}
