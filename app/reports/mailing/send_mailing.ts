import db from '@adonisjs/lucid/services/db'
import logger from '@adonisjs/core/services/logger'
import mail from '@adonisjs/mail/services/main'
import { Workspace } from '#accounts'
import type { Mailing } from '#app/reports/mailing/find_due_mailings'
import { withMailing } from '#app/reports/mailing/claim_mailing'
import {
  composeWeeklyReportMail,
  subjectOf,
  type WeeklyReportMail,
} from '#app/reports/mailing/weekly_report_mail'

/** The job runs every quarter of an hour: a mail server may be away for a day. */
const MAX_ATTEMPTS = 96

interface WaitingRecipient {
  id: string
  email: string
  name: string
  locale: string
  attempts: number
  sending_at: Date | null
  summary: string
  pdf: Buffer
}

/**
 * Second half of a mailing: one e-mail per recipient who has none yet. Each recipient's row is
 * written by itself, so that a crash forgets nobody who was served.
 */
export class SendMailing {
  async handle(mailing: Mailing): Promise<void> {
    const workspace = await Workspace.findOrFail(mailing.workspaceId)
    await withMailing(mailing, async (row) => {
      if (!row.preparedAt) return
      for (const recipient of await waiting(mailing, row.id)) {
        if (!(await row.keep())) return
        await serve(recipient, {
          messageId: `<weekly-report-${recipient.id}@comptoir>`,
          workspaceId: workspace.id,
          workspaceName: workspace.name,
          currency: workspace.currency,
          to: recipient.email,
          name: recipient.name,
          locale: recipient.locale,
          week: mailing.week,
          summary: recipient.summary,
          pdf: recipient.pdf,
        })
      }
      const left = await waiting(mailing, row.id)
      if (left.length > 0) return
      await db
        .from('weekly_mailings')
        .where({ workspace_id: mailing.workspaceId, id: row.id, claim: row.claim })
        .update({ finished_at: db.raw('now()') })
    })
  }
}

/** Recipients of the mailing who have neither their e-mail nor used up all attempts. */
async function waiting({ workspaceId }: Mailing, mailingId: string): Promise<WaitingRecipient[]> {
  const { rows } = await db.rawQuery<{ rows: WaitingRecipient[] }>(
    `select r.id, r.email, r.name, r.locale, r.attempts, r.sending_at, f.summary, f.pdf
     from report_recipients r
     join report_files f on f.workspace_id = r.workspace_id
       and f.mailing_id = r.mailing_id and f.locale = r.locale
     where r.workspace_id = :workspaceId and r.mailing_id = :mailingId
       and r.sent_at is null and r.attempts < ${MAX_ATTEMPTS}
     order by r.id`,
    { workspaceId, mailingId }
  )
  return rows
}

async function serve(recipient: WaitingRecipient, content: WeeklyReportMail): Promise<void> {
  const row = { workspace_id: content.workspaceId, id: recipient.id }
  if (recipient.sending_at && (await isInOutbox(content, recipient.sending_at))) {
    await db
      .from('report_recipients')
      .where(row)
      .update({ sent_at: db.raw('now()') })
    return
  }
  if (!(await beginAttempt(content.workspaceId, recipient))) return
  try {
    await mail.send((message) => composeWeeklyReportMail(message, content))
  } catch (error) {
    // One address or a mail server in trouble must not keep the report from the others.
    logger.warn({ err: error, recipientId: recipient.id }, 'weekly report: e-mail failed')
    const reason = error instanceof Error ? error.message : String(error)
    await db
      .from('report_recipients')
      .where(row)
      .update({ last_error: reason.slice(0, 500), sending_at: null })
    return
  }
  await db
    .from('report_recipients')
    .where(row)
    .update({ sent_at: db.raw('now()'), last_error: null })
}

/** Notes that the message is about to go out. False when another process has begun meanwhile. */
async function beginAttempt(workspaceId: string, { id, attempts }: WaitingRecipient) {
  const { rowCount } = await db.rawQuery<{ rowCount: number }>(
    `update report_recipients set sending_at = clock_timestamp(), attempts = attempts + 1
     where workspace_id = :workspaceId and id = :id and attempts = :attempts and sent_at is null`,
    { workspaceId, id, attempts }
  )
  return rowCount === 1
}

/**
 * A run that was killed between handing the message over and noting it leaves `sending_at`
 * behind. The outbox shows whether the message arrived; with a mail server the message goes
 * out again under the same Message-ID.
 */
async function isInOutbox(content: WeeklyReportMail, since: Date): Promise<boolean> {
  const found = await db
    .from('outbox_messages')
    .where({ workspace_id: content.workspaceId, to: content.to, subject: subjectOf(content) })
    .where('created_at', '>=', since)
    .select('id')
    .first()
  return found !== null
}
