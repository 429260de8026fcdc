import type { Answer } from '#src/answers/answer.ts'
import { renderDecision } from './text/decision.ts'
import { renderEvaluations } from './text/evaluations.ts'
import { renderImport } from './text/import.ts'
import { renderLines } from './text/lines.ts'
import { renderPaths } from './text/paths.ts'
import { renderReach } from './text/reach.ts'
import { renderRows } from './text/rows.ts'
import type { TextStyle } from './text/style.ts'

/** An answer for people: first what the answer is, then the proof, then what to do. Ends in a newline. */
export function renderText(answer: Answer, style: TextStyle): string {
  switch (answer.shape) {
    case 'paths':
      return renderPaths(answer, style)
    case 'reach':
      return renderReach(answer, style)
    case 'decision':
      return renderDecision(answer, style)
    case 'rows':
      return renderRows(answer, style)
    case 'lines':
      return renderLines(answer, style)
    case 'evaluations':
      return renderEvaluations(answer, style)
    case 'import':
      return renderImport(answer, style)
  }
}
