import { findCandidates } from '#app/sales_agent/catalog/answer/candidates'
import { cardOf, type ProductCard } from '#app/sales_agent/catalog/answer/cards'
import { matchProduct } from '#app/sales_agent/catalog/answer/match'
import { understand } from '#app/sales_agent/catalog/answer/understand'
import { vocabularyOf } from '#app/sales_agent/catalog/search/vocabulary'

export interface ProductSearch {
  workspaceId: string
  text: string
  locale?: string
  /** Products returned at most. Default 8. */
  limit?: number
}

/**
 * Ranked products for a text, without the precision gate of an answer: what a model may choose
 * from. Understands spelling mistakes, synonyms and price limits.
 */
export async function searchProducts(search: ProductSearch): Promise<ProductCard[]> {
  const vocabulary = await vocabularyOf(search.workspaceId)
  const read = understand(search.text.slice(0, 1000), search.locale ?? 'en', vocabulary)
  if (read.terms.length === 0) return []
  const rows = await findCandidates(search.workspaceId, read.locale, read.terms, vocabulary)
  return rows
    .map((row) => matchProduct(row, read.terms, read.limits, read.locale))
    .filter((match) => match.coverage > 0.25)
    .sort((a, b) => b.score - a.score)
    .slice(0, search.limit ?? 8)
    .map((match) => cardOf(match.row, match.variantAsked ? match.variant : null))
}
