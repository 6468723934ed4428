import type { PdfContext } from '#app/reports/pdf/context'
import { printable } from '#shared/pdf/printable'
import { drawTable, type Row } from '#shared/pdf/table'
import { INK } from '#shared/pdf/theme'
import type { ReportWording } from '#app/reports/weekly/wording'

/** More rows would bury the rest of the report; the page lists them all. */
const MAX_ROWS = 150

/** The deals behind the attributed revenue, the rule that chose them, and why others were lost. */
export function drawAttribution(context: PdfContext, words: ReportWording): void {
  const { sheet, report, t, format, baseUrl } = context
  const { revenue } = report
  sheet.heading(t('revenue.title'), 120)
  sheet.paragraph(words.revenueRule(), { color: INK.soft }, 6)
  if (revenue.deals.length === 0) {
    sheet.paragraph(t('revenue.none'), {}, 4)
  } else {
    const shown = revenue.deals.slice(0, MAX_ROWS)
    const rows: Row[] = shown.map((deal) => ({
      cells: [
        printable(deal.title),
        printable(deal.customer ?? '–'),
        format.dayIn(deal.wonAt, report.workspace.timezone),
        format.count(deal.daysToWin),
        format.cents(deal.amountCents),
      ],
      link: `${baseUrl}/deals/${deal.dealId}`,
    }))
    const more = revenue.deals.length - shown.length
    if (more > 0) rows.push({ cells: [t('revenue.more', { count: more }), '', '', '', ''] })
    rows.push({ cells: [t('revenue.total'), '', '', '', words.revenue], isTotal: true })
    drawTable(
      sheet,
      [
        { header: t('revenue.deal'), share: 0.32 },
        { header: t('revenue.customer'), share: 0.24 },
        { header: t('revenue.won_on'), share: 0.15 },
        { header: t('revenue.days'), share: 0.08, align: 'right' },
        { header: t('revenue.amount'), share: 0.21, align: 'right' },
      ],
      rows
    )
    sheet.y += 6
  }
  const notes = [t('revenue.all_won', { amount: format.cents(revenue.wonCents) })]
  if (revenue.outsideWindow > 0) {
    notes.push(t('revenue.outside', { count: revenue.outsideWindow }))
  }
  sheet.paragraph(notes.join(' '), { size: 8, color: INK.soft }, 16)
}

/** Reasons of the deals lost in the week. */
export function drawLosses({ sheet, report, t, format }: PdfContext, words: ReportWording): void {
  if (report.lossReasons.length === 0) return
  sheet.heading(t('losses.title'), 60)
  drawTable(
    sheet,
    [
      { header: t('losses.reason'), share: 0.8 },
      { header: t('number'), share: 0.2, align: 'right' },
    ],
    report.lossReasons.map((one) => ({
      cells: [printable(words.lossReason(one.reason)), format.count(one.count)],
    }))
  )
  sheet.y += 16
}
