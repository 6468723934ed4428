import type { I18n } from '@adonisjs/i18n'
import { DateTime } from 'luxon'
import { dateFormat, numberFormat, relativeTime } from '#shared/i18n/intl_formats'
import { formatCents, formatMicros } from '#shared/money'

type Moment = DateTime | Date | string | null | undefined

/**
 * Formatting of figures and times in the reader's language, shared with every view as `fmt`.
 * An absent value becomes an en dash, so that a table never shows "null". The time zone is asked
 * for at use: the workspace, which decides it, is found after the language.
 */
export function viewFormatters(i18n: Pick<I18n, 'locale'>, timezone: () => string) {
  const { locale } = i18n
  const when = (moment: Moment, options: Intl.DateTimeFormatOptions) => {
    const millis = toMillis(moment)
    if (millis === null) return ABSENT
    return dateFormat(locale, { ...options, timeZone: timezone() }).format(millis)
  }

  return {
    /** Micro-units of a currency, dollars unless told. */
    micros: (micros: number | null | undefined, currency = 'USD') =>
      isNumber(micros) ? formatMicros(micros, currency, locale) : ABSENT,
    /** Cents of a currency, euros unless told. */
    cents: (cents: number | null | undefined, currency = 'EUR') =>
      isNumber(cents) ? formatCents(cents, currency, locale) : ABSENT,
    /** Cents without the decimals: for large sums in headings. */
    roundCents: (cents: number | null | undefined, currency = 'EUR') =>
      isNumber(cents)
        ? numberFormat(locale, {
            style: 'currency',
            currency,
            maximumFractionDigits: 0,
          }).format(cents / 100)
        : ABSENT,
    number: (value: number | null | undefined, options?: Intl.NumberFormatOptions) =>
      isNumber(value) ? numberFormat(locale, options).format(value) : ABSENT,
    /** A fraction: 0.25 becomes 25 %. */
    percent: (fraction: number | null | undefined, digits = 0) =>
      isNumber(fraction)
        ? numberFormat(locale, {
            style: 'percent',
            maximumFractionDigits: digits,
          }).format(fraction)
        : ABSENT,
    date: (moment: Moment) => when(moment, DAY),
    dateTime: (moment: Moment) => when(moment, { ...DAY, ...TIME }),
    time: (moment: Moment) => when(moment, TIME),
    /** "3 minutes ago". */
    ago: (moment: Moment) => {
      const millis = toMillis(moment)
      return millis === null ? ABSENT : relativeTime(locale, millis)
    },
    /** For the `datetime` attribute of `<time>`. */
    iso: (moment: Moment) => {
      const millis = toMillis(moment)
      return millis === null ? '' : new Date(millis).toISOString()
    },
  }
}

const ABSENT = '–'
const DAY: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' }
const TIME: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: 'numeric' }

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function toMillis(moment: Moment): number | null {
  if (!moment) return null
  if (moment instanceof Date) return moment.getTime()
  const millis = (typeof moment === 'string' ? DateTime.fromISO(moment) : moment).toMillis()
  return Number.isNaN(millis) ? null : millis
}
