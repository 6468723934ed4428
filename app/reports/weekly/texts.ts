import i18nManager from '@adonisjs/i18n/services/main'

/** Text of the reports' own translations, by its key without `reports.`. */
export type Translate = (key: string, data?: Record<string, unknown>) => string

/** Reads the reports' texts in one language; the language of the reader, not of the request. */
export function reportTexts(locale: string): Translate {
  const i18n = i18nManager.locale(locale)
  return (key, data) => i18n.t(`reports.${key}`, data)
}
