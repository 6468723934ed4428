import { currencyOfSign, isCurrency } from '#app/sales_agent/catalog/import/currency'

/** Three letters beside a price that are no currency. */
const NOT_CURRENCY = new Set(['TTC', 'TVA', 'NET', 'VAT'])

export interface Price {
  cents: number
  /** ISO 4217 when the text names a currency. */
  currency: string | null
}

/** Above this a price is a mistake (an EAN in the wrong column); in cents. */
export const MAX_PRICE_CENTS = 100_000_000_00

/**
 * Reads a price as shops write it: "1 299,90 €", "1,299.90", "$5", "23.900000", "1299,-",
 * "CHF 1'200.00". With both separators the last one is the decimal one; a single one followed by
 * exactly three digits groups thousands ("1,299"), unless the number starts with zero.
 *
 * @returns null when the text is no amount
 */
export function parsePrice(text: string): Price | null {
  const value = text.trim()
  if (value === '') return null
  const symbol = /[€$£¥₹]/.exec(value)?.[0]
  const codes = (value.match(/(?<![a-z])[a-z]{3}(?![a-z])/gi) ?? [])
    .map((code) => code.toUpperCase())
    .filter((code) => !NOT_CURRENCY.has(code))
  if (!codes.every(isCurrency)) return null
  const currency = symbol ? currencyOfSign(symbol) : (codes[0] ?? null)
  const bare = value
    .replace(/[€$£¥₹]/g, '')
    .replace(/\b(?:[a-z]{3}|euros?|ht|ttc)\b\.?/gi, '')
    .replace(/[\s\u00a0\u202f'’]/g, '')
    .replace(/[.,]-+$/, '')
  const match = /^([+-]?)(\d[\d.,]*|[.,]\d+)$/.exec(bare)
  if (!match) return null
  const cents = toCents(match[2]!)
  if (cents === null) return null
  return { cents: match[1] === '-' ? -cents : cents, currency }
}

function toCents(digits: string): number | null {
  const dot = digits.lastIndexOf('.')
  const comma = digits.lastIndexOf(',')
  let decimalAt = Math.max(dot, comma)
  if (decimalAt >= 0) {
    const mark = digits[decimalAt]!
    const single = digits.indexOf(mark) === decimalAt
    const onlyOneKind = dot === -1 || comma === -1
    const after = digits.length - decimalAt - 1
    const grouped =
      onlyOneKind && (!single || (after === 3 && /^[1-9]\d{0,2}$/.test(digits.slice(0, decimalAt))))
    if (grouped) {
      const groups = digits.split(mark)
      if (!single && !groups.slice(1).every((group) => group.length === 3)) return null
      decimalAt = -1
    }
  }
  const units = (decimalAt < 0 ? digits : digits.slice(0, decimalAt)).replace(/[.,]/g, '')
  const fraction = decimalAt < 0 ? '' : digits.slice(decimalAt + 1)
  if (!/^\d*$/.test(fraction)) return null
  const cents = Number(units || '0') * 100 + Math.round(Number(`0.${fraction || '0'}`) * 100)
  return Number.isSafeInteger(cents) ? cents : null
}
