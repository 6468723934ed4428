import type { PdfContext } from '#app/reports/pdf/context'
import { printable } from '#shared/pdf/printable'
import { drawTable, type Row } from '#shared/pdf/table'
import { INK } from '#shared/pdf/theme'
import type { ReportWording } from '#app/reports/weekly/wording'

/** Shares with their ranges. */
export function drawRates({ sheet, report, t }: PdfContext, words: ReportWording): void {
  sheet.heading(t('rates'), 90)
  const rates = [
    ['rate.answered', report.rates.answered],
    ['rate.lead', report.rates.lead],
    ['rate.won', report.rates.won],
  ] as const
  drawTable(
    sheet,
    [
      { header: t('rates.measure'), share: 0.42 },
      { header: t('number'), share: 0.16, align: 'right' },
      { header: t('rates.share'), share: 0.1, align: 'right' },
      { header: t('rates.range'), share: 0.32, align: 'right' },
    ],
    rates.map(([key, rate]) => ({
      cells: [
        t(key),
        t('rate_of', { count: rate.count, of: rate.of }),
        words.rateValue(rate),
        words.rateRange(rate),
      ],
    }))
  )
  sheet.y += 6
  sheet.paragraph(words.rateRule(), { size: 8, color: INK.soft }, 16)
}

/** What visitors asked for, and what they asked in vain. */
export function drawQuestions({ sheet, report, t, format }: PdfContext): void {
  const { topProducts, unansweredQuestions } = report.details
  list(
    t('products.title'),
    t('products.product'),
    t('products.count'),
    t('products.none'),
    topProducts.map((one) => ({ cells: [printable(one.title), format.count(one.count)] }))
  )
  list(
    t('questions.title'),
    t('questions.question'),
    t('questions.count'),
    t('questions.none'),
    unansweredQuestions.map((one) => ({
      cells: [printable(one.text, 200), format.count(one.count)],
    }))
  )

  function list(title: string, subject: string, count: string, none: string, rows: Row[]): void {
    sheet.heading(title, 50)
    if (rows.length === 0) {
      sheet.paragraph(none, { color: INK.soft }, 14)
      return
    }
    const columns = [
      { header: subject, share: 0.8 },
      { header: count, share: 0.2, align: 'right' as const },
    ]
    drawTable(sheet, columns, rows)
    sheet.y += 16
  }
}
