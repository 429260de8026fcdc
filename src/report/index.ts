import type { Answer } from '#src/answers/answer.ts'
import { renderJson } from './json.ts'
import type { TextStyle } from './text/style.ts'
import { renderText } from './text.ts'

export type { TextStyle } from './text/style.ts'

/** One function for each output format; each renders every shape of answer, in parts to be written one after the other. */
export const formats = {
  text: (answer: Answer, style: TextStyle) => [renderText(answer, style)],
  json: renderJson,
} satisfies Record<string, (answer: Answer, style: TextStyle) => Iterable<string>>
