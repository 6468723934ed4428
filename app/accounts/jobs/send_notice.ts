import db from '@adonisjs/lucid/services/db'
import mail from '@adonisjs/mail/services/main'
import { composeNoticeMail } from '#app/accounts/mail/notice_mail'

interface Row {
  workspace_id: string
  workspace_name: string
  email: string
  locale: string
  title_key: string
  body_key: string
  data: Record<string, unknown>
  href: string | null
}

/** Sends one notice by e-mail. Safe to repeat: what was sent is not sent again. */
export async function sendNotice(noticeId: string): Promise<void> {
  const { rows } = await db.rawQuery<{ rows: Row[] }>(
    `select n.workspace_id, w.name as workspace_name, u.email, u.locale,
            n.title_key, n.body_key, n.data, n.href
       from notices n
       join users u on u.id = n.user_id
       join workspaces w on w.id = n.workspace_id
      where n.id = ? and n.emailed_at is null`,
    [noticeId]
  )
  const row = rows[0]
  if (!row) return

  await mail.send((message) =>
    composeNoticeMail(message, {
      workspaceId: row.workspace_id,
      workspaceName: row.workspace_name,
      to: row.email,
      locale: row.locale,
      titleKey: row.title_key,
      bodyKey: row.body_key,
      data: row.data,
      href: row.href,
    })
  )
  await db.from('notices').where('id', noticeId).update({ emailed_at: new Date() })
}
