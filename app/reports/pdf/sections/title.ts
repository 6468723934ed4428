import type { PdfContext } from '#app/reports/pdf/context'
import { printable } from '#shared/pdf/printable'
import { CONTENT_WIDTH, INK, PAGE } from '#shared/pdf/theme'

/** Sizes tried for the workspace's name, until it fits on two lines. */
const NAME_SIZES = [22, 18, 15, 12]
const MAX_NAME_LINES = 2

/** Head of the first page: whose report, of which week. */
export function drawTitle({ sheet, report, t, format }: PdfContext): void {
  const { doc } = sheet
  const { margin } = PAGE
  sheet.decorate(() => doc.rect(0, 0, PAGE.width, 7).fill(INK.primary))

  const label = { font: 'semibold', size: 8.5, color: INK.primary } as const
  sheet.y = 30
  sheet.tag('P', () => sheet.write(t('weekly_report'), margin, sheet.y, CONTENT_WIDTH / 2, label))
  sheet.decorate(() =>
    sheet.write(t('pdf.made_by'), PAGE.width / 2, sheet.y, PAGE.width / 2 - margin, {
      ...label,
      color: INK.soft,
      align: 'right',
    })
  )
  sheet.y += 16

  const name = printable(report.workspace.name, 160) || '–'
  const size = NAME_SIZES.find((one) => lines(one) <= MAX_NAME_LINES) ?? NAME_SIZES.at(-1) ?? 12
  const style = { font: 'semibold', size, maxLines: MAX_NAME_LINES } as const
  let height = 0
  sheet.tag('H1', () => (height = sheet.write(name, margin, sheet.y, CONTENT_WIDTH, style)))
  sheet.y += height + 3

  const when = [
    t('week_number', { number: format.weekNumber(report.week.id) }),
    format.dayRange(report.week.firstDay, report.week.lastDay),
    ...(report.week.isClosed ? [] : [t('running')]),
  ].join(' · ')
  sheet.paragraph(when, { size: 10, color: INK.soft }, 12)

  function lines(fontSize: number): number {
    const one = sheet.heightOf('X', CONTENT_WIDTH, { font: 'semibold', size: fontSize })
    const all = sheet.heightOf(name, CONTENT_WIDTH, { font: 'semibold', size: fontSize })
    return Math.round(all / one)
  }
}

/** Line at the top of every further page. */
export function drawRunningHead({ sheet, report, t, format }: PdfContext): void {
  const style = { size: 8, color: INK.soft, maxLines: 1 } as const
  const week = t('week_number', { number: format.weekNumber(report.week.id) })
  const { margin } = PAGE
  sheet.doc.rect(0, 0, PAGE.width, 3).fill(INK.primary)
  sheet.write(printable(report.workspace.name, 160), margin, 30, CONTENT_WIDTH - 130, style)
  sheet.write(week, PAGE.width - margin - 120, 30, 120, { ...style, align: 'right' })
  sheet.line(46)
}
