import intlFormatters from '@poppinss/intl-formatter'
import type { TranslationsFormatterContract } from '@adonisjs/i18n/types'
import { IntlMessageFormat } from 'intl-messageformat'

/** What an ICU message needs a parser for: arguments, plurals, quoting. */
const SYNTAX = /[{}'#<]/

const VALUE_FORMATTERS = {
  getNumberFormat: intlFormatters.number,
  getDateTimeFormat: intlFormatters.date,
  getPluralRules: intlFormatters.plural,
}

/**
 * ICU messages like the formatter of @adonisjs/i18n, but each message is parsed once instead of
 * at every use: a page holds a hundred of them.
 */
export class CachedIcuFormatter implements TranslationsFormatterContract {
  readonly name = 'icu'
  readonly #parsed = new Map<string, Map<string, IntlMessageFormat>>()

  format(message: string, locale: string, data?: Record<string, unknown>): string {
    if (!SYNTAX.test(message)) return message
    return String(this.#parse(message, locale).format((data ?? {}) as Record<string, string>))
  }

  #parse(message: string, locale: string): IntlMessageFormat {
    let ofLocale = this.#parsed.get(locale)
    if (!ofLocale) this.#parsed.set(locale, (ofLocale = new Map()))
    let parsed = ofLocale.get(message)
    if (!parsed) {
      const options = { formatters: VALUE_FORMATTERS, ignoreTag: true }
      parsed = new IntlMessageFormat(message, locale, undefined, options)
      ofLocale.set(message, parsed)
    }
    return parsed
  }
}
