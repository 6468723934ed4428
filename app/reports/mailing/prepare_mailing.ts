import i18nManager from '@adonisjs/i18n/services/main'
import db from '@adonisjs/lucid/services/db'
import type { Mailing } from '#app/reports/mailing/find_due_mailings'
import { withMailing, type ClaimedMailing } from '#app/reports/mailing/claim_mailing'
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

interface Copy {
  locale: string
  summary: string
  pdf: Buffer
}

/**
 * First half of a mailing, all or nothing: who gets it, and one PDF per language. After it
 * every run sends the same copies to the same people.
 */
export class PrepareMailing {
  async handle(mailing: Mailing, now: Date): Promise<void> {
    await withMailing(mailing, async (claimed) => {
      if (claimed.preparedAt) return
      const recipients = await recipientsOf(mailing.workspaceId)
      const copies: Copy[] = []
      for (const locale of new Set(recipients.map((one) => one.locale))) {
        copies.push(await copyOf(mailing, locale, now))
      }
      await store(mailing, claimed, recipients, copies)
    })
  }
}

async function copyOf(mailing: Mailing, locale: string, now: Date): Promise<Copy> {
  const report = await new WriteWeeklyReport().handle({ ...mailing, locale, now, fresh: true })
  return { locale, summary: summaryOf(report), pdf: await renderWeeklyPdf(report) }
}

/** Writes everything at once, unless another process took the mailing over in the meantime. */
async function store(
  { workspaceId, week }: Mailing,
  { id, claim }: ClaimedMailing,
  recipients: Recipient[],
  copies: Copy[]
): Promise<void> {
  await db.transaction(async (trx) => {
    const { rowCount } = await trx.rawQuery<{ rowCount: number }>(
      `update weekly_mailings set prepared_at = now()
       where workspace_id = :workspaceId and id = :id and claim = :claim and prepared_at is null`,
      { workspaceId, id, claim }
    )
    if (rowCount !== 1) return
    for (const { locale, summary, pdf } of copies) {
      await trx.table('report_files').insert({
        workspace_id: workspaceId,
        mailing_id: id,
        week,
        locale,
        size_bytes: pdf.byteLength,
        summary,
        pdf,
      })
    }
    if (recipients.length === 0) return
    await trx.table('report_recipients').multiInsert(
      recipients.map((one) => ({
        workspace_id: workspaceId,
        mailing_id: id,
        user_id: one.userId,
        email: one.email,
        name: one.name,
        locale: one.locale,
      }))
    )
  })
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
