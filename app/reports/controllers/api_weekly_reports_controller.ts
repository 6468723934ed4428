import type { HttpContext } from '@adonisjs/core/http'
import { renderWeeklyPdf } from '#app/reports/pdf/render_weekly_pdf'
import { sendPdf } from '#shared/pdf/send_pdf'
import { WriteWeeklyReport } from '#app/reports/services/write_weekly_report'
import { weeklyReportQuery } from '#app/reports/validators/weekly_report_validators'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import { reportWording } from '#app/reports/weekly/wording'
import type { WeekId } from '#app/reports/weeks/week'

/** The weekly report for programs: JSON, or the PDF when `Accept` asks for it. */
export default class ApiWeeklyReportsController {
  async show(ctx: HttpContext) {
    const { workspace, request, response } = ctx
    const { week, locale } = await weeklyReportQuery.validate(request.qs())
    const report = await new WriteWeeklyReport().handle({
      workspaceId: workspace.id,
      week: week as WeekId,
      locale: locale ?? workspace.locale,
    })
    const t = reportTexts(report.locale)
    response.header('vary', 'accept')
    if (request.accepts(['application/json', 'application/pdf']) === 'application/pdf') {
      return sendPdf(ctx, await renderWeeklyPdf(report), t('pdf.file_name', { week }))
    }

    const words = reportWording(report, t, reportFormat(report.locale, workspace.currency))
    return {
      ...report,
      roi: { ...report.roi, formula: `${words.roiFormula()}: ${words.roiNumbers()}` },
      suggestions: report.suggestions.map((one) => ({ ...one, ...words.suggestion(one) })),
    }
  }
}
