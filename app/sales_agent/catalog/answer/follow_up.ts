import type { CatalogueQuestion } from '#app/sales_agent/catalog/answer/answer'
import { findProducts } from '#app/sales_agent/catalog/answer/candidates'
import type { Composer } from '#app/sales_agent/catalog/answer/compose'
import { matchProduct, type Match } from '#app/sales_agent/catalog/answer/match'
import { cardFor, speak, type Outcome } from '#app/sales_agent/catalog/answer/outcome'
import { hasLimits } from '#app/sales_agent/catalog/answer/price_limits'
import type { Understanding } from '#app/sales_agent/catalog/answer/understand'

/** "And in blue?", "which one is cheaper?": asks about the products shown before. */
export async function followUp(
  question: CatalogueQuestion,
  read: Understanding,
  composer: Composer
): Promise<Outcome | null> {
  const ids = question.context?.lastProductIds ?? []
  if (ids.length === 0) return null
  const { signals, limits, terms } = read
  const names = terms.some((term) => ['thing', 'need', 'name', 'unknown'].includes(term.kind))
  if (names || signals.human || signals.identity) return null
  const asks =
    signals.followUp ||
    signals.availability ||
    signals.price ||
    signals.compare ||
    limits.sort !== null ||
    hasLimits(limits) ||
    limits.cheap
  const describes = terms.length > 0
  if (!asks && !(describes && read.tokens.length <= 6)) return null
  if (
    !describes &&
    !signals.availability &&
    !signals.price &&
    !signals.compare &&
    limits.sort === null &&
    !hasLimits(limits) &&
    !limits.cheap
  )
    return null

  const rows = await findProducts(question.workspaceId, composer.locale, ids)
  if (rows.length === 0) return null
  let matches = rows.map((row) => matchProduct(row, terms, limits, composer.locale))
  if (signals.compare && rows.length > 1) {
    const details = rows.map((row) => Object.values(row.attributes).slice(0, 3).join(', '))
    return {
      intent: 'compare',
      text: composer.compare(
        matches.map((match) => cardFor(match)),
        details
      ),
      matches,
      confident: true,
    }
  }
  if (describes) {
    const fitting = matches.filter((match) => match.coverage >= 0.5)
    if (fitting.length === 0) return null
    matches = fitting.sort((a, b) => b.coverage - a.coverage)
  }
  if (hasLimits(limits)) {
    const affordable = matches.filter((match) => match.affordable)
    if (affordable.length === 0) return null
    matches = affordable
  }
  const price = (match: Match) => match.variant?.price ?? match.row.price_min_cents
  if (limits.sort === 'cheapest' || limits.cheap) matches.sort((a, b) => price(a) - price(b))
  if (limits.sort === 'priciest') matches.sort((a, b) => price(b) - price(a))
  if (limits.sort !== null) matches = matches.slice(0, 1)
  return speak(read, matches, composer)
}
