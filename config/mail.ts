import env from '#start/env'
import { outboxTransport } from '#app/accounts/mail/outbox_transport'
import { defineConfig, transports } from '@adonisjs/mail'

const smtpUrl = env.get('SMTP_URL')
const smtp = smtpUrl ? new URL(smtpUrl) : null

const mailConfig = defineConfig({
  // Without SMTP_URL every message goes to the outbox, a page of the portal.
  default: smtp ? 'smtp' : 'outbox',
  from: { address: env.get('MAIL_FROM') ?? 'comptoir@localhost', name: 'Comptoir' },
  mailers: {
    outbox: outboxTransport(),
    smtp: transports.smtp({
      host: smtp?.hostname ?? 'localhost',
      port: Number(smtp?.port || 587),
      secure: smtp?.protocol === 'smtps:',
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
