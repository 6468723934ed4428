import db from '@adonisjs/lucid/services/db'
import { MailResponse } from '@adonisjs/mail'
import type { MailTransportContract, NodeMailerMessage } from '@adonisjs/mail/types'
import { nanoid } from 'nanoid'

/** Keeps messages in the database, for the outbox page, when no SMTP server is set. */
export class OutboxTransport implements MailTransportContract {
  async send(message: NodeMailerMessage): Promise<MailResponse<{ stored: boolean }>> {
    const id = `<${nanoid()}@outbox>`
    await db.table('outbox_messages').insert({
      message_id: id,
      to: addresses(message.to),
      subject: message.subject ?? '',
      text: message.text?.toString() ?? null,
      html: message.html?.toString() ?? null,
      attachments: JSON.stringify(
        (message.attachments ?? []).map((attachment) => ({
          filename: attachment.filename ?? 'attachment',
          contentType: attachment.contentType ?? 'application/octet-stream',
          contentBase64: Buffer.isBuffer(attachment.content)
            ? attachment.content.toString('base64')
            : null,
        }))
      ),
    })
    return new MailResponse(id, { from: false, to: [] }, { stored: true })
  }
}

export function outboxTransport() {
  return () => new OutboxTransport()
}

function addresses(to: NodeMailerMessage['to']): string {
  const list = Array.isArray(to) ? to : to ? [to] : []
  return list.map((entry) => (typeof entry === 'string' ? entry : entry.address)).join(', ')
}
