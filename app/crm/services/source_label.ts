import type { I18n } from '@adonisjs/i18n'

/** Where a prospect came from in the reader's words; a source that an import brought stays as it is. */
export function sourceLabel(i18n: I18n, source: string): string {
  const key = `crm.source.${source}`
  return i18n.hasMessage(key) ? i18n.t(key) : source
}
