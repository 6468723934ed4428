import { verifyFigures } from '#app/sales_agent/catalog/answer/figures'
import type { ProductCard } from '#app/sales_agent/conversations/types'

export interface Facts {
  products: ProductCard[]
  /** Texts whose figures may be repeated: the grounded answer and the shop's own knowledge. */
  texts: string[]
  /** The visitor's own words: a budget may be repeated as a budget. */
  question: string
}

const NUMBER = /\d+(?:[\s\u00A0\u202F]\d{3})*(?:[.,]\d+)?/g
const SIGN = String.raw`(?:€|\$|£|CHF|EUR|USD|GBP|euros?|dollars?|pounds?)`
const DIGITS = String.raw`\d+(?:[\s\u00A0\u202F.]\d{3})*(?:[.,]\d{1,2})?`
const AMOUNT = new RegExp(`${SIGN}\\s?${DIGITS}|${DIGITS}\\s?${SIGN}`, 'giu')
const FOREIGN_DIGITS = /(?![0-9])\p{Nd}/u
const AMOUNT_IN_WORDS =
  /\b(?:un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|soixante|cent|cents|mille|one|two|three|four|five|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand)[\s-]+(?:euros?|dollars?|pounds?|livres?|centimes?|cents?)\b/iu
const LIMIT_BEFORE =
  /(?:moins de|sous|jusqu['’]à|max(?:imum)?|budget(?: de)?|under|below|less than|up to|within)\s*[€$£]?\s*$/iu
const SAYS_IN_STOCK =
  /(?<!\b(?:not|pas|plus|never|jamais|n['’]est|isn['’]t|aren['’]t)\s+(?:\p{L}+\s+)?)\b(?:en stock|in stock|disponibles?|available)\b/iu
const SAYS_OUT_OF_STOCK =
  /\b(?:rupture|out of stock|sold out|unavailable|indisponibles?|épuisée?s?|(?:not|n['’]t|pas|plus)\s+(?:\p{L}+\s+)?(?:en stock|in stock|disponibles?|available))\b/iu

/**
 * Whether every figure and every word on availability in a model's text is true to the rows it
 * was given. Figures are compared as numbers, so "29,99" and "29.99" are the same; a figure
 * that stands in no fact makes the text unusable. Stricter than `verifyFigures`, which looks at
 * amounts and stock only: a model has no reason to say any other number.
 */
export function figuresAreTrue(text: string, facts: Facts): boolean {
  const asked = numbersIn(facts.question)
  if (FOREIGN_DIGITS.test(text) || AMOUNT_IN_WORDS.test(text)) return false
  if (!verifyFigures(withoutBudgets(text, asked), facts.products, amountsIn(facts.texts)).ok) {
    return false
  }
  const known = knownNumbers(facts)
  for (const match of text.matchAll(NUMBER)) {
    const number = toNumber(match[0])
    if (known.has(number)) continue
    const isBudget = LIMIT_BEFORE.test(text.slice(0, match.index)) && asked.has(number)
    if (!isBudget) return false
  }
  return sentences(text).every((sentence) => availabilityIsTrue(sentence, facts.products))
}

/** Amounts of money in texts that may be repeated; a bare "2" of theirs is no price. */
function amountsIn(texts: string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(AMOUNT)].map((match) => match[0]))
}

/** The text without the visitor's own limit ("under 50 €"), which is nobody's price. */
function withoutBudgets(text: string, asked: Set<number>): string {
  return text.replace(AMOUNT, (amount, ...rest) => {
    const before = text.slice(0, rest.at(-2) as number)
    const number = [...numbersIn(amount)][0]
    return number !== undefined && asked.has(number) && LIMIT_BEFORE.test(before) ? ' ' : amount
  })
}

function knownNumbers({ products, texts }: Facts): Set<number> {
  const known = numbersIn(texts.join('\n'))
  for (const product of products) {
    for (const part of [product, ...product.variants]) {
      known.add(Number(part.price))
      if (part.stock !== null) known.add(part.stock)
    }
    if (product.compareAtPrice !== null) known.add(Number(product.compareAtPrice))
    const words = [product.title, ...product.variants.map(({ label }) => label)].join('\n')
    for (const number of numbersIn(words)) known.add(number)
  }
  return known
}

function availabilityIsTrue(sentence: string, products: ProductCard[]): boolean {
  const out = SAYS_OUT_OF_STOCK.test(sentence)
  const inStock = SAYS_IN_STOCK.test(sentence)
  if (!out && !inStock) return true
  if (out && inStock) return false
  const lower = sentence.toLowerCase()
  const named = products.filter(({ title }) => lower.includes(title.toLowerCase()))
  const meant = named.length > 0 ? named : products
  return meant.length > 0 && meant.every(({ available }) => available === inStock)
}

function sentences(text: string): string[] {
  return text.split(/(?<=[.!?…])\s+|\n+/)
}

function numbersIn(text: string): Set<number> {
  return new Set([...text.matchAll(NUMBER)].map((match) => toNumber(match[0])))
}

function toNumber(written: string): number {
  return Number(written.replace(/[\s\u00A0\u202F]/g, '').replace(',', '.'))
}
