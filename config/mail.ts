import env from '#start/env'
import { outboxTransport } from '#app/accounts/mail/outbox_transport'
import { smtpTransport } from '#app/accounts/mail/smtp_transport'
import { defineConfig } from '@adonisjs/mail'

const smtpUrl = env.get('SMTP_URL')
const smtp = smtpUrl ? new URL(smtpUrl) : null

/** False on a box without a mail server: its messages wait in the outbox, a page of the portal. */
export function smtpEnabled(): boolean {
  return smtp !== null
}

const mailConfig = defineConfig({
  default: smtp ? 'smtp' : 'outbox',
  from: { address: env.get('MAIL_FROM') ?? 'comptoir@localhost', name: 'Comptoir' },
  mailers: {
    outbox: outboxTransport(),
    smtp: smtpTransport({
      host: smtp?.hostname ?? 'localhost',
      port: Number(smtp?.port || 587),
      secure: smtp?.protocol === 'smtps:',
      // A server that keeps silent must not keep a request or a transaction waiting for minutes.
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      ...(smtp?.username
        ? {
            auth: {
              type: 'login' as const,
              user: decodeURIComponent(smtp.username),
              pass: decodeURIComponent(smtp.password),
            },
          }
        : {}),
    }),
  },
})

export default mailConfig

declare module '@adonisjs/mail/types' {
  export interface MailersList extends InferMailers<typeof mailConfig> {}
}
