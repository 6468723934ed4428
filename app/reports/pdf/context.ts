import type { Sheet } from '#shared/pdf/sheet'
import type { ReportFormat } from '#app/reports/weekly/format'
import type { Translate } from '#app/reports/weekly/texts'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'

/** What every section of the PDF gets. */
export interface PdfContext {
  sheet: Sheet
  report: WeeklyReport
  t: Translate
  format: ReportFormat
  /** Public address of the box, for links. */
  baseUrl: string
}
