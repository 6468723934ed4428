import i18nManager from '@adonisjs/i18n/services/main'
import db from '@adonisjs/lucid/services/db'
import type { Mailing } from '#app/reports/mailing/find_due_mailings'
import { withMailing } from '#app/reports/mailing/lock_mailing'
import { renderWeeklyPdf } from '#app/reports/pdf/render_weekly_pdf'
import { subscribers } from '#app/reports/services/subscriptions'
import { WriteWeeklyReport } from '#app/reports/services/write_weekly_report'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import type { WeeklyReport } from '#app/reports/weekly/weekly_report'

interface Recipient {
  userId: string
  email: string
  name: string
  locale: string
}

/**
 * First half of a mailing, all or nothing: who gets it, and one PDF per language. After it
 * every run sends the same copies to the same people.
 */
export class PrepareMailing {
  async handle(mailing: Mailing, now: Date): Promise<void> {
    await withMailing(mailing, async (row, trx) => {
      if (row.prepared_at) return
      const recipients = await recipientsOf(mailing.workspaceId)
      const locales = [...new Set(recipients.map((one) => one.locale))]
      for (const locale of locales) {
        const report = await new WriteWeeklyReport().handle({
          ...mailing,
          locale,
          now,
          fresh: true,
        })
        const pdf = await renderWeeklyPdf(report)
        await trx.table('report_files').insert({
          workspace_id: mailing.workspaceId,
          mailing_id: row.id,
          week: mailing.week,
          locale,
          size_bytes: pdf.byteLength,
          summary: summaryOf(report),
          pdf,
        })
      }
      if (recipients.length > 0) {
        await trx.table('report_recipients').multiInsert(
          recipients.map((one) => ({
            workspace_id: mailing.workspaceId,
            mailing_id: row.id,
            user_id: one.userId,
            email: one.email,
            name: one.name,
            locale: one.locale,
          }))
        )
      }
      await trx
        .from('weekly_mailings')
        .where({ workspace_id: mailing.workspaceId, id: row.id })
        .update({ prepared_at: db.raw('now()') })
    })
  }
}

async function recipientsOf(workspaceId: string): Promise<Recipient[]> {
  const subscriptions = await subscribers(workspaceId)
  return subscriptions.map(({ user, locale }) => ({
    userId: user.id,
    email: user.email,
    name: user.displayName,
    locale: supported(locale ?? user.locale),
  }))
}

function supported(locale: string): string {
  return i18nManager.supportedLocales().includes(locale) ? locale : i18nManager.defaultLocale
}

/** The week in one line, for the subject of the e-mail. */
function summaryOf(report: WeeklyReport): string {
  const format = reportFormat(report.locale, report.workspace.currency)
  return reportTexts(report.locale)('mail.summary', {
    revenue: format.cents(report.revenue.attributedCents),
    leads: report.figures.leads.value ?? 0,
  })
}
