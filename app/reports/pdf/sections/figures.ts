import type { PdfContext } from '#app/reports/pdf/context'
import type { TextStyle } from '#shared/pdf/sheet'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import { FIGURES } from '#app/reports/weekly/weekly_report'
import type { ReportWording } from '#app/reports/weekly/wording'

const COLUMNS = 4
const GAP = 8
const PAD = 8

/** Tiles of the counted figures and the share of answered conversations. */
export function drawFigures({ sheet, report, t }: PdfContext, words: ReportWording): void {
  const answered = report.rates.answered
  const counted = FIGURES.map((name) => ({
    label: t(name),
    value: words.figureValue(report.figures[name]),
    note: words.figureChange(report.figures[name]),
  }))
  const tiles = [
    ...counted.slice(0, 2),
    {
      label: t('answered'),
      value: words.rateValue(answered),
      note: words.rateRange(answered),
    },
    ...counted.slice(2),
  ]

  sheet.heading(t('key_figures'))
  const width = (CONTENT_WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
  const inner = width - 2 * PAD
  const value = { font: 'semibold', size: 15, maxLines: 1 } as const
  const small = { size: 7.5, color: INK.soft } as const
  for (let start = 0; start < tiles.length; start += COLUMNS) {
    const row = tiles.slice(start, start + COLUMNS)
    const notes = Math.max(...row.map((tile) => sheet.heightOf(tile.note || ' ', inner, small)))
    const height = PAD + 11 + 20 + notes + PAD
    sheet.ensure(height)
    row.forEach((tile, index) => {
      const x = PAGE.margin + index * (width + GAP)
      sheet.decorate(() => {
        sheet.doc.roundedRect(x, sheet.y, width, height, 4).lineWidth(0.7).stroke(INK.line)
      })
      const label = { ...small, size: 8, maxLines: 1 }
      const say = (text: string, top: number, style: TextStyle) =>
        sheet.tag('P', () => sheet.write(text, x + PAD, sheet.y + PAD + top, inner, style))
      say(tile.label, 0, label)
      say(tile.value, 11, value)
      if (tile.note) say(tile.note, 31, small)
    })
    sheet.y += height + GAP
  }
  sheet.paragraph(t('key_figures_note'), small, 14)
}
