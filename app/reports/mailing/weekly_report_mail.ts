import type { Message } from '@adonisjs/mail'
import { appUrl } from '#config/app'
import { reportFormat } from '#app/reports/weekly/format'
import { reportTexts } from '#app/reports/weekly/texts'
import { daysOf, type WeekId } from '#app/reports/weeks/week'

export interface WeeklyReportMail {
  /** Stays the same when the message is sent again after a crash: mail servers drop doubles. */
  messageId: string
  workspaceId: string
  workspaceName: string
  currency: string
  to: string
  name: string
  locale: string
  week: WeekId
  summary: string
  pdf: Buffer
}

/** Subject of the e-mail: whose report, which week, and the result. */
export function subjectOf(mail: WeeklyReportMail): string {
  const t = reportTexts(mail.locale)
  const number = Number(mail.week.slice(-2))
  const workspace = [...mail.workspaceName.replace(/\s+/g, ' ')].slice(0, 80).join('')
  return t('mail.subject', { workspace, number, summary: mail.summary })
}

/** Writes the e-mail with the report attached, in the language of its reader. */
export function composeWeeklyReportMail(message: Message, mail: WeeklyReportMail): void {
  const t = reportTexts(mail.locale)
  const format = reportFormat(mail.locale, mail.currency)
  const days = daysOf(mail.week)
  const settingsUrl = `${appUrl}/reports/settings`
  const model = {
    t,
    locale: mail.locale,
    name: mail.name,
    subject: subjectOf(mail),
    summary: mail.summary,
    workspace: mail.workspaceName,
    range: format.dayRange(days[0] ?? '', days[6] ?? ''),
    url: `${appUrl}/reports/weekly/${mail.week}`,
    settingsUrl,
  }
  message
    .to(mail.to)
    .subject(model.subject)
    .header('X-Workspace-Id', mail.workspaceId)
    .listUnsubscribe(settingsUrl)
    .htmlView('reports/mail/weekly_html', model)
    .textView('reports/mail/weekly_text', model)
    .attachData(mail.pdf, {
      filename: t('pdf.file_name', { week: mail.week }),
      contentType: 'application/pdf',
    })
  message.nodeMailerMessage.messageId = mail.messageId
}
