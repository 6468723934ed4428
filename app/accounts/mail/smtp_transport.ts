import type { NodeMailerMessage, SMTPConfig } from '@adonisjs/mail/types'
import { SMTPTransport } from '@adonisjs/mail/transports/smtp'
import { takeMailHeaders } from '#app/accounts/mail/mail_headers'

/** SMTP that keeps this box's own headers to itself. */
export class BoxSmtpTransport extends SMTPTransport {
  override async send(message: NodeMailerMessage) {
    takeMailHeaders(message)
    return super.send(message)
  }
}

export function smtpTransport(config: SMTPConfig) {
  return () => new BoxSmtpTransport(config)
}
