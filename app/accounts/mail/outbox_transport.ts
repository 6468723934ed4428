import db from '@adonisjs/lucid/services/db'
import { MailResponse } from '@adonisjs/mail'
import type { MailTransportContract, NodeMailerMessage } from '@adonisjs/mail/types'
import { nanoid } from 'nanoid'
import { takeMailHeaders } from '#app/accounts/mail/mail_headers'

/**
 * Keeps a business's messages in the database, for its outbox page, when no SMTP server is set.
 * A message without a workspace is somebody's private mail (a password reset): nobody else may
 * read it later, so it is not kept at all.
 */
export class OutboxTransport implements MailTransportContract {
  async send(message: NodeMailerMessage): Promise<MailResponse<{ stored: boolean }>> {
    const id = `<${nanoid()}@outbox>`
    const { workspaceId, minRole } = takeMailHeaders(message)
    const response = (stored: boolean) => new MailResponse(id, { from: false, to: [] }, { stored })
    if (!workspaceId) return response(false)

    await db.table('outbox_messages').insert({
      workspace_id: workspaceId,
      min_role: minRole ?? 'manager',
      message_id: id,
      to: addresses(message.to),
      subject: message.subject ?? '',
      text: message.text?.toString() ?? null,
      html: message.html?.toString() ?? null,
      attachments: JSON.stringify(
        (message.attachments ?? []).map((attachment) => ({
          filename: attachment.filename || 'attachment',
          contentType: attachment.contentType ?? 'application/octet-stream',
          contentBase64: Buffer.isBuffer(attachment.content)
            ? attachment.content.toString('base64')
            : Buffer.from(String(attachment.content ?? '')).toString('base64'),
        }))
      ),
    })
    return response(true)
  }
}

export function outboxTransport() {
  return () => new OutboxTransport()
}

function addresses(to: NodeMailerMessage['to']): string {
  const list = Array.isArray(to) ? to : to ? [to] : []
  return list.map((entry) => (typeof entry === 'string' ? entry : entry.address)).join(', ')
}
