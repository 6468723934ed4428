import { plain } from '#app/sales_agent/catalog/search/plain'

export interface Stock {
  /** Null when the shop does not count. */
  stock: number | null
  available: boolean
}

const YES =
  /^(?:1?\s*(?:in stock|instock|en stock|oui|yes|true|vrai|disponible|available|illimite|unlimited|infini|preorder|backorder|onbackorder|sur commande))$/
const NO =
  /^(?:out of stock|outofstock|sold out|non|no|false|faux|rupture(?: de stock)?|epuise|indisponible|unavailable|discontinued)$/

/** PostgreSQL's integer; larger counts are mistakes that mean "plenty". */
const MAX_STOCK = 2_000_000_000

/**
 * Reads a stock cell: "12", "1 200", "12,0", "10+", "en stock", "rupture". Blank means that the
 * shop does not count; negative counts (oversold) are nothing left.
 *
 * @returns null when the cell says neither
 */
export function parseStock(text: string): Stock | null {
  const value = plain(text).trim()
  if (value === '') return { stock: null, available: true }
  if (YES.test(value)) return { stock: null, available: true }
  if (NO.test(value)) return { stock: 0, available: false }
  const match = /^[>+]?\s*(-?\d{1,3}(?:[\s\u00a0\u202f.,]\d{3})+|-?\d+)(?:[.,]0+)?\s*\+?$/.exec(
    value
  )
  if (!match) return null
  const count = Number(match[1]!.replace(/[^\d-]/g, ''))
  const stock = Math.min(Math.max(0, count), MAX_STOCK)
  return { stock, available: stock > 0 }
}
