import i18nManager from '@adonisjs/i18n/services/main'
import type { Message } from '@adonisjs/mail'
import { appUrl } from '#config/app'
import { WORKSPACE_HEADER } from '#app/accounts/mail/mail_headers'

export interface NoticeMailContent {
  workspaceId: string
  workspaceName: string
  to: string
  locale: string
  titleKey: string
  bodyKey: string
  data: Record<string, unknown>
  href: string | null
}

/** Writes a notice as an e-mail in its reader's language. */
export function composeNoticeMail(message: Message, content: NoticeMailContent): void {
  const i18n = i18nManager.locale(content.locale)
  const title = i18n.t(content.titleKey, content.data)
  const model = {
    t: (key: string, data?: Record<string, unknown>) => i18n.t(key, data),
    locale: content.locale,
    title,
    body: i18n.t(content.bodyKey, content.data),
    workspaceName: content.workspaceName,
    url: content.href ? new URL(content.href, appUrl).href : null,
    settingsUrl: new URL('/settings/notices', appUrl).href,
  }
  message
    .to(content.to)
    .subject(oneLine(`${title} · ${content.workspaceName}`))
    .header(WORKSPACE_HEADER, content.workspaceId)
    .htmlView('accounts/mail/notice_html', model)
    .textView('accounts/mail/notice_text', model)
}

/** Header values have no line breaks. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 200)
}
