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

/** Columns narrower than this are not made narrower; those that wrap give way down to the other. */
const narrowest = 10
const narrowestWrapped = 24
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
    width === undefined
      ? natural
      : fitColumns(columns, natural, width - indent.length - gap.length * (columns.length - 1))
  const titles = columns.map(({ title }) => title)
  const head = titles.some((title) => title !== '') ? [rowOf(columns, titles, widths, indent, false)] : []
  return [...head.flat(), ...rows.flatMap((row) => rowOf(columns, row, widths, indent, true))]
}

/** Text that can be broken gives way first, names after it. */
function fitColumns(columns: readonly TableColumn[], natural: readonly number[], available: number): readonly number[] {
  const wraps = (column: number) => columns[column]!.wraps === true
  const afterWrapping = narrow(natural, available, narrowestWrapped, wraps)
  return narrow(afterWrapping, available, narrowest, (column) => columns[column]!.align !== 'right')
}

/** Takes the excess from the widest of the columns that may give way, evenly, down to `least`. */
function narrow(
  natural: readonly number[],
  available: number,
  least: number,
  mayGiveWay: (column: number) => boolean,
): readonly number[] {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) - available
  while (excess > 0) {
    const widest = Math.max(0, ...widths.filter((_, column) => mayGiveWay(column)))
    if (widest <= least) break
    for (const [column, width] of widths.entries()) {
      if (width !== widest || excess <= 0 || !mayGiveWay(column)) continue
      widths[column] = width - 1
      excess--
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
