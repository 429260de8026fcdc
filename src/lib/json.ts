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
