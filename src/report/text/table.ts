import { padEnd, padStart, shorten, textWidth, wrap } from '#src/lib/terminal.ts'
import type { TextStyle } from './style.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'right'
  /** Too long text is broken at spaces instead of shortened in the middle. */
  readonly wraps?: boolean
  /** Applied after measuring, so that colour does not count. */
  readonly paint?: (cell: string) => string
}

/** Columns narrower than this are not made narrower. */
const narrowest = 10
const gap = '  '

/** Lines of a table: natural widths where nothing limits them, else the widest columns give way. Cells hold no colour. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width }: Pick<TextStyle, 'width'>,
  indent = '  ',
): readonly string[] {
  const natural = columns.map(({ title }, column) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[column]!)), textWidth(title)),
  )
  const widths =
    width === undefined ? natural : fitWidths(natural, width - indent.length - gap.length * (columns.length - 1))
  const titles = columns.map(({ title }) => title)
  const head = titles.some((title) => title !== '') ? [rowOf(columns, titles, widths, indent, false)] : []
  return [...head.flat(), ...rows.flatMap((row) => rowOf(columns, row, widths, indent, true))]
}

/** Takes the excess from the widest columns, evenly. */
function fitWidths(natural: readonly number[], available: number): readonly number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    const widest = Math.max(...widths)
    if (widest <= narrowest) break
    const next = Math.max(narrowest, ...widths.filter((width) => width < widest))
    const among = widths.filter((width) => width === widest).length
    const step = Math.max(1, Math.min(widest - next, Math.ceil(excess / among)))
    for (const [column, width] of widths.entries()) {
      if (width !== widest || excess <= 0) continue
      widths[column] = width - step
      excess -= step
    }
  }
  return widths
}

function rowOf(
  columns: readonly TableColumn[],
  row: readonly string[],
  widths: readonly number[],
  indent: string,
  isPainted: boolean,
): string[] {
  const cells = row.map((cell, column) => {
    const width = widths[column]!
    if (!columns[column]!.wraps) return [shorten(cell, width)]
    return wrap(cell, width).map((line) => shorten(line, width))
  })
  const height = Math.max(...cells.map((lines) => lines.length))
  return Array.from({ length: height }, (_, line) => {
    const parts = columns.map(({ align, paint }, column) => {
      const text = cells[column]![line] ?? ''
      const padded = align === 'right' ? padStart(text, widths[column]!) : padEnd(text, widths[column]!)
      return isPainted && paint !== undefined && text !== '' ? padded.replace(text, () => paint(text)) : padded
    })
    return (indent + parts.join(gap)).replace(/ +$/, '')
  })
}
