import { numberFormat } from '#shared/i18n/intl_formats'

/** One currency unit in micro-units: the ledger and every price count in these integers. */
export const MICROS_PER_UNIT = 1_000_000

/** Formats an integer of micro-units as money in the reader's language. */
export function formatMicros(micros: number, currency: string, locale: string): string {
  return numberFormat(locale, { style: 'currency', currency }).format(micros / MICROS_PER_UNIT)
}

/** Formats an integer of cents as money in the reader's language. */
export function formatCents(cents: number, currency: string, locale: string): string {
  return numberFormat(locale, { style: 'currency', currency }).format(cents / 100)
}

/** Decimal string of an amount in cents, as the API prints prices: 2999 becomes "29.99". */
export function centsToDecimal(cents: number): string {
  const sign = cents < 0 ? '-' : ''
  const absolute = Math.abs(cents)
  return `${sign}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`
}
