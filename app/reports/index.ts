/**
 * Reports: what conversations bring and what the box costs. The public face for the demo and
 * the commands above.
 */
import { WriteWeeklyReport } from '#app/reports/services/write_weekly_report'
import type { WriteWeeklyReportInput } from '#app/reports/services/write_weekly_report'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'

/** Writes the report of one week, a plain serialisable value. */
export function weeklyReport(input: WriteWeeklyReportInput): Promise<WeeklyReport> {
  return new WriteWeeklyReport().handle(input)
}

export { renderWeeklyPdf } from '#app/reports/pdf/render_weekly_pdf'
export { SendWeeklyReports } from '#app/reports/mailing/send_weekly_reports'
export { forgetWeekFacts } from '#app/reports/facts/week_facts_store'
export { closedWeek, parseWeek, weekBounds, weekOf, type WeekId } from '#app/reports/weeks/week'
export type { WeeklyReport } from '#app/reports/weekly/weekly_report'
export type { WriteWeeklyReportInput } from '#app/reports/services/write_weekly_report'
