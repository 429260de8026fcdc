import { createHash } from 'node:crypto'
import { type Graph, type Label, type Node, nodeKinds, type Rows } from '#src/graph/graph.ts'
import { type Formula, type FormulaJson, fromJson, toJson } from '#src/policy/formula.ts'
import { type ArnTable, arnAt, buildArnTable, findArn, isSoundArnTable } from './arn-table.ts'
import { readSections, type Sections, writeSections } from './section-file.ts'

/** A graph that was read from a file, with what was stored beside it. */
export interface StoredGraph extends Graph {
  /** What `writeGraph` was given as `extra`; parsed when asked for. */
  extra(): unknown
}

interface Names {
  readonly nodeCount: number
  readonly hubCount: number
  /** Kinds of node, numbered in the column `kinds`; another list of kinds is another format. */
  readonly kinds: readonly string[]
  /** Account ids, numbered in the column `accounts`. */
  readonly accounts: readonly string[]
  readonly formulas: readonly FormulaJson[]
  /** Labels with the number of their formula in its place. */
  readonly labels: readonly (Omit<Label, 'formula'> & { readonly formula: number })[]
  readonly isWide: boolean
}

/**
 * Stores a built graph. `stamp` says what it was built from and by what (trustwalk's version, the snapshot's content): it is
 * read again under the same stamp only. `extra` is anything that JSON can hold.
 */
export function writeGraph(file: string, graph: Graph, stamp: string, extra?: unknown): void {
  const { nodeCount, hubCount } = graph
  const kinds = new Uint8Array(nodeCount)
  const accounts = new Uint32Array(nodeCount)
  const accountNumbers = new Map<string, number>()
  for (let index = 0; index < nodeCount; index++) {
    const { kind, account } = graph.node(index)
    kinds[index] = nodeKinds.indexOf(kind)
    accounts[index] = numberOf(account, accountNumbers)
  }
  const arns = buildArnTable(nodeCount, (index) => graph.node(index).arn, saltOf(stamp))
  const formulas = new Map<string, { readonly number: number; readonly formula: Formula }>()
  const labels = graph.labels.map((label) => {
    const known = formulas.get(label.formula.id) ?? { number: formulas.size, formula: label.formula }
    formulas.set(label.formula.id, known)
    return { ...label, formula: known.number }
  })
  const names: Names = {
    nodeCount,
    hubCount,
    kinds: nodeKinds,
    accounts: [...accountNumbers.keys()],
    formulas: [...formulas.values()].map(({ formula }) => toJson(formula)),
    labels,
    isWide: arns.isWide,
  }
  writeSections(
    file,
    stamp,
    new Map([
      ['names', Buffer.from(JSON.stringify(names))],
      ['kinds', kinds],
      ['accounts', bytesOf(accounts)],
      ['arn-pool', arns.pool],
      ['arn-start', bytesOf(arns.start)],
      ['arn-slots', bytesOf(arns.slots)],
      ...rowSections('out', graph.out),
      ...rowSections('in', graph.in),
      ['extra', Buffer.from(JSON.stringify(extra) ?? '')],
    ]),
  )
}

/**
 * The graph stored under this stamp, its columns viewed in place; undefined if there is none or the file is of another stamp
 * or format, cut short, changed, or inconsistent in any way that could lead out of its bounds.
 */
export function readGraph(file: string, stamp: string): StoredGraph | undefined {
  const sections = readSections(file, stamp)
  if (sections === undefined) return undefined
  try {
    return viewGraph(sections, stamp)
  } catch {
    // JSON that we did not write, or nested beyond the stack.
    return undefined
  }
}

function viewGraph(sections: Sections, stamp: string): StoredGraph | undefined {
  const names = parseNames(sections)
  const kinds = sections.get('kinds')
  const accounts = wordsOf(sections, 'accounts')
  const pool = sections.get('arn-pool')
  const start = wordsOf(sections, 'arn-start')
  const slots = wordsOf(sections, 'arn-slots')
  if (!names || !kinds || !accounts || !pool || !start || !slots) return undefined
  const { nodeCount, hubCount } = names
  const arns: ArnTable = { pool, start, slots, salt: saltOf(stamp), isWide: names.isWide }
  if (!isSoundArnTable(arns, nodeCount)) return undefined
  if (!areBelow(kinds, nodeCount, nodeKinds.length) || !areBelow(accounts, nodeCount, names.accounts.length)) {
    return undefined
  }
  const labels = parseLabels(names)
  if (labels === undefined) return undefined
  const out = viewRows(sections, 'out', names)
  const into = viewRows(sections, 'in', names)
  if (!out || !into || out.end.length !== into.end.length) return undefined
  const extra = sections.get('extra')
  return {
    nodeCount,
    hubCount,
    labels,
    out,
    in: into,
    node(index): Node {
      if (!(index >= 0 && index < nodeCount)) return { arn: '', kind: 'hub', account: '' }
      return {
        arn: arnAt(arns, index),
        kind: nodeKinds[kinds[index]!]!,
        account: names.accounts[accounts[index]!]!,
      }
    },
    find: (arn) => findArn(arns, arn),
    extra: () => parseExtra(extra),
  }
}

