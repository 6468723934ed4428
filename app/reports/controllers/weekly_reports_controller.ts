import type { HttpContext } from '@adonisjs/core/http'
import { E_NOT_FOUND } from '#shared/exceptions/errors'
import { weeklyCharts } from '#app/reports/charts/weekly_charts'
import ReportFile from '#app/reports/models/report_file'
import { renderWeeklyPdf } from '#app/reports/pdf/render_weekly_pdf'
import { sendPdf } from '#shared/pdf/send_pdf'
import { collectListedWeeks, listWeeks } from '#app/reports/services/list_weeks'
import { subscriptionOf } from '#app/reports/services/subscriptions'
import { WriteWeeklyReport } from '#app/reports/services/write_weekly_report'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import { FIGURES, type WeeklyReport } from '#app/reports/weekly/weekly_report'
import { reportWording } from '#app/reports/weekly/wording'
import { parseWeek, shiftWeek, weekOf, type WeekId } from '#app/reports/weeks/week'

/** Copies listed on the page of all weeks. */
const COPIES_LISTED = 30

/** Weeks with their figures, one week as page and as PDF. */
export default class WeeklyReportsController {
  async index(ctx: HttpContext) {
    const { workspace, user, i18n, view } = ctx
    const now = new Date()
    const counted = await collectListedWeeks(workspace, now)
    const [weeks, report, copies, subscription] = await Promise.all([
      listWeeks(workspace, counted, now),
      new WriteWeeklyReport().handle({
        workspaceId: workspace.id,
        week: weekOf(now, workspace.timezone),
        locale: i18n.locale,
        now,
        counted,
      }),
      ReportFile.in(workspace.id)
        .select('id', 'week', 'locale', 'sizeBytes', 'createdAt')
        .orderBy('createdAt', 'desc')
        .limit(COPIES_LISTED),
      subscriptionOf(workspace.id, user.id),
    ])
    const charts = weeklyCharts(report, reportTexts(i18n.locale), 'page')
    return view.render('reports/index', {
      weeks,
      format: formatOf(ctx),
      charts: charts.filter((chart) => chart.id === 'activity' || chart.id === 'money'),
      isEmpty: weeks.every((week) => week.conversations === 0 && week.dealsWon === 0),
      copies,
      askToKeep: subscription !== null && subscription.confirmedAt === null,
    })
  }

  async show(ctx: HttpContext) {
    const { workspace, i18n, view } = ctx
    const week = weekFrom(ctx)
    const report = await write(ctx, week)
    const t = reportTexts(i18n.locale)
    const format = formatOf(ctx)
    const next = shiftWeek(week, 1)
    return view.render('reports/show', {
      report,
      format,
      words: reportWording(report, t, format),
      charts: weeklyCharts(report, t, 'page'),
      figureNames: FIGURES,
      previousWeek: parseWeek(shiftWeek(week, -1)),
      nextWeek: next <= weekOf(new Date(), workspace.timezone) ? next : null,
    })
  }

  async pdf(ctx: HttpContext) {
    const week = weekFrom(ctx)
    const pdf = await renderWeeklyPdf(await write(ctx, week))
    return sendPdf(ctx, pdf, reportTexts(ctx.i18n.locale)('pdf.file_name', { week }))
  }

  /** A copy as it was sent. */
  async copy(ctx: HttpContext) {
    const file = await ReportFile.in(ctx.workspace.id).where('id', ctx.params.id).first()
    if (!file) throw new E_NOT_FOUND()
    const name = reportTexts(file.locale)('pdf.file_name', { week: file.week })
    return sendPdf(ctx, file.pdf, name)
  }
}

function weekFrom(ctx: HttpContext): WeekId {
  const week = parseWeek(ctx.params.week)
  if (!week) throw new E_NOT_FOUND()
  return week
}

function write(ctx: HttpContext, week: WeekId): Promise<WeeklyReport> {
  return new WriteWeeklyReport().handle({
    workspaceId: ctx.workspace.id,
    week,
    locale: ctx.i18n.locale,
  })
}

function formatOf({ i18n, workspace }: HttpContext) {
  return reportFormat(i18n.locale, workspace.currency)
}
