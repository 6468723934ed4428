import type { CatalogueAnswer, CatalogueQuestion } from '#app/sales_agent/catalog/answer/answer'
import { findCandidates } from '#app/sales_agent/catalog/answer/candidates'
import { Composer } from '#app/sales_agent/catalog/answer/compose'
import { decide, isNearLimits, type Decision } from '#app/sales_agent/catalog/answer/decide'
import { browse } from '#app/sales_agent/catalog/answer/browse'
import { findKnowledge, type KnowledgeMatch } from '#app/sales_agent/catalog/answer/knowledge'
import { matchProduct, type Match } from '#app/sales_agent/catalog/answer/match'
import { hasLimits } from '#app/sales_agent/catalog/answer/price_limits'
import {
  understand,
  type Term,
  type Understanding,
} from '#app/sales_agent/catalog/answer/understand'
import { followUp } from '#app/sales_agent/catalog/answer/follow_up'
import { cardFor, speak, type Outcome } from '#app/sales_agent/catalog/answer/outcome'
import { vocabularyOf } from '#app/sales_agent/catalog/search/vocabulary'

/** From this score on a knowledge entry is an answer by itself. */
const KNOWN = 0.9

/** Longer messages are cut: nobody describes a purchase in more. */
const MAX_TEXT = 1000

/**
 * Answers a visitor from the catalogue and the shop's knowledge without any model: PostgreSQL
 * full text finds candidates, a ranking decides, templates speak. Every price and stock figure
 * in the text is read from the rows of the products that come with it.
 */
export async function answerFromCatalogue(question: CatalogueQuestion): Promise<CatalogueAnswer> {
  const text = question.text.slice(0, MAX_TEXT)
  const vocabulary = await vocabularyOf(question.workspaceId)
  const read = understand(text, question.locale ?? 'en', vocabulary)
  const answer = await answerIn(question, text, read, vocabulary)
  if (answer.intent !== 'not_sold' || !read.alternative) return answer
  // Two words that could be of either language: perhaps they make sense in the other one.
  const other = understand(text, read.alternative, vocabulary, read.alternative)
  const second = await answerIn(question, text, other, vocabulary)
  return second.products.length > 0 ? second : answer
}

async function answerIn(
  question: CatalogueQuestion,
  text: string,
  read: Understanding,
  vocabulary: Vocabulary
): Promise<CatalogueAnswer> {
  const locale = read.locale === 'fr' ? 'fr' : 'en'
  const composer = new Composer(locale, seedOf(text), question.knowsContact)
  const next = await followUp(question, text, read, composer)
  if (next && 'outcome' in next) return finish(next.outcome, locale, question, read)
  if (next) {
    const again = understand(next.rewritten, locale, vocabulary, locale)
    const outcome = await fresh(question, next.rewritten, again, composer, vocabulary)
    if (outcome.matches?.length) return finish(outcome, locale, question, again)
  }
  const outcome = await fresh(question, text, read, composer, vocabulary)
  return finish(outcome, locale, question, read)
}

type Vocabulary = Awaited<ReturnType<typeof vocabularyOf>>

async function fresh(
  question: CatalogueQuestion,
  text: string,
  read: Understanding,
  composer: Composer,
  vocabulary: Vocabulary
): Promise<Outcome> {
  const { signals, terms, locale } = read
  if (signals.identity)
    return { intent: 'identity', text: composer.plain('identity'), confident: true }
  const knowledge = findKnowledge(text, locale, vocabulary)
  if (signals.human) return human(composer, knowledge)

  const content = terms.filter((term) => term.weight > 0.15)
  if (content.length === 0) {
    return await withoutWords(question, read, composer, knowledge)
  }
  const decision = await lookUp(question.workspaceId, read, composer.locale, vocabulary)
  const best = decision.shown[0] ?? decision.beyondLimits
  if (knowledge && knowledge.score >= KNOWN && prefersKnowledge(read, best, knowledge)) {
    return knows(knowledge)
  }
  if (decision.shown.length > 0) return speak(read, decision.shown, composer)
  if (decision.beyondLimits) return beyond(read, decision.beyondLimits, composer)
  if (knowledge && knowledge.score >= KNOWN * 0.75 && signals.question) return knows(knowledge)
  if (signals.compare && !terms.some((term) => term.kind === 'thing' || term.kind === 'need')) {
    return { intent: 'unclear', text: composer.plain('unclear'), confident: false }
  }
  const onlyFor = terms.every((term) => term.kind === 'audience' || term.weight <= 0.15)
  if (signals.browse && onlyFor) return withoutWords(question, read, composer, null)
  return {
    intent: 'not_sold',
    text: composer.plain(`not_sold.${seedOf(text) % 2}`),
    confident: false,
  }
}

/**
 * Looks for products in the need that the message expresses and in its very words, when both make
 * sense: "zipped jacket" is a title here and a repair elsewhere.
 */