function parseNames(sections: Sections): Names | undefined {
  const names = JSON.parse(textOf(sections.get('names'))) as Partial<Names> | null
  const isSound =
    typeof names === 'object' &&
    names !== null &&
    isCount(names.nodeCount) &&
    isCount(names.hubCount) &&
    isListOf(names.kinds, isText) &&
    names.kinds.join() === nodeKinds.join() &&
    isListOf(names.accounts, isText) &&
    Array.isArray(names.formulas) &&
    Array.isArray(names.labels) &&
    typeof names.isWide === 'boolean'
  return isSound ? (names as Names) : undefined
}

function parseLabels({ formulas, labels }: Names): readonly Label[] | undefined {
  const parsed = formulas.map((formula) => (isFormula(formula) ? fromJson(formula) : undefined))
  const read: Label[] = []
  for (const label of labels as readonly unknown[]) {
    if (typeof label !== 'object' || label === null) return undefined
    const { technique, alsoTechniques, via, resource, access, formula, verdict } = label as Record<string, unknown>
    const residual = typeof formula === 'number' ? parsed[formula] : undefined
    const isSound =
      residual !== undefined &&
      isText(technique) &&
      isText(via) &&
      isListOf(alsoTechniques, isText) &&
      (resource === undefined || isText(resource)) &&
      (access === undefined || isListOf(access, isText)) &&
      isText(verdict) &&
      verdicts.includes(verdict)
    if (!isSound) return undefined
    read.push({ ...(label as Label), formula: residual })
  }
  // Number 0 is the neutral label of links into hubs; without it there is no graph.
  return read.length > 0 ? read : undefined
}

const verdicts = ['certain', 'conditional', 'no', 'unknown']

function isFormula(json: unknown): json is FormulaJson {
  if (typeof json !== 'object' || json === null) return false
  const { all, any, not, key, operator, values } = json as Record<string, unknown>
  if (all !== undefined) return isListOf(all, isFormula)
  if (any !== undefined) return isListOf(any, isFormula)
  if (not !== undefined) return isFormula(not)
  return isText(key) && isText(operator) && isListOf(values, isText)
}

/** Every link of a node ends in a node or a hub, every link of a hub in a node. */
function viewRows(sections: Sections, name: string, { nodeCount, hubCount, labels }: Names): Rows | undefined {
  const start = wordsOf(sections, `${name}-start`)
  const end = wordsOf(sections, `${name}-end`)
  const label = wordsOf(sections, `${name}-label`)
  if (!start || !end || !label) return undefined
  const total = nodeCount + hubCount
  if (start.length !== total + 1 || start[0] !== 0 || start[total] !== end.length) return undefined
  for (let row = 0; row < total; row++) if (start[row]! > start[row + 1]!) return undefined
  const firstOfHubs = start[nodeCount]!
  if (!areBelow(end.subarray(0, firstOfHubs), firstOfHubs, total)) return undefined
  if (!areBelow(end.subarray(firstOfHubs), end.length - firstOfHubs, nodeCount)) return undefined
  return areBelow(label, end.length, labels.length) ? { start, end, label } : undefined
}

function parseExtra(section: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(textOf(section))
  } catch {
    return undefined
  }
}

function rowSections(name: string, { start, end, label }: Rows): [string, Uint8Array][] {
  return [
    [`${name}-start`, bytesOf(start)],
    [`${name}-end`, bytesOf(end)],
    [`${name}-label`, bytesOf(label)],
  ]
}

function numberOf(name: string, numbers: Map<string, number>): number {
  const known = numbers.get(name) ?? numbers.size
  numbers.set(name, known)
  return known
}

/** Not known to whoever names things in the snapshot: it depends on all of the snapshot's bytes. */
const saltOf = (stamp: string) => createHash('sha256').update(`arn table ${stamp}`).digest().readInt32LE(0)

const bytesOf = (words: Uint32Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength)

function wordsOf(sections: Sections, name: string): Uint32Array | undefined {
  const bytes = sections.get(name)
  if (bytes === undefined || bytes.byteLength % 4 !== 0) return undefined
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

function areBelow(numbers: Uint8Array | Uint32Array, count: number, limit: number): boolean {
  if (numbers.length !== count) return false
  for (let index = 0; index < count; index++) if (numbers[index]! >= limit) return false
  return true
}

const textOf = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()

const isText = (value: unknown): value is string => typeof value === 'string'

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isListOf = <T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.every(is)
