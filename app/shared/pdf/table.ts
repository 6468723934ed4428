import type { Sheet, TextStyle } from '#shared/pdf/sheet'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'

export interface Column {
  header: string
  /** Share of the table's width; the shares add up to 1. */
  share: number
  align?: 'left' | 'right'
}

export interface Row {
  cells: string[]
  isTotal?: boolean
  /** Address that the first cell leads to. */
  link?: string | null
}

const PADDING = 4
const GAP = 10
/** A name longer than this many lines is cut with an ellipsis. */
const MAX_LINES = 3

/** Draws a table whose rows grow with their text; its header is repeated on every page. */
export function drawTable(
  sheet: Sheet,
  columns: Column[],
  rows: Row[],
  at: { x?: number; width?: number } = {}
): void {
  const x = at.x ?? PAGE.margin
  const width = at.width ?? CONTENT_WIDTH
  const places = place(columns, x, width)

  const drawRow = (cells: string[], style: TextStyle, type: 'TH' | 'TD', link?: string | null) => {
    const styles = places.map(({ column }, index) => ({
      ...style,
      align: column.align ?? 'left',
      maxLines: MAX_LINES,
      tabular: column.align === 'right',
      ...(link && index === 0 ? { link } : {}),
    }))
    const height = rowHeight(sheet, cells, places, styles)
    sheet.group('TR', () => {
      places.forEach((spot, index) => {
        const text = cells[index] ?? ''
        sheet.tag(type, () => {
          sheet.write(text, spot.x, sheet.y + PADDING, spot.width, styles[index])
        })
      })
    })
    sheet.y += height
    sheet.decorate(() => rule(sheet, x, width))
  }

  const header = () =>
    drawRow(
      columns.map((column) => column.header),
      { font: 'semibold', size: 7.5, color: INK.soft },
      'TH'
    )

  sheet.group('Table', () => {
    header()
    for (const row of rows) {
      const style: TextStyle = row.isTotal ? { font: 'semibold', size: 8.5 } : { size: 8.5 }
      const page = sheet.doc.bufferedPageRange().count
      sheet.ensure(
        rowHeight(
          sheet,
          row.cells,
          places,
          places.map(() => ({ ...style, maxLines: MAX_LINES }))
        )
      )
      if (sheet.doc.bufferedPageRange().count > page) header()
      drawRow(row.cells, style, 'TD', row.link)
    }
  })
}

interface Spot {
  column: Column
  x: number
  width: number
}

function place(columns: Column[], x: number, width: number): Spot[] {
  const usable = width - GAP * (columns.length - 1)
  let left = x
  return columns.map((column) => {
    const spot = { column, x: left, width: usable * column.share }
    left += spot.width + GAP
    return spot
  })
}

function rowHeight(sheet: Sheet, cells: string[], places: Spot[], styles: TextStyle[]): number {
  const heights = places.map((spot, index) =>
    sheet.heightOf(cells[index] ?? '', spot.width, styles[index])
  )
  return Math.max(...heights) + 2 * PADDING
}

function rule(sheet: Sheet, x: number, width: number): void {
  sheet.doc
    .moveTo(x, sheet.y)
    .lineTo(x + width, sheet.y)
    .lineWidth(0.5)
    .strokeColor(INK.line)
    .stroke()
}
