import type { Call } from '../service.ts'

/** The arguments of one call of an operation. */
export interface Arguments {
  readonly values: readonly unknown[]
  /** To be asked there, if not in the region of the place. */
  readonly region?: string
}

/** Answers of a service in one place, by operation and arguments. */
export type Answers = Readonly<Record<string, unknown>>

/** Finds the answers that a call's arguments are in: of the service itself, or of the one that is named. */
export type AnswersOf = (service: string | undefined) => Answers

/** With which arguments a call is to be made, as far as the answers so far tell; each once, in the order of the answers. */
export function argumentsOf(call: Call, account: string, answersOf: AnswersOf): readonly Arguments[] {
  if (call.values !== undefined) {
    return (call.values === 'account' ? [account] : call.values).map((value) => ({ values: [value] }))
  }
  if (call.each === undefined) return [{ values: [] }]
  const found = new Map<string, Arguments>()
  for (const path of [call.each].flat()) {
    const { service, names } = parsePath(path)
    for (const item of follow(answersOf(service), names, [], undefined, call.region)) {
      found.set(JSON.stringify(item.values), item)
    }
  }
  const all = [...found.values()]
  return call.batch === undefined ? all : batches(all, call.batch)
}

/** The operations, with their service if it is another, that a call's arguments come from. */
export function sourcesOf(call: Call): readonly { readonly service: string | undefined; readonly operation: string }[] {
  return [call.each ?? []].flat().map((path) => {
    const { service, names } = parsePath(path)
    return { service, operation: names[0]! }
  })
}

function parsePath(path: string): { service: string | undefined; names: readonly string[] } {
  const split = path.indexOf('/')
  return { service: split < 0 ? undefined : path.slice(0, split), names: path.slice(split + 1).split('.') }
}

function* follow(
  value: unknown,
  names: readonly string[],
  captured: readonly unknown[],
  parent: object | undefined,
  beside: string | undefined,
): Iterable<Arguments> {
  if (Array.isArray(value)) {
    for (const item of value) yield* follow(item, names, captured, parent, beside)
    return
  }
  const [name, ...rest] = names
  if (name === undefined) {
    if (typeof value !== 'string' && typeof value !== 'number') return
    const region = beside === undefined || parent === undefined ? undefined : own(parent, beside)
    yield { values: [...captured, value], ...(typeof region === 'string' && region !== '' && { region }) }
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (name !== '*' && name !== '_') {
    yield* follow(own(value, name), rest, captured, value, beside)
    return
  }
  for (const [key, member] of Object.entries(value)) {
    yield* follow(member, rest, name === '*' ? [...captured, key] : captured, value, beside)
  }
}

const own = (value: object, name: string): unknown =>
  Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined

/** Arguments that differ only in the last become one whose last is a list. */
function batches(all: readonly Arguments[], most: number): readonly Arguments[] {
  const groups = new Map<string, unknown[][]>()
  for (const { values } of all) {
    const key = JSON.stringify(values.slice(0, -1))
    const lists = groups.get(key) ?? [[]]
    if (lists.at(-1)!.length === most) lists.push([])
    lists.at(-1)!.push(values.at(-1))
    groups.set(key, lists)
  }
  return [...groups].flatMap(([key, lists]) =>
    lists.map((list) => ({ values: [...(JSON.parse(key) as unknown[]), list] })),
  )
}
