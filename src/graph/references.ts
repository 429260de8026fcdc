import type { Statement } from '#src/policy/policy.ts'

/** The context keys that a statement's truth depends on, in lower case: in conditions, and as variables anywhere. */
export function referencesOf(statement: Statement): ReadonlySet<string> {
  const known = references.get(statement)
  if (known !== undefined) return known
  const keys = new Set<string>()
  for (const { key, values } of statement.conditions) {
    keys.add(key.toLowerCase())
    if (statement.hasVariables) for (const value of values) addVariables(value, keys)
  }
  if (statement.hasVariables) {
    for (const pattern of statement.resource ?? statement.notResource ?? []) addVariables(pattern, keys)
  }
  const result = keys.size === 0 ? none : keys
  references.set(statement, result)
  return result
}

const references = new WeakMap<Statement, ReadonlySet<string>>()
const none: ReadonlySet<string> = new Set()

function addVariables(text: string, keys: Set<string>): void {
  if (!text.includes('${')) return
  for (const [, key] of text.matchAll(/\$\{\s*([^},]+?)\s*(?:,[^}]*)?\}/g)) keys.add(key!.toLowerCase())
}
