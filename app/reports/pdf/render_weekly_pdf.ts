import PDFDocument from 'pdfkit'
import { appUrl } from '#config/app'
import type { PdfContext } from '#app/reports/pdf/context'
import { reportFonts } from '#app/reports/pdf/fonts'
import { printable } from '#app/reports/pdf/printable'
import { drawAttribution, drawLosses } from '#app/reports/pdf/sections/attribution'
import { drawCharts } from '#app/reports/pdf/sections/charts'
import { drawQuestions, drawRates } from '#app/reports/pdf/sections/details'
import { drawFigures } from '#app/reports/pdf/sections/figures'
import { drawHeadline } from '#app/reports/pdf/sections/headline'
import { drawCost, drawRoi } from '#app/reports/pdf/sections/money'
import { drawNextSteps } from '#app/reports/pdf/sections/next_steps'
import { drawRunningHead, drawTitle } from '#app/reports/pdf/sections/title'
import { Sheet } from '#app/reports/pdf/sheet'
import { CONTENT_WIDTH, INK, PAGE } from '#app/reports/pdf/theme'
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
  const doc = openDocument(report, `${t('weekly_report')} ${report.week.id}`)
  const finished = collect(doc)

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
  drawFooters(context)

  doc.end()
  return finished
}

type Document = InstanceType<typeof PDFDocument>

function openDocument(report: WeeklyReport, title: string): Document {
  const fonts = reportFonts()
  const doc = new PDFDocument({
    size: 'A4',
    margins: { top: 0, bottom: 0, left: PAGE.margin, right: PAGE.margin },
    bufferPages: true,
    tagged: true,
    pdfVersion: '1.7',
    lang: report.locale,
    displayTitle: true,
    // No font of pdfkit's own: an unnamed one would be compared anew at every change of font.
    font: null as never,
    info: {
      Title: `${printable(report.workspace.name, 120)}, ${title}`,
      Author: printable(report.workspace.name, 120),
      Creator: 'Comptoir',
      Producer: 'Comptoir',
      CreationDate: new Date(report.generatedAt),
    },
  })
  doc.registerFont('regular', fonts.regular as never)
  doc.registerFont('semibold', fonts.semibold as never)
  return doc
}

/** Page numbers can only be written once the last page is known. */
function drawFooters({ sheet, report, t, format }: PdfContext): void {
  const { doc } = sheet
  const { start, count } = doc.bufferedPageRange()
  const zone = report.workspace.timezone
  const written = t('pdf.generated', { moment: format.moment(report.generatedAt, zone), zone })
  const style = { size: 7.5, color: INK.soft, maxLines: 1 } as const
  const y = PAGE.height - 36
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page)
    sheet.decorate(() => {
      sheet.line(y - 6)
      sheet.write(written, PAGE.margin, y, CONTENT_WIDTH - 90, style)
      sheet.write(
        t('pdf.page', { page: page + 1, pages: count }),
        PAGE.width - PAGE.margin - 90,
        y,
        90,
        { ...style, align: 'right' }
      )
    })
  }
}

function collect(doc: Document): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    doc.on('data', (chunk: Buffer) => chunks.push(chunk))
    doc.on('end', () => resolve(Buffer.concat(chunks)))
    doc.on('error', reject)
  })
}
