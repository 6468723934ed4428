import type { ProductCard } from '#app/sales_agent/catalog/answer/cards'
import type { RequestClass } from '#wallet'

export type Channel = 'widget' | 'portal' | 'api'
export type ConversationStatus = 'open' | 'handoff' | 'closed'
export type SpokenLocale = 'en' | 'fr'
export type { ProductCard }

/** Who found the words: templates over the catalogue, or a language model. */
export type Engine = 'grounded' | 'model'

export interface Source {
  type: 'product' | 'knowledge'
  id: string
  title: string
}

export interface AgentReply {
  id: string | null
  kind: string
  text: string
  products: ProductCard[]
  sources: Source[]
  engine: Engine | null
  costMicros: number
  /** Request class when a model answered, else `grounded`. */
  class: RequestClass | 'grounded'
}
