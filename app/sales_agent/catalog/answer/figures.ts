import type { ProductCard } from '#app/sales_agent/catalog/answer/cards'

export interface WrongFigure {
  kind: 'price' | 'stock'
  /** The figure as it stands in the answer. */
  text: string
  value: number
}

const AMOUNT = String.raw`\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?`
const SIGN = String.raw`€|\$|£|CHF|EUR|USD|GBP|CAD|euros?|dollars?|pounds?|bucks`
const SPACE = String.raw`[ \u00a0\u202f]?`

const MONEY = new RegExp(
  `(?:(?:${SIGN})${SPACE}(${AMOUNT}))|(?:(${AMOUNT})${SPACE}(?:${SIGN})(?![\\p{L}]))`,
  'giu'
)

/** "3 en stock", "plus que 2", "il en reste 4", "5 left", "only 1 in stock", "12 pièces". */
const STOCK = new RegExp(
  [
    String.raw`(\d+)${SPACE}(?:pi[eè]ces?|exemplaires?|unit[eé]s?|articles?)?${SPACE}(?:en stock|disponibles?|restante?s?)`,
    String.raw`(?:plus que|il en reste|reste|en stock ?[:(]|stock ?:)${SPACE}(\d+)`,
    String.raw`(\d+)${SPACE}(?:pieces?|units?|items?)?${SPACE}(?:left|in stock|available|remaining)`,
    String.raw`(?:only|just)${SPACE}(\d+)${SPACE}(?:left|in stock|available|remaining|pieces?)`,
    String.raw`(\d+)${SPACE}(?:pi[eè]ces|exemplaires)`,
  ].join('|'),
  'giu'
)

/**
 * Finds prices and stock figures in an answer that no cited product has. Amounts that the
 * visitor named ("under 50 €") and those of a cited knowledge entry may be repeated: pass those
 * texts in `repeatable`. Used on the grounded engine's and on models' answers alike.
 */
export function verifyFigures(
  answerText: string,
  products: ProductCard[],
  repeatable: string[] = []
): { ok: boolean; wrong: WrongFigure[] } {
  const cents = new Set<number>()
  const stocks = new Set<number>()
  for (const product of products) {
    for (const price of [product.price, product.compareAtPrice]) {
      if (price !== null) cents.add(centsOf(price))
    }
    if (product.stock !== null) stocks.add(product.stock)
    for (const variant of product.variants ?? []) {
      cents.add(centsOf(variant.price))
      if (variant.stock !== null) stocks.add(variant.stock)
    }
  }
  for (const text of repeatable) {
    // The visitor's numbers may come without a sign: "under 50" is repeated as "50 €".
    for (const [number] of text.matchAll(new RegExp(AMOUNT, 'gu'))) cents.add(centsOf(number))
    for (const figure of stockFigures(text)) stocks.add(figure.value)
  }
  // Titles may hold figures of their own ("Gift card 25 €"): they are quoted, not claimed.
  let text = answerText
  for (const title of products.map((product) => product.title)) text = text.replaceAll(title, ' ')
  for (const { label } of products.flatMap((product) => product.variants ?? [])) {
    if (label !== '') text = text.replaceAll(`(${label})`, ' ')
  }

  const wrong: WrongFigure[] = []
  for (const match of text.matchAll(MONEY)) {
    const value = centsOf(match[1] ?? match[2]!)
    if (!cents.has(value)) wrong.push({ kind: 'price', text: match[0].trim(), value })
  }
  for (const figure of stockFigures(text)) {
    if (!stocks.has(figure.value)) wrong.push({ kind: 'stock', ...figure })
  }
  return { ok: wrong.length === 0, wrong }
}

function stockFigures(text: string): { text: string; value: number }[] {
  return [...text.matchAll(STOCK)].map((match) => ({
    text: match[0],
    value: Number(match.slice(1).find((group) => group !== undefined)),
  }))
}

/** "1 299,90", "1,299.90", "50" in cents. */
function centsOf(amount: string): number {
  const compact = amount.replace(/[ \u00a0\u202f]/g, '')
  const decimals = /[.,](\d{1,2})$/.exec(compact)
  const units = (decimals ? compact.slice(0, -decimals[0].length) : compact).replace(/[.,]/g, '')
  return Number(units) * 100 + (decimals ? Number(decimals[1]!.padEnd(2, '0')) : 0)
}
