import i18nManager from '@adonisjs/i18n/services/main'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'

/** A sentence of the agent in the visitor's language, from `sales_agent.agent.<key>`. */
export function say(
  locale: SpokenLocale,
  key: string,
  data: Record<string, string | number> = {}
): string {
  return i18nManager.locale(locale).t(`sales_agent.agent.${key}`, data)
}
