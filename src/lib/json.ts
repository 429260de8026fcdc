import { InputError } from './errors.ts'
import { escapeJson } from './escape.ts'

/**
 * JSON text for programs: members in the order in which the answer names them, two spaces deep, and nothing in it that
 * a terminal would act on. The same value gives the same text.
 */
export function formatJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2))
}

/** About how long a part of `jsonParts` is, in characters. */
const partLength = 1 << 16

/** What `formatJson` gives, in parts: an answer about a million principals is longer than a text can be. */
export function* jsonParts(value: unknown): Generator<string> {
  let part = ''
  for (const piece of piecesOf(value, '')) {
    part += piece
    if (part.length < partLength) continue
    yield escapeJson(part)
    part = ''
  }
  if (part !== '') yield escapeJson(part)
}

/** Takes apart two levels: an answer and its lists. What lies deeper is small. */
function* piecesOf(value: unknown, indent: '' | '  '): Generator<string> {
  const isList = Array.isArray(value)
  const isPlain = typeof value === 'object' && value !== null && !('toJSON' in value)
  const members = isPlain ? Object.entries(value).filter(([, member]) => isList || member !== undefined) : []
  if (members.length === 0) {
    yield JSON.stringify(value, null, 2)
    return
  }
  yield isList ? '[' : '{'
  for (const [index, [name, member]] of members.entries()) {
    yield `${index === 0 ? '' : ','}\n${indent}  ${isList ? '' : `${JSON.stringify(name)}: `}`
    if (indent === '') yield* piecesOf(member, '  ')
    else yield (JSON.stringify(member, null, 2) ?? 'null').replaceAll('\n', `\n${indent}  `)
  }
  yield `\n${indent}${isList ? ']' : '}'}`
}

/** The same on one line, for JSON lines. */
export function formatJsonLine(value: unknown): string {
  return escapeJson(JSON.stringify(value))
}

/** Reads JSON text, with or without a byte order mark. Throws an `InputError` that names `where` and the place in it. */
export function parseJson(text: string, where: string): unknown {
  const json = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new InputError(json.trim() === '' ? 'is empty' : `is not JSON${placeOf(error, json)}`, { where })
  }
}

function placeOf(error: unknown, json: string): string {
  // Node's sentences differ between versions; the position is the part that lasts.
  const position = /position (\d+)/.exec(String(error))?.[1]
  if (position === undefined) return /end of JSON/.test(String(error)) ? ': it ends too early' : ''
  const before = json.slice(0, Number(position)).split('\n')
  if (Number(position) >= json.length) return ': it ends too early'
  return `: line ${before.length}, column ${before.at(-1)!.length + 1}`
}
