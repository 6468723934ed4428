import i18nManager from '@adonisjs/i18n/services/main'
import type { Message } from '@adonisjs/mail'
import type User from '#app/accounts/models/user'
import type Workspace from '#app/accounts/models/workspace'
import { MIN_ROLE_HEADER, WORKSPACE_HEADER } from '#app/accounts/mail/mail_headers'
import { oneLine } from '#app/accounts/mail/notice_mail'
import type { Role } from '#app/accounts/roles'

/** In the workspace's language: nobody knows the guest's yet. */
export function composeInvitationMail(
  message: Message,
  input: { workspace: Workspace; inviter: User; email: string; role: Role; url: string }
): void {
  const { workspace, inviter } = input
  const i18n = i18nManager.locale(workspace.locale)
  const t = (key: string, data?: Record<string, unknown>) => i18n.t(key, data)
  const role = t(`accounts.roles.${input.role}`)
  const model = {
    t,
    locale: workspace.locale,
    title: t('accounts.mail.invite_title', { workspace: workspace.name }),
    body: t('accounts.mail.invite_body', {
      name: inviter.displayName,
      workspace: workspace.name,
      role,
    }),
    note: t('accounts.mail.invite_note'),
    action: t('accounts.mail.invite_action'),
    url: input.url,
  }
  message
    .to(input.email)
    .subject(oneLine(model.title))
    .header(WORKSPACE_HEADER, workspace.id)
    // Who reads this link can take the role: only those who could give it may.
    .header(MIN_ROLE_HEADER, input.role === 'owner' ? 'owner' : 'manager')
    .htmlView('accounts/mail/action_html', model)
    .textView('accounts/mail/action_text', model)
}
