import type AgentSettings from '#app/sales_agent/settings/models/agent_settings'
import type { SpokenLocale } from '#app/sales_agent/conversations/types'
import { say } from './words.js'

/**
 * First message of a conversation. It always says that an AI answers (EU AI Act, article 50):
 * the owner's own words get that sentence in front of them.
 */
export function greetingOf(settings: AgentSettings, locale: SpokenLocale): string {
  const own = settings.greetings[locale]?.trim()
  const disclosure = say(locale, 'disclosure', { name: settings.name })
  return own ? `${disclosure} ${own}` : `${disclosure} ${say(locale, 'how_can_i_help')}`
}
