import type { ProductCard } from '#app/sales_agent/catalog/answer/cards'
import type { PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'

export type AnswerIntent =
  | 'greeting'
  | 'thanks'
  | 'goodbye'
  | 'identity'
  | 'human'
  | 'products'
  | 'price'
  | 'availability'
  | 'compare'
  | 'over_budget'
  | 'knowledge'
  | 'not_sold'
  | 'browse'
  | 'empty'
  | 'unclear'

/** What the conversation keeps so that "and in blue?" can be understood. */
export interface AnswerContext {
  lastProductIds?: string[]
  lastFilters?: Partial<PriceLimits>
}

export interface CatalogueQuestion {
  workspaceId: string
  text: string
  /** Language of the conversation so far; decides when the message itself does not tell. */
  locale?: string
  context?: AnswerContext
  /** The visitor has left an address or a number already: answers do not ask for one again. */
  knowsContact?: boolean
}

export interface CatalogueAnswer {
  text: string
  /** Language of the answer: `fr` or `en`. */
  locale: string
  intent: AnswerIntent
  products: ProductCard[]
  knowledge?: { key: string; answer: string }
  /** Where the answer comes from. */
  sources: { type: 'product' | 'knowledge'; id: string; title: string }[]
  /** False when the visitor should be offered a person or a contact form. */
  confident: boolean
  /** Pass it back with the next question. */
  context: AnswerContext
}
