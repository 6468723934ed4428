import { cheapestSellable } from '#app/sales_agent/catalog/answer/cards'
import type { CandidateRow, VariantRow } from '#app/sales_agent/catalog/answer/candidates'
import {
  readProduct,
  type Field,
  type FieldName,
  type ProductDocument,
} from '#app/sales_agent/catalog/answer/product_document'
import { measure } from '#app/sales_agent/catalog/answer/numerals'
import type { PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'
import type { Term } from '#app/sales_agent/catalog/answer/understand'
import {
  OTHER_THING,
  audienceConflict,
  isBroaderThing,
  isForAdults,
  isOtherThing,
  said,
  specialAudience,
} from '#app/sales_agent/catalog/answer/fitness'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import { stem } from '#app/sales_agent/catalog/search/stem'

/** How well one product answers the message. */
export interface Match {
  row: CandidateRow
  score: number
  /** Share of what was asked that the product has, by weight, 0 to 1. */
  coverage: number
  /** The product is the kind of thing that was asked for. */
  head: boolean
  /** Its title says so in the place where titles name the thing. */
  exact: boolean
  /** The variant that fits best what was asked; the first sellable one otherwise. */
  variant: VariantRow | null
  /** Tells whether the chosen variant was singled out by an option that was asked for. */
  variantAsked: boolean
  /** Some variant satisfies the price limits. */
  affordable: boolean
  missing: Term[]
}

/** How much a word counts by where it stands. */
const STRENGTH: Record<FieldName, number> = {
  head: 1,
  title: 0.82,
  labels: 0.72,
  category: 0.62,
  description: 0.4,
}

const FIELDS: FieldName[] = ['head', 'title', 'labels', 'category', 'description']

/** Kinds of terms that name the product itself. */
const NAMING = new Set(['thing', 'need', 'name', 'word', 'unknown'])

export function matchProduct(
  row: CandidateRow,
  terms: Term[],
  limits: PriceLimits,
  queryLocale: string
): Match {
  const document = readProduct(row)
  let total = 0
  let got = 0
  let points = 0
  let head = false
  let exact = false
  const missing: Term[] = []
  for (const term of terms) {
    const strength = isForAdults(term, document) ? 1 : strengthOf(term, document, queryLocale)
    total += term.weight
    got += term.weight * satisfaction(term, strength)
    points += term.weight * strength
    if (strength === 0) missing.push(term)
    if (NAMING.has(term.kind) && !term.aside && strength >= headThreshold(term)) {
      head = true
      if (term.kind === 'thing' && strength >= 0.95) exact = true
    }
  }
  if (!head && isBroaderThing(terms, missing, document)) {
    head = true
    got += 0.7
  }
  const { variant, asked } = chooseVariant(row, terms, limits, queryLocale)
  const affordable = withinLimits(variant?.price ?? row.price_min_cents, limits)
  const conflict = audienceConflict(terms, document)
  const coverage = total === 0 ? 0 : Math.max(0, got / total - conflict)
  let score = coverage * 2 + (total === 0 ? 0 : points / total)
  if (head) score += 0.4
  if (affordable) score += 0.6
  if (!row.available) score -= 0.25
  else if (asked && variant && !variant.available) score -= 0.2
  if (conflict > 0) score -= 1
  score -= specialAudience(terms, document)
  score += titleFit(terms, document, queryLocale)
  score += priceFit(variant?.price ?? row.price_min_cents, limits)
  return { row, score, coverage, head, exact, variant, variantAsked: asked, affordable, missing }
}

/** The least place in which a term makes the product the thing asked for. */
function headThreshold(term: Term): number {
  return term.kind === 'name' ? 0.8 : 0.6
}

/** Descriptions prove qualities and uses well, but not what a thing is. */
function satisfaction(term: Term, strength: number): number {
  if (strength === 0) return 0
  if (NAMING.has(term.kind)) return strength >= 0.6 ? 1 : strength
  return strength >= 0.35 ? 1 : strength
}

function strengthOf(term: Term, document: ProductDocument, queryLocale: string): number {
  let best = 0
  for (const name of FIELDS) {
    if (STRENGTH[name] <= best) break
    best = Math.max(best, STRENGTH[name] * fieldMatch(term, document[name], document, queryLocale))
  }
  if (best < COMPOSED && term.kind === 'thing' && isComposed(term, document, queryLocale)) {
    return COMPOSED
  }
  return best
}

/** What a match is worth whose parts stand in different places. */
const COMPOSED = 0.95

/**
 * "Hiking backpack" is also a backpack whose category or description says hiking: the product is
 * the broader thing, and every word of the phrase occurs somewhere.
 */
function isComposed(term: Term, document: ProductDocument, queryLocale: string): boolean {
  if (term.words.length < 2) return false
  const broader = term.concepts.some((id) =>
    [...document.head.concepts].some((found) => lexicon().isA(id, found))
  )
  if (!broader) return false
  return term.words.every((word) => {
    const concepts = lexicon().read([word], queryLocale)[0]?.concepts ?? []
    return FIELDS.some(
      (name) =>
        document[name].stems.has(stem(word, document.locale)) ||
        concepts.some((id) => said(document[name], id))
    )
  })
}

/** 1 when the field has the term, less when it has something broader, 0 when it has not. */
function fieldMatch(
  term: Term,
  field: Field,
  document: ProductDocument,
  queryLocale: string
): number {
  if (term.kind === 'number') {
    const number = term.words[0]!
    if (term.unit && field.measures.has(measure(number, term.unit, document.locale))) return 1
    return field.stems.has(number) ? 0.85 : 0
  }
  const sameLanguage = queryLocale === document.locale
  // "Sleeping bag" stands in the title of a sleeping bag liner, which is another thing.
  const other = term.kind === 'thing' && isOtherThing(term, document)
  if (term.words.length > 0 && (sameLanguage || term.concepts.length === 0)) {
    if (term.words.every((word) => field.stems.has(stem(word, document.locale)))) {
      return other ? OTHER_THING : 1
    }
  }
  let best = 0
  for (const id of term.concepts) {
    for (const found of field.concepts) {
      if (found === id) return other ? OTHER_THING : 1
      if (lexicon().isA(found, id))
        best = Math.max(best, other ? OTHER_THING : term.kind === 'need' ? 0.9 : 0.97)
      else if (lexicon().isA(id, found) && term.kind === 'thing') best = Math.max(best, 0.35)
    }
  }
  return best
}

/** Titles that say little beside what was asked are the better answers. */
function titleFit(terms: Term[], document: ProductDocument, queryLocale: string): number {
  const asked = new Set(terms.flatMap((term) => term.words.map((word) => stem(word, queryLocale))))
  if (document.titleStems.length === 0) return 0
  const shared = document.titleStems.filter((each) => asked.has(each)).length
  return (shared / document.titleStems.length) * 0.25
}

export function withinLimits(cents: number, limits: PriceLimits): boolean {
  if (limits.maxCents !== null && cents > limits.maxCents) return false
  if (limits.minCents !== null && cents < limits.minCents) return false
  if (limits.targetCents !== null) {
    return cents >= limits.targetCents * 0.7 && cents <= limits.targetCents * 1.3
  }
  return true
}

function priceFit(cents: number, limits: PriceLimits): number {
  if (limits.targetCents !== null && limits.targetCents > 0) {
    return Math.max(0, 0.2 - (Math.abs(cents - limits.targetCents) / limits.targetCents) * 0.4)
  }
  return 0
}

/** Picks the variant that has most of the asked options, is affordable and can be sold. */
function chooseVariant(
  row: CandidateRow,
  terms: Term[],
  limits: PriceLimits,
  queryLocale: string
): { variant: VariantRow | null; asked: boolean } {
  let best: { variant: VariantRow; rank: number; hits: number } | null = null
  const counts: number[] = []
  for (const variant of row.variants) {
    const options = Object.values(
      variant.options[row.locale] ?? Object.values(variant.options)[0] ?? {}
    )
    const tokens = tokenize(options.join(' . '))
    const stems = new Set(tokens.map((token) => stem(token, row.locale)))
    const concepts = new Set(
      lexicon()
        .read(tokens, row.locale)
        .flatMap((hit) => hit.concepts)
    )
    let hits = 0
    for (const term of terms) {
      if (term.words.length === 0) continue
      const literal = term.words.every((word) => stems.has(stem(word, queryLocale)))
      const meaning = term.concepts.some((id) =>
        [...concepts].some((found) => lexicon().isA(found, id))
      )
      if (literal || meaning) hits++
    }
    counts.push(hits)
    const rank =
      hits * 4 + (withinLimits(variant.price, limits) ? 2 : 0) + (variant.available ? 1 : 0)
    if (!best || rank > best.rank) best = { variant, rank, hits }
  }
  if (!best) return { variant: null, asked: false }
  const distinguishes =
    best.hits > 0 && (counts.some((count) => count < best.hits) || counts.length === 1)
  // The price on the card must be the one that satisfies the limits.
  const cheapestFits = withinLimits(cheapestSellable(row.variants)!.price, limits)
  return { variant: best.variant, asked: distinguishes || !cheapestFits }
}
