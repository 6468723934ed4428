import i18nManager from '@adonisjs/i18n/services/main'
import type { Message } from '@adonisjs/mail'
import type User from '#app/accounts/models/user'
import { RESET_MINUTES } from '#app/accounts/services/open_password_reset'

/** Carries no workspace: it is between the box and the person, and no outbox shows it. */
export function composePasswordResetMail(message: Message, user: User, url: string): void {
  const i18n = i18nManager.locale(user.locale)
  const t = (key: string, data?: Record<string, unknown>) => i18n.t(key, data)
  const model = {
    t,
    locale: user.locale,
    title: t('accounts.mail.reset_title'),
    body: t('accounts.mail.reset_body', { minutes: RESET_MINUTES }),
    note: t('accounts.mail.reset_note'),
    action: t('accounts.mail.reset_action'),
    url,
  }
  message
    .to(user.email)
    .subject(model.title)
    .htmlView('accounts/mail/action_html', model)
    .textView('accounts/mail/action_text', model)
}
