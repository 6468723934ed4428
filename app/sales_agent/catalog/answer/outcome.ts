import type { AnswerIntent } from '#app/sales_agent/catalog/answer/answer'
import { cardOf, type ProductCard } from '#app/sales_agent/catalog/answer/cards'
import type { Composer } from '#app/sales_agent/catalog/answer/compose'
import type { KnowledgeMatch } from '#app/sales_agent/catalog/answer/knowledge'
import type { Match } from '#app/sales_agent/catalog/answer/match'
import { lackingOf } from '#app/sales_agent/catalog/answer/lacking'
import { hasLimits } from '#app/sales_agent/catalog/answer/price_limits'
import type { Understanding } from '#app/sales_agent/catalog/answer/understand'

/** What was decided to say, before it becomes an answer. */
export interface Outcome {
  intent: AnswerIntent
  text: string
  matches?: Match[]
  knowledge?: KnowledgeMatch
  confident: boolean
}

/** Says what was found in the way it was asked for. */
export function speak(read: Understanding, matches: Match[], composer: Composer): Outcome {
  const cards = matches.map((match) => cardFor(match))
  const base = { matches, confident: true }
  const lacking = lackingOf(read, matches)
  if (lacking.length > 0) {
    const text = `${composer.lacking(lacking)} ${composer.products(cards, read.limits)}`
    return { ...base, intent: 'products', text }
  }
  if (read.signals.availability) {
    return { ...base, intent: 'availability', text: composer.availability(cards) }
  }
  if (read.signals.price && !hasLimits(read.limits)) {
    return { ...base, intent: 'price', text: composer.price(cards) }
  }
  return { ...base, intent: 'products', text: composer.products(cards, read.limits) }
}

export function cardFor(match: Match): ProductCard {
  return cardOf(match.row, match.variantAsked ? match.variant : null)
}
