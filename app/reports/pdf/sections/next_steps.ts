import type { PdfContext } from '#app/reports/pdf/context'
import { printable } from '#shared/pdf/printable'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'
import type { ReportWording } from '#app/reports/weekly/wording'

const NUMBER_WIDTH = 20

/** What to do next, most urgent first, each with the fact that speaks for it. */
export function drawNextSteps(context: PdfContext, words: ReportWording): void {
  const { sheet, report, t, baseUrl } = context
  sheet.heading(t('next.title'))
  if (report.suggestions.length === 0) {
    sheet.paragraph(t('next.none'), { color: INK.soft }, 14)
    return
  }

  const x = PAGE.margin + NUMBER_WIDTH
  const width = CONTENT_WIDTH - NUMBER_WIDTH
  const title = { font: 'semibold', size: 9.5 } as const
  const body = { size: 9, color: INK.soft } as const
  report.suggestions.forEach((suggestion, index) => {
    const said = words.suggestion(suggestion)
    const text = printable(said.text, 500)
    const titleHeight = sheet.heightOf(said.title, width, title)
    const height = titleHeight + sheet.heightOf(text, width, body)
    sheet.ensure(height)
    const number = { font: 'semibold', size: 9.5, color: INK.primary } as const
    sheet.tag('P', () => {
      sheet.write(`${index + 1}. `, PAGE.margin, sheet.y, NUMBER_WIDTH, number)
      sheet.write(said.title, x, sheet.y, width, { ...title, link: `${baseUrl}${said.href}` })
    })
    sheet.tag('P', () => sheet.write(text, x, sheet.y + titleHeight, width, body))
    sheet.y += height + 7
  })
  sheet.y += 9
}
