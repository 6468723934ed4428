import { appUrl } from '#config/app'
import { collectPdf, drawFooters, openPdf } from '#shared/pdf/document'
import type { PdfContext } from '#app/reports/pdf/context'
import { drawAttribution, drawLosses } from '#app/reports/pdf/sections/attribution'
import { drawCharts } from '#app/reports/pdf/sections/charts'
import { drawQuestions, drawRates } from '#app/reports/pdf/sections/details'
import { drawFigures } from '#app/reports/pdf/sections/figures'
import { drawHeadline } from '#app/reports/pdf/sections/headline'
import { drawCost, drawRoi } from '#app/reports/pdf/sections/money'
import { drawNextSteps } from '#app/reports/pdf/sections/next_steps'
import { drawRunningHead, drawTitle } from '#app/reports/pdf/sections/title'
import { Sheet } from '#shared/pdf/sheet'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'
import { reportWording } from '#app/reports/weekly/wording'

/**
 * Prints a weekly report on A4 in its own language: tagged for screen readers, fonts embedded,
 * charts as vectors. The same report always gives the same pages.
 */
export async function renderWeeklyPdf(report: WeeklyReport): Promise<Buffer> {
  const t = reportTexts(report.locale)
  const format = reportFormat(report.locale, report.workspace.currency)
  const doc = openPdf({
    title: `${t('weekly_report')} ${report.week.id}`,
    author: report.workspace.name,
    locale: report.locale,
    createdAt: new Date(report.generatedAt),
  })
  const finished = collectPdf(doc)

  const context: PdfContext = { sheet: new Sheet(doc), report, t, format, baseUrl: appUrl }
  const words = reportWording(report, t, format)
  context.sheet.onPage = () => drawRunningHead(context)

  drawTitle(context)
  drawHeadline(context, words)
  drawFigures(context, words)
  drawCharts(context)
  drawNextSteps(context, words)
  drawRoi(context, words)
  drawCost(context, words)
  drawAttribution(context, words)
  drawLosses(context, words)
  drawRates(context, words)
  drawQuestions(context)

  const zone = report.workspace.timezone
  drawFooters(context.sheet, {
    written: t('pdf.generated', { moment: format.moment(report.generatedAt, zone), zone }),
    page: (page, pages) => t('pdf.page', { page, pages }),
  })

  doc.end()
  return finished
}
