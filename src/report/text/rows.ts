import { withoutChoices } from '#src/answers/choices.ts'
import type { ConditionJson, FormulaJson } from '#src/answers/condition.ts'
import type { Cell, Column, Row, RowsAnswer } from '#src/answers/rows.ts'
import { escapeText } from '#src/lib/escape.ts'
import { describeChoices, describeDependence, describeResidual } from './conditions.ts'
import { gapLines, hintLines, joinBlocks, noteLines } from './frame.ts'
import { type NameOf, nameInSentence, namesOf } from './names.ts'
import { withoutKind } from './resource-classes.ts'
import { count, grouped, type Paint, paintOf, paragraph, shortTime, type TextStyle, type Verdict } from './style.ts'
import { layOutTable, type TableColumn, tableWidth } from './table.ts'

/** Rows that are listed unless all are wanted. */
const listedRows = 40

/** Lists: the answer in a sentence, then a table of the entries. */
export function renderRows(answer: RowsAnswer, style: TextStyle): string {
  const paint = paintOf(style)
  const nameOf = namesOf(answer.text, style)
  const { headline, columns, empty } = answer.table
  const shown = answer.entries.slice(0, style.all ? undefined : listedRows)
  const more = answer.entries.length - shown.length
  const used = columns.filter(({ key }) => shown.some((entry) => !isEmpty(entry[key])))
  return joinBlocks([
    noteLines(answer.text.notes, style, paint),
    paragraph(paint.strong(nameInSentence(answer.entries.length === 0 ? empty : headline, nameOf)), style),
    answer.entries.length === 0
      ? []
      : [
          ...entryLines(used, shown, { nameOf, paint, style }),
          ...(more === 0 ? [] : [`  ... ${count(more, 'more row')}: --all, or --format json`]),
        ],
    gapLines(answer.gaps ?? [], style),
    hintLines(answer.text.hints, style, paint),
  ])
}

interface Page {
  readonly nameOf: NameOf
  readonly paint: Paint
  readonly style: TextStyle
}

/**
 * A row for each entry. Where the table is wider than its terminal, conditions get lines of their own under the row; where
 * that is not enough, columns that only help are left out, and lists go under the row as well.
 */
function entryLines(columns: readonly Column[], entries: readonly Row[], page: Page): readonly string[] {
  const { width } = page.style
  const layouts = [columns, ...narrower.map((isKept) => columns.filter(isKept))]
  const fits = (kept: readonly Column[]) => {
    const { columns: titles, rows } = tableOf(kept, entries, page)
    return width === undefined || tableWidth(titles, rows) <= width
  }
  const kept = layouts.find(fits) ?? layouts.at(-1)!
  const below = columns.filter((column) => !kept.includes(column) && column.isExtra !== true)
  const table = tableOf(kept, entries, page)
  const { head, body } = layOutTable(table.columns, table.rows, page.style)
  return [...head, ...body.flatMap((lines, index) => [...lines, ...linesBelow(entries[index]!, below, page)])]
}

const isCondition = ({ as }: Column) => as === 'conditions' || as === 'residual'

/** What stays in the row, step by step less. */
const narrower: readonly ((column: Column, index: number) => boolean)[] = [
  (column) => !isCondition(column),
  (column) => !isCondition(column) && column.isExtra !== true,
  (column, index) => index === 0 || (!isCondition(column) && column.isExtra !== true && column.as !== 'list'),
]

function linesBelow(entry: Row, columns: readonly Column[], page: Page): readonly string[] {
  return columns.flatMap((column) => {
    const words = cellOf(entry, column, page)
    if (words === '') return []
    const lead = words.startsWith(freely) ? '' : `${escapeText(column.title)} `
    return paragraph(`    ${lead}${words}`, page.style, '      ')
  })
}

function tableOf(columns: readonly Column[], entries: readonly Row[], page: Page) {
  return {
    columns: columns.map(
      ({ title, as }): TableColumn => ({
        title: escapeText(title),
        ...((as === 'number' || as === 'bytes') && { align: 'right' }),
        ...(as !== 'number' && as !== 'bytes' && as !== 'time' && as !== 'verdict' && { wraps: true }),
        ...((as === 'node' || as === 'entrant') && { isName: true }),
        ...(as === 'verdict' && { paint: (text) => page.paint.verdict(text as Verdict, text) }),
      }),
    ),
    rows: entries.map((entry) => columns.map((column) => cellOf(entry, column, page))),
  }
}

/** Where the verdict is certain, what is asked for is for whoever makes the request to choose. */
const freely = 'met by whoever asks: '

function cellOf(entry: Row, { key, as }: Column, { nameOf }: Page): string {
  const cell = entry[key]
  const shown = isResidual(cell) && entry.verdict === 'conditional' ? leftOver(cell, entry.choices) : cell
  // Anybody with credentials of some account is another crowd than anybody without.
  if (as === 'entrant' && cell === '*' && entry.kind === 'account') return 'any AWS account'
  const words = cellText(shown, as, nameOf)
  const isChosen = (as === 'conditions' || as === 'residual') && words !== '' && entry.verdict === 'certain'
  return isChosen ? freely + words : words
}

/** A residual without what whoever asks chooses anyway. */
function leftOver(residual: FormulaJson, choices: Cell): FormulaJson {
  return isChoices(choices) ? withoutChoices({ residual, choices, verdict: 'conditional' }) : residual
}

function cellText(cell: Cell, as: Column['as'], nameOf: NameOf): string {
  if (cell === undefined || cell === null) return ''
  if (isResidual(cell)) return describeResidual(cell)
  if (isChoices(cell)) return describeChoices(cell)
  if (isConditions(cell)) return describeDependence(cell)
  if (typeof cell === 'object')
    return cell.map((part) => (as === 'node' ? nameOf(part) : withoutKind(nameInSentence(part, nameOf)))).join(', ')
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no'
  if (typeof cell === 'number') return as === 'bytes' ? bytes(cell) : grouped(cell)
  if (as === 'node' || as === 'entrant') return nameOf(cell)
  return as === 'time' ? shortTime(cell) : escapeText(cell)
}

function isEmpty(cell: Cell): boolean {
  return (
    cell === undefined ||
    cell === null ||
    cell === '' ||
    (Array.isArray(cell) && cell.length === 0) ||
    (isResidual(cell) && describeResidual(cell) === '')
  )
}

function isResidual(cell: Cell): cell is FormulaJson {
  if (!isChoices(cell)) return false
  return 'all' in cell || 'any' in cell || 'not' in cell || Array.isArray((cell as { values?: unknown }).values)
}

function isChoices(cell: Cell): cell is Readonly<Record<string, string>> {
  return typeof cell === 'object' && cell !== null && !Array.isArray(cell)
}

function isConditions(cell: Cell): cell is readonly ConditionJson[] {
  return Array.isArray(cell) && typeof cell[0] === 'object'
}

/** `1.9 GB`: powers of 1000, one decimal. */
export function bytes(number: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = number
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}
