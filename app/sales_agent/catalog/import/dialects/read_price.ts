import { MAX_PRICE_CENTS, parsePrice, type Price } from '#app/sales_agent/catalog/import/price'
import type { Rejection } from '#app/sales_agent/catalog/import/draft'

export type PriceOutcome =
  { ok: true; price: Price } | { ok: false; reason: Rejection['reason']; data: { value: string } }

/** Reads a price cell that must hold an amount a product can be sold at. */
export function readPrice(cell: string): PriceOutcome {
  const data = { value: cell.slice(0, 60) }
  if (cell === '') return { ok: false, reason: 'missing_price', data }
  const price = parsePrice(cell)
  if (!price) return { ok: false, reason: 'bad_price', data }
  if (price.cents < 0) return { ok: false, reason: 'negative_price', data }
  if (price.cents > MAX_PRICE_CENTS) return { ok: false, reason: 'price_too_large', data }
  return { ok: true, price }
}

/** A former price in cents, or null when there is none above the present one. */
export function formerPrice(cell: string, present: number): number | null {
  const former = parsePrice(cell)?.cents ?? 0
  return former > present && former <= MAX_PRICE_CENTS ? former : null
}
