/**
 * What is kept of an answer: an allow list of fields, so that nothing is written that nobody thought of.
 *
 *     Keys { KeyId KeyArn }     members of every entry of `Keys`; lists are gone through
 *     tags { * }                every member that is text, a number or a truth value
 *     resourceMethods { * { authorizationType } }
 *     UserData { Value? }       `true` where there is a value; never the value
 *
 * A field without braces is kept only if it is text, a number, a truth value or a date, or a list of such.
 */
export type Selection = ReadonlyMap<string, Selection | 'value' | 'presence'>

export function parseSelection(text: string): Selection {
  const tokens = text.match(/[{}]|[^\s{}]+/g) ?? []
  let next = 0
  const members = (isInner: boolean): Selection => {
    const selection = new Map<string, Selection | 'value' | 'presence'>()
    while (next < tokens.length) {
      const token = tokens[next++]!
      if (token === '}' && isInner) return selection
      if (token === '{' || token === '}') throw new Error(`braces do not match: ${text}`)
      if (tokens[next] === '{') {
        next++
        selection.set(token, members(true))
      } else if (token.endsWith('?')) selection.set(token.slice(0, -1), 'presence')
      else selection.set(token, 'value')
    }
    if (isInner) throw new Error(`braces do not match: ${text}`)
    return selection
  }
  return members(false)
}

/** The kept part of an answer, as JSON writes it; undefined where nothing is kept. Lists stay, also when they are empty. */
export function select(value: unknown, selection: Selection): unknown {
  if (Array.isArray(value)) return value.map((item) => select(item, selection)).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return undefined
  const kept: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    const wanted = selection.get(name) ?? selection.get('*')
    if (wanted === undefined || member === undefined || member === null) continue
    const part = wanted === 'value' ? scalar(member) : wanted === 'presence' ? isThere(member) : select(member, wanted)
    if (part !== undefined) kept[name] = part
  }
  return kept
}

function scalar(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(scalar).filter((item) => item !== undefined)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString()
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}

const isThere = (value: unknown): true | undefined => (value === '' ? undefined : true)

/** Two pages of one answer as one: lists are joined, members of objects are added, anything else is that of the first. */
export function joinPages(first: unknown, second: unknown): unknown {
  if (first === undefined) return second
  if (Array.isArray(first) && Array.isArray(second)) return first.concat(second)
  if (!isRecord(first) || !isRecord(second)) return first
  for (const [name, member] of Object.entries(second)) first[name] = joinPages(first[name], member)
  return first
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether an answer says nothing: no members, or only lists without entries. */
export function isEmptyAnswer(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0
  return isRecord(value) && Object.values(value).every(isEmptyAnswer)
}
