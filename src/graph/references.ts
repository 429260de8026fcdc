import { derivedKey } from '#src/evaluate/derived-keys.ts'
import type { Principal } from '#src/evaluate/request.ts'
import { compileTest, isKnownOperator, type Test } from '#src/policy/conditions/operators.ts'
import type { Statement } from '#src/policy/policy.ts'

/** What a statement's truth depends on besides action, resource and principal element. */
export interface References {
  /** Context keys by value, in lower case: in conditions, and as variables anywhere. */
  readonly keys: ReadonlySet<string>
  /** Conditions on who asks, without variables: only their truth matters, not the value. */
  readonly tests: ReadonlySet<PersonalTest>
}

/** A condition on a key that follows from the principal. Conditions with the same content are the same object. */
export interface PersonalTest {
  readonly number: number
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
  readonly test: Test
}

export function referencesOf(statement: Statement): References {
  const known = references.get(statement)
  if (known !== undefined) return known
  const keys = new Set<string>()
  const tests = new Set<PersonalTest>()
  for (const { operator, key, values } of statement.conditions) {
    const lower = key.toLowerCase()
    const hasVariable = statement.hasVariables && values.some((value) => value.includes('${'))
    if (hasVariable) for (const value of values) addVariables(value, keys)
    if (!hasVariable && isPersonal(lower) && !namesSessions(lower, values) && isKnownOperator(operator))
      tests.add(testOf(operator, lower, values))
    else keys.add(lower)
  }
  if (statement.hasVariables) {
    for (const pattern of statement.resource ?? statement.notResource ?? []) addVariables(pattern, keys)
  }
  const result = keys.size === 0 && tests.size === 0 ? none : { keys, tests }
  references.set(statement, result)
  return result
}

/** Whoever has the role may take the name: the truth for the name that it has here is not all. */
const namesSessions = (key: string, values: readonly string[]): boolean =>
  key === 'aws:userid' && values.some((value) => value.includes(':') && !value.endsWith(':*'))

const references = new WeakMap<Statement, References>()
const none: References = { keys: new Set(), tests: new Set() }

/** Keys that follow from the principal alone. Its organization is that of its class. */
export const isPersonal = (key: string): boolean =>
  /^aws:(principalarn|principalaccount|userid|username)$|^aws:principaltag\//.test(key)

/** Keys whose values differ between callers of one class. */
export const isAboutCaller = (key: string): boolean =>
  isPersonal(key) || key === 'kms:calleraccount' || key === 'aws:sourceowner' || key === 'aws:principalorgpaths'

const tests = new Map<string, PersonalTest>()

function testOf(operator: string, key: string, values: readonly string[]): PersonalTest {
  const text = JSON.stringify([operator, key, values])
  let known = tests.get(text)
  if (known === undefined) {
    known = { number: tests.size, operator, key, values, test: compileTest(operator, values) }
    tests.set(text, known)
  }
  return known
}

/** Whether the condition holds for the principal; `?` where its value is not known. */
export function truthOf({ key, test }: PersonalTest, principal: Principal): '1' | '0' | '?' {
  const state = derivedKey(key, principal, nothing)
  if (state === undefined || state.state === 'unknown') return '?'
  return test(state.state === 'known' ? state.values : undefined) ? '1' : '0'
}

const nothing = { arn: '*', account: undefined }

function addVariables(text: string, keys: Set<string>): void {
  if (!text.includes('${')) return
  for (const [, key] of text.matchAll(/\$\{\s*([^},]+?)\s*(?:,[^}]*)?\}/g)) keys.add(key!.toLowerCase())
}
