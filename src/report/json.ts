import type { Answer } from '#src/answers/answer.ts'
import { formatJson, formatJsonLine } from '#src/lib/json.ts'

/** Members of an answer that only text output needs. */
const onlyForText = new Set(['shape', 'text', 'table'])

/**
 * An answer for programs, in the documented shapes: `evaluate` is an array, files of questions are answered by JSON
 * lines, everything else is one object that begins with `kind` and `version`. Ends in a newline.
 */
export function renderJson(answer: Answer): string {
  if (answer.shape === 'evaluations') return `${formatJson(answer.entries)}\n`
  if (answer.shape === 'lines') return answer.lines.map((line) => `${formatJsonLine(line)}\n`).join('')
  return `${formatJson(Object.fromEntries(Object.entries(answer).filter(([member]) => !onlyForText.has(member))))}\n`
}
