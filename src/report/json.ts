import type { Answer } from '#src/answers/answer.ts'
import { formatJsonLine, jsonParts } from '#src/lib/json.ts'

/** Members of an answer that only text output needs. */
const onlyForText = new Set(['shape', 'text', 'table'])

/**
 * An answer for programs, in the documented shapes: `evaluate` is an array, files of questions are answered by JSON
 * lines, everything else is one object that begins with `kind` and `version`. In parts, of which the last ends in a newline.
 */
export function* renderJson(answer: Answer): Generator<string> {
  if (answer.shape === 'lines') {
    for (const line of answer.lines) yield `${formatJsonLine(line)}\n`
    return
  }
  const value = answer.shape === 'evaluations' ? answer.entries : withoutText(answer)
  yield* jsonParts(value)
  yield '\n'
}

function withoutText(answer: Answer): unknown {
  return Object.fromEntries(Object.entries(answer).filter(([member]) => !onlyForText.has(member)))
}
