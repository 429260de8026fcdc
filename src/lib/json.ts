import { InputError } from './errors.ts'
import { escapeJson } from './escape.ts'

/**
 * JSON text for programs: members in the order in which the answer names them, two spaces deep, and nothing in it that
 * a terminal would act on. The same value gives the same text.
 */
export function formatJson(value: unknown): string {
  return escapeJson(JSON.stringify(value, null, 2))
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
