import type { PdfContext } from '#app/reports/pdf/context'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import { drawTable } from '#shared/pdf/table'
import type { ReportWording } from '#app/reports/weekly/wording'

const PAD = 12

/** The formula spelled out with the week's own numbers. */
export function drawRoi({ sheet, t }: PdfContext, words: ReportWording): void {
  const inner = CONTENT_WIDTH - 2 * PAD
  const lines = [
    { text: words.roiFormula(), style: { size: 9.5, color: INK.soft } },
    { text: words.roiNumbers(), style: { font: 'semibold', size: 11.5 } },
    ...[words.roiMeaning(), words.roiBasis(), words.roiConfidence()]
      .filter((text) => text !== null)
      .map((text) => ({ text, style: { size: 9 } })),
  ] as const
  const heights = lines.map((line) => sheet.heightOf(line.text, inner, line.style) + 4)
  const height = heights.reduce((sum, one) => sum + one, 2 * PAD - 4)

  sheet.heading(t('roi.title'), height)
  sheet.decorate(() => {
    sheet.panel(PAGE.margin, sheet.y, CONTENT_WIDTH, height, INK.tint)
    sheet.doc.rect(PAGE.margin, sheet.y, 3, height).fill(INK.primary)
  })
  let y = sheet.y + PAD
  lines.forEach((line, index) => {
    sheet.tag('P', () => sheet.write(line.text, PAGE.margin + PAD, y, inner, line.style))
    y += heights[index] ?? 0
  })
  sheet.y += height + 14
}

/** What the box cost, line by line. */
export function drawCost({ sheet, report, t, format }: PdfContext, words: ReportWording): void {
  sheet.heading(t('cost.title'), 90)
  drawTable(
    sheet,
    [
      { header: t('cost.item'), share: 0.75 },
      { header: t('revenue.amount'), share: 0.25, align: 'right' },
    ],
    [
      { cells: [t('cost.subscription'), format.micros(report.cost.subscriptionMicros)] },
      { cells: [words.usageLine(), format.micros(report.cost.usageMicros)] },
      { cells: [t('cost.total'), words.cost], isTotal: true },
    ]
  )
  sheet.y += 6
  sheet.paragraph(t('cost.note'), { size: 8, color: INK.soft }, 16)
}
