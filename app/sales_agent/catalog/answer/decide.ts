import type { CandidateRow } from '#app/sales_agent/catalog/answer/candidates'
import { matchProduct, type Match } from '#app/sales_agent/catalog/answer/match'
import type { PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'
import type { Term } from '#app/sales_agent/catalog/answer/understand'

/** Share of the question that a product must satisfy before it is shown. */
const ENOUGH = 0.62

/** Products shown at most. */
const SHOWN = 4

export interface Decision {
  /** Products to show, the best first; empty when nothing is what was asked for. */
  shown: Match[]
  /** Fits in everything but the price: the nearest one outside the limits. */
  beyondLimits: Match | null
}

/**
 * Decides which candidates answer the question. A product must be the kind of thing that was
 * asked for and have most of what was said about it: better no product than a wrong one.
 */
export function decide(
  rows: CandidateRow[],
  terms: Term[],
  limits: PriceLimits,
  locale: string
): Decision {
  const all = rows.map((row) => matchProduct(row, terms, limits, locale))
  const named = all.filter((match) => match.head && match.coverage >= ENOUGH)
  const found = (named.length > 0 ? named : described(all, terms)).sort(
    (a, b) => b.score - a.score || a.row.price_min_cents - b.row.price_min_cents
  )
  // When some titles name the thing itself, those that only mention it are other things, unless
  // they have more of what was asked for.
  const exact = found.find((match) => match.exact)
  const matches = exact
    ? found.filter((match) => match.exact || match.coverage > exact.coverage + 0.05)
    : found
  const best = matches[0]
  if (!best) return { shown: [], beyondLimits: null }

  const affordable = matches.filter((match) => match.affordable)
  if (affordable.length === 0) {
    const near = matches.filter((match) => match.coverage >= best.coverage - 0.1)
    const beyondLimits = near.reduce((nearest, match) =>
      distance(match, limits) < distance(nearest, limits) ? match : nearest
    )
    return { shown: [], beyondLimits }
  }
  const top = affordable[0]!
  const close = affordable.filter(
    (match) => match.coverage >= top.coverage - 0.12 && match.score >= top.score - 0.9
  )
  return { shown: order(close, limits).slice(0, SHOWN), beyondLimits: null }
}

/** Words of the message that a product must have when none of them names what it is. */
const TOLD = 3

/**
 * The message names no thing but tells a good deal about it, and a product's texts have most of
 * that: "something dry and filling to eat on long walks".
 */
function described(all: Match[], terms: Term[]): Match[] {
  if (terms.some((term) => term.kind === 'thing' && !term.aside)) return []
  if (asksForLook(terms)) return all.filter((match) => match.missing.length === 0)
  const telling = terms.filter((term) => term.kind !== 'unknown' && term.kind !== 'number').length
  return all.filter(
    (match) =>
      match.coverage >= ENOUGH &&
      telling - match.missing.filter((term) => term.kind !== 'unknown').length >= TOLD
  )
}

/** "Something in silk", "anything red for women?": how it looks is all that matters. */
function asksForLook(terms: Term[]): boolean {
  const said = terms.filter((term) => term.weight > 0.15)
  return (
    said.some(({ kind }) => kind === 'color' || kind === 'material') &&
    said.every(({ kind }) => LOOKS.has(kind))
  )
}

const LOOKS = new Set<Term['kind']>(['color', 'material', 'audience', 'size'])

function order(matches: Match[], limits: PriceLimits): Match[] {
  const price = (match: Match) => match.variant?.price ?? match.row.price_min_cents
  if (limits.sort === 'cheapest') return sellableFirst(matches, (a, b) => price(a) - price(b))
  if (limits.sort === 'priciest') return sellableFirst(matches, (a, b) => price(b) - price(a))
  return matches
}

function sellableFirst(matches: Match[], compare: (a: Match, b: Match) => number): Match[] {
  return [...matches].sort(
    (a, b) => Number(b.row.available) - Number(a.row.available) || compare(a, b)
  )
}

/** How far outside the limits a product may be that is still shown, with a word about it. */
const NEAR = 0.15

/** Tells whether a product that is outside the visitor's limits is close enough to be shown. */
export function isNearLimits(match: Match, limits: PriceLimits): boolean {
  const limit = limits.maxCents ?? limits.targetCents ?? limits.minCents
  return limit !== null && distance(match, limits) <= limit * NEAR
}

function distance(match: Match, limits: PriceLimits): number {
  const price = match.variant?.price ?? match.row.price_min_cents
  if (limits.maxCents !== null && price > limits.maxCents) return price - limits.maxCents
  if (limits.minCents !== null && price < limits.minCents) return limits.minCents - price
  return limits.targetCents === null ? 0 : Math.abs(price - limits.targetCents)
}
