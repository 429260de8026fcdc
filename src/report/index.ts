import type { Answer } from '#src/answers/answer.ts'
import { renderJson } from './json.ts'
import type { TextStyle } from './text/style.ts'
import { renderText } from './text.ts'

export type { TextStyle } from './text/style.ts'

/** One function for each output format; each renders every shape of answer. */
export const formats = {
  text: renderText,
  json: renderJson,
} satisfies Record<string, (answer: Answer, style: TextStyle) => string>

export type FormatName = keyof typeof formats
