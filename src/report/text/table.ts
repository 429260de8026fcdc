import { padEnd, padStart, shorten, textWidth, wrap } from '#src/lib/terminal.ts'
import type { TextStyle } from './style.ts'

export interface TableColumn {
  readonly title: string
  readonly align?: 'right'
  /** Too long text is broken at spaces instead of shortened in the middle. */
  readonly wraps?: boolean
  /** Gives way after other columns that wrap. */
  readonly isName?: boolean
  /** Applied after measuring, so that colour does not count. */
  readonly paint?: (cell: string) => string
}

/** Columns narrower than this are not made narrower; those that wrap give way down to the other. */
const narrowest = 10
const narrowestWrapped = 25
const gap = '  '
const indent = '  '

/** Lines of a table: natural widths where nothing limits them, else the widest columns give way. Cells hold no colour. */
export function tableLines(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  style: Pick<TextStyle, 'width'>,
): readonly string[] {
  const { head, body } = layOutTable(columns, rows, style)
  return [...head, ...body.flat()]
}

/** The same with the lines of each row apart, for whoever puts something between them. */
export function layOutTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { width }: Pick<TextStyle, 'width'>,
): { readonly head: readonly string[]; readonly body: readonly (readonly string[])[] } {
  const natural = naturalWidths(columns, rows)
  const widths = width === undefined ? natural : fitColumns(columns, natural, width - frameWidth(columns.length))
  const titles = columns.map(({ title }) => title)
  return {
    head: rowOf(columns, titles, widths, false),
    body: rows.map((row) => rowOf(columns, row, widths, true)),
  }
}

/** Columns that a table takes where nothing limits it. */
export function tableWidth(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): number {
  return naturalWidths(columns, rows).reduce((sum, width) => sum + width, frameWidth(columns.length))
}

const frameWidth = (columns: number) => indent.length + gap.length * (columns - 1)

function naturalWidths(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): readonly number[] {
  return columns.map(({ title }, column) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[column]!)), textWidth(title)),
  )
}

/** Text that can be broken gives way first, then names that can, then anything but numbers. */
function fitColumns(columns: readonly TableColumn[], natural: readonly number[], available: number): readonly number[] {
  const isText = ({ wraps = false, isName = false }: TableColumn) => wraps && !isName
  const stages: readonly (readonly [least: number, mayGiveWay: (column: TableColumn) => boolean])[] = [
    [narrowestWrapped, isText],
    [narrowestWrapped, ({ wraps = false }) => wraps],
    [narrowest, ({ align }) => align !== 'right'],
  ]
  return stages.reduce(
    (widths, [least, mayGiveWay]) => narrow(widths, available, least, (column) => mayGiveWay(columns[column]!)),
    natural,
  )
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
