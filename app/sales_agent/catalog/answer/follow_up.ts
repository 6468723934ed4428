import type { CatalogueQuestion } from '#app/sales_agent/catalog/answer/answer'
import { findProducts, type CandidateRow } from '#app/sales_agent/catalog/answer/candidates'
import type { Composer } from '#app/sales_agent/catalog/answer/compose'
import { cardOf } from '#app/sales_agent/catalog/answer/cards'
import { matchProduct, type Match } from '#app/sales_agent/catalog/answer/match'
import { cardFor, speak, type Outcome } from '#app/sales_agent/catalog/answer/outcome'
import { hasLimits } from '#app/sales_agent/catalog/answer/price_limits'
import { readProduct } from '#app/sales_agent/catalog/answer/product_document'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import type { Understanding } from '#app/sales_agent/catalog/answer/understand'

/** What becomes of a message that goes on about the products shown before. */
export type FollowUp = { outcome: Outcome } | { rewritten: string } | null

/**
 * "And in blue?", "which one is cheaper?": asks about the products shown before. When none of
 * them fits, the request is asked anew with the thing they are: "tents" and "for 4 people?".
 */
export async function followUp(
  question: CatalogueQuestion,
  text: string,
  read: Understanding,
  composer: Composer
): Promise<FollowUp> {
  const ids = question.context?.lastProductIds ?? []
  const { signals, limits, terms } = read
  if (ids.length === 0 || signals.human || signals.identity || signals.browse) return null
  if (terms.some((term) => NAMING.has(term.kind) && !term.aside)) return null
  const priced = hasLimits(limits) || limits.sort !== null || limits.cheap
  const describes = terms.some((term) => term.weight >= 0.2)
  const asks = priced || signals.availability || signals.price || signals.compare
  if (!asks && !(describes && (signals.followUp || read.tokens.length <= 5))) return null

  const rows = await findProducts(question.workspaceId, composer.locale, ids)
  if (rows.length === 0) return null
  let matches = rows.map((row) => matchProduct(row, terms, limits, composer.locale))
  if (signals.compare && limits.sort === null && rows.length > 1) {
    const details = rows.map((row) => Object.values(row.attributes).slice(0, 3).join(', '))
    const cards = matches.map((match) => cardFor(match))
    const outcome = { intent: 'compare' as const, text: composer.compare(cards, details), matches }
    return { outcome: { ...outcome, confident: true } }
  }
  if (describes) matches = matches.filter((match) => match.coverage >= FITS)
  if (hasLimits(limits)) matches = matches.filter((match) => match.affordable)
  const onlyOne = limits.sort === 'cheapest' && rows.length === 1 && !describes
  if (matches.length === 0 || onlyOne) {
    const options = terms.every((term) => OPTIONS.has(term.kind))
    if (!onlyOne && options && !hasLimits(limits) && rows.length === 1) {
      return { outcome: lacksOption(rows[0]!, composer) }
    }
    const thing = sharedThing(rows, composer.locale)
    return thing ? { rewritten: `${thing} ${text}` } : null
  }
  if (describes) matches.sort((a, b) => b.coverage - a.coverage)
  const price = (match: Match) => match.variant?.price ?? match.row.price_min_cents
  if (limits.sort === 'cheapest' || limits.cheap) matches.sort((a, b) => price(a) - price(b))
  if (limits.sort === 'priciest') matches.sort((a, b) => price(b) - price(a))
  if (limits.sort !== null) matches = matches.slice(0, 1)
  return { outcome: speak(read, matches, composer) }
}

/** Kinds of terms that ask for another product than those shown. */
const NAMING = new Set(['thing', 'need', 'name', 'unknown'])

/** Kinds of terms that choose among a product's variants. */
const OPTIONS = new Set(['color', 'size'])

/** Share of the description that one of the shown products must have. */
const FITS = 0.6

function lacksOption(row: CandidateRow, composer: Composer): Outcome {
  const card = cardOf(row)
  return {
    intent: 'availability',
    text: composer.lacksOption(card),
    matches: [matchProduct(row, [], NO_LIMITS, composer.locale)],
    confident: true,
  }
}

const NO_LIMITS = {
  minCents: null,
  maxCents: null,
  targetCents: null,
  sort: null,
  cheap: false,
  namedCents: [],
}

/** The narrowest thing that all shown products are, as a word of the visitor's language. */
function sharedThing(rows: CandidateRow[], locale: string): string | null {
  const words = lexicon()
  const heads = rows.map((row) => [...readProduct(row).head.concepts])
  const candidates = heads[0]!.flatMap((id) => [id, ...words.broaderThan(id)])
  const shared =
    candidates.find((id) =>
      heads.every((concepts) => concepts.some((found) => words.isA(found, id)))
    ) ?? candidates[0]
  return shared ? (words.concepts.get(shared)?.words[locale]?.[0] ?? null) : null
}