async function lookUp(
  workspaceId: string,
  read: Understanding,
  locale: string,
  vocabulary: Vocabulary
): Promise<Decision> {
  const search = async (terms: Term[]) =>
    decide(await findCandidates(workspaceId, locale, terms, vocabulary), terms, read.limits, locale)
  const decision = await search(read.terms)
  if (!read.literal) return decision
  const literal = await search(read.literal)
  const best = literal.shown[0]
  if (best && (decision.shown.length === 0 || (best.exact && best.coverage > 0.97))) return literal
  return decision
}

/** Messages without a word about a product. */
async function withoutWords(
  question: CatalogueQuestion,
  read: Understanding,
  composer: Composer,
  knowledge: KnowledgeMatch | null
): Promise<Outcome> {
  const { signals, limits } = read
  if (knowledge && knowledge.score >= KNOWN) return knows(knowledge)
  if (hasLimits(limits) || limits.sort !== null || limits.cheap || signals.browse) {
    const rows = await browse(question.workspaceId, composer.locale, limits)
    const matches = rows
      .map((row) => matchProduct(row, [], limits, composer.locale))
      .filter((match) => match.affordable)
    if (matches.length > 0) {
      const cards = matches.map((match) => cardFor(match))
      const key = limits.sort === 'cheapest' || limits.sort === 'priciest'
      return {
        intent: 'browse',
        text: key ? composer.products(cards, limits) : composer.browse(cards),
        matches,
        confident: true,
      }
    }
  }
  if (signals.thanks) return { intent: 'thanks', text: composer.plain('thanks'), confident: true }
  if (signals.goodbye)
    return { intent: 'goodbye', text: composer.plain('goodbye'), confident: true }
  if (signals.greeting)
    return { intent: 'greeting', text: composer.plain('greeting'), confident: true }
  return { intent: 'unclear', text: composer.plain('unclear'), confident: false }
}

/**
 * Whether the shop's knowledge answers better than the best product. Somebody who names a product
 * or a need wants it, unless nearly nothing of it was found and the question is plainly about how
 * the shop works.
 */
function prefersKnowledge(
  read: Understanding,
  best: Match | null,
  knowledge: KnowledgeMatch
): boolean {
  if (!best) return true
  if (hasLimits(read.limits) || read.limits.sort !== null) return false
  const asked = read.terms.some(
    (term) => ['thing', 'need', 'name'].includes(term.kind) && !term.aside
  )
  if (asked) return knowledge.score >= (read.signals.question ? 1.6 : 2.2)
  return read.signals.question || knowledge.score >= 1.2
}

function beyond(read: Understanding, match: Match, composer: Composer): Outcome {
  const card = cardFor(match)
  const { maxCents, minCents, targetCents } = read.limits
  const limit = composer.limit(maxCents ?? targetCents ?? minCents ?? 0, card.currency)
  const key = maxCents !== null || targetCents !== null ? 'over_budget' : 'under_minimum'
  const outcome = { intent: 'over_budget' as const, confident: true }
  if (!isNearLimits(match, read.limits)) {
    return { ...outcome, text: composer.plain(`${key}_none`, { limit }) }
  }
  const data = { limit, title: composer.name(card), price: composer.money(card) }
  return { ...outcome, text: composer.plain(key, data), matches: [match] }
}

function human(composer: Composer, knowledge: KnowledgeMatch | null): Outcome {
  const text = composer.plain('human')
  if (knowledge && knowledge.score >= KNOWN) {
    return {
      intent: 'human',
      text: `${knowledge.entry.answer} ${text}`,
      knowledge,
      confident: true,
    }
  }
  return { intent: 'human', text, confident: true }
}

function knows(knowledge: KnowledgeMatch): Outcome {
  return { intent: 'knowledge', text: knowledge.entry.answer, knowledge, confident: true }
}

function finish(
  outcome: Outcome,
  locale: string,
  question: CatalogueQuestion,
  read: Understanding
): CatalogueAnswer {
  const products = (outcome.matches ?? []).map((match) => cardFor(match))
  const sources: CatalogueAnswer['sources'] = products.map((card) => ({
    type: 'product',
    id: card.id,
    title: card.title,
  }))
  const entry = outcome.knowledge?.entry
  if (entry) sources.push({ type: 'knowledge', id: entry.key, title: entry.question })
  return {
    text: outcome.text,
    locale,
    intent: outcome.intent,
    products,
    ...(entry ? { knowledge: { key: entry.key, answer: entry.answer } } : {}),
    sources,
    confident: outcome.confident,
    context: {
      lastProductIds:
        products.length > 0
          ? products.map((card) => card.id)
          : (question.context?.lastProductIds ?? []),
      lastFilters: read.limits,
    },
  }
}

/** The same message gets the same wording, different ones vary. */
function seedOf(text: string): number {
  let seed = 7
  for (const char of text) seed = (seed * 31 + char.codePointAt(0)!) % 9973
  return seed
}
