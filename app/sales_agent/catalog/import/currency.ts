const SYMBOLS: Record<string, string> = {
  '€': 'EUR',
  '$': 'USD',
  '£': 'GBP',
  '¥': 'JPY',
  '₹': 'INR',
}

/** ISO 4217 codes that stand for no money one can pay with: none, and test. */
const NO_MONEY = new Set(['XXX', 'XTS'])

/** ISO 4217 codes of every currency that exists. */
export const CURRENCIES = Intl.supportedValuesOf('currency').filter((code) => !NO_MONEY.has(code))

const CODES = new Set(CURRENCIES)

/** Tells whether the text is an ISO 4217 code of a currency, in any case: "eur". */
export function isCurrency(code: string): boolean {
  return CODES.has(code.toUpperCase())
}

/** ISO 4217 code of a sign: "€" is EUR; null for other texts. */
export function currencyOfSign(sign: string): string | null {
  return SYMBOLS[sign] ?? null
}

/**
 * Reads a currency cell: "EUR", "€", "euros".
 *
 * @returns null when the text names no currency that exists
 */
export function readCurrency(cell: string): string | null {
  const text = cell.trim()
  if (isCurrency(text)) return text.toUpperCase()
  return currencyOfSign(text) ?? (/^euros?$/i.test(text) ? 'EUR' : null)
}
