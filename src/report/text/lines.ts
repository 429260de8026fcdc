import type { LinesAnswer, PairLine, RequestLine } from '#src/answers/lines.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeDependence } from './conditions.ts'
import { joinBlocks, noteLines } from './frame.ts'
import { type NameOf, namesOf } from './names.ts'
import { layerTitles } from './statements.ts'
import { list, paintOf, type TextStyle, type Verdict } from './style.ts'
import { tableLines } from './table.ts'

/** `paths --pairs` and `can --requests`: one row a line of the file, in the same order, none left out. */
export function renderLines(answer: LinesAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const nameOf = namesOf(answer.text, style)
  const verdict = { title: 'verdict', paint: (text: string) => paint.verdict(text as Verdict, text) }
  const because = { title: 'because', wraps: true }
  const table =
    answer.of === 'pairs'
      ? tableLines(
          [
            { title: 'from', wraps: true, isName: true },
            { title: 'to', wraps: true, isName: true },
            verdict,
            { title: 'hops', align: 'right' },
            because,
          ],
          answer.lines.map((line) => pairRow(line, nameOf)),
          style,
        )
      : tableLines(
          [
            { title: 'principal', wraps: true, isName: true },
            { title: 'action' },
            { title: 'resource', wraps: true, isName: true },
            verdict,
            because,
          ],
          answer.lines.map((line) => requestRow(line, nameOf)),
          style,
        )
  return joinBlocks([
    noteLines(answer.text.notes, style, paint),
    answer.lines.length === 0 ? ['No questions in the file.'] : table,
  ])
}

function pairRow(line: PairLine, nameOf: NameOf): readonly string[] {
  const why = line.error ?? describeDependence(line.conditions)
  return [
    nameOf(line.from),
    nameOf(line.to),
    line.verdict,
    line.length === null ? '-' : String(line.length),
    line.error === undefined ? why : escapeText(why),
  ]
}

function requestRow(line: RequestLine, nameOf: NameOf): readonly string[] {
  const stopped =
    line.blockedBy.length === 0 ? '' : `stopped by ${list(line.blockedBy.map((layer) => layerTitles[layer]))}`
  const why =
    line.error === undefined
      ? [stopped, describeDependence(line.conditions)].filter((text) => text !== '').join('; ')
      : escapeText(line.error)
  return [nameOf(line.principal), escapeText(line.action), nameOf(line.resource), line.verdict, why]
}
