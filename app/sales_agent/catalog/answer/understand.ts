import { detectLocale } from '#app/sales_agent/catalog/answer/locale'
import { readPriceLimits, type PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'
import { readIntents, type Signals } from '#app/sales_agent/catalog/answer/signals'
import { correct } from '#app/sales_agent/catalog/search/correct'
import { lexicon, type ConceptKind } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import { stem } from '#app/sales_agent/catalog/search/stem'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

/** What a part of the message asks of a product. */
export type TermKind = ConceptKind | 'name' | 'word' | 'number' | 'unknown' | 'need'

export interface Term {
  kind: TermKind
  /** Words as meant (corrected), without accents. */
  words: string[]
  /** Concepts that satisfy the term, any of them. */
  concepts: string[]
  /** How much a product that lacks it disappoints. */
  weight: number
  /** The word as the visitor wrote it, when it was corrected. */
  corrected?: string
  /** Unit that must follow the number: "20 l", "2 places". */
  unit?: string
  /** Place in the message. */
  at: number
}

export interface Understanding {
  locale: string
  terms: Term[]
  limits: PriceLimits
  signals: Signals
  /** Words of the message without accents, for the knowledge lookup. */
  tokens: string[]
}

const WEIGHTS: Record<TermKind, number> = {
  thing: 1,
  need: 1,
  name: 1.2,
  use: 0.55,
  audience: 0.45,
  color: 0.35,
  material: 0.45,
  size: 0.3,
  quality: 0.3,
  number: 0.35,
  word: 0.5,
  unknown: 0.5,
}

/** A title word in at most this many products counts as a name. */
const NAME_PRODUCTS = 3

/** Reads a visitor's message: language, money, intents and what the product must be. */
export function understand(
  text: string,
  fallbackLocale: string,
  vocabulary: Vocabulary
): Understanding {
  const locale = detectLocale(text, fallbackLocale)
  const { limits, rest } = readPriceLimits(text)
  const signals = readIntents(text, locale)
  const terms = readTerms(tokenize(rest), locale, vocabulary)
  return { locale, terms, limits, signals, tokens: tokenize(text) }
}

function readTerms(raw: string[], locale: string, vocabulary: Vocabulary): Term[] {
  const words = lexicon()
  const { tokens, originals } = repair(raw, locale, vocabulary)
  const terms: Term[] = []
  const used = new Array<boolean>(tokens.length).fill(false)

  const needs = readNeeds(tokens, locale)
  for (const hit of words.read(tokens, locale)) {
    const inside = tokens.slice(hit.from, hit.to + 1)
    const filler = hit.from === hit.to && words.fillers[locale]?.has(tokens[hit.from]!)
    if (filler) continue
    for (let index = hit.from; index <= hit.to; index++) used[index] = true
    const kind = strongestKind(hit.concepts)
    terms.push({
      kind,
      words: inside.filter((word) => !words.isLink(word, locale)),
      concepts: hit.concepts,
      weight: WEIGHTS[kind],
      at: hit.from,
      ...(originals[hit.from] ? { corrected: originals[hit.from]! } : {}),
    })
  }
  for (let index = 0; index < tokens.length; index++) {
    if (used[index]) continue
    const term = readWord(tokens, index, locale, vocabulary)
    if (!term) continue
    if (originals[index]) term.corrected = originals[index]!
    if (term.unit) used[index + 1] = true
    terms.push(term)
  }
  terms.sort((a, b) => a.at - b.at)
  if (needs.concepts.length > 0) {
    // The words that made up the need have been understood; they no longer ask for themselves.
    for (const term of terms) {
      if (term.kind !== 'thing' && needs.stems.has(stem(term.words[0] ?? '', locale))) {
        term.weight *= 0.2
      } else if (needs.stems.has(stem(term.words[0] ?? '', locale))) {
        term.weight *= 0.25
        term.kind = 'quality'
      }
    }
    terms.push({ kind: 'need', words: [], concepts: needs.concepts, weight: 1, at: tokens.length })
  }
  return weighUnknown(terms)
}

/**
 * A word that nobody knows matters when it stands beside the thing that was asked for ("inflatable
 * zorb") or alone; elsewhere it is part of the story around it ("next week in Chamonix").
 */
function weighUnknown(terms: Term[]): Term[] {
  const things = terms.filter((term) => term.kind === 'thing' || term.kind === 'name')
  const named = things.length > 0 || terms.some((term) => term.kind === 'need')
  if (!named) return terms
  for (const term of terms) {
    if (term.kind !== 'unknown') continue
    const beside = things.some((thing) => Math.abs(thing.at - term.at) === 1)
    term.weight = beside ? 0.4 : 0.1
  }
  return terms
}

/** Spelling, and words that were written apart or together by mistake. */
function repair(raw: string[], locale: string, vocabulary: Vocabulary) {
  const words = lexicon()
  const tokens: string[] = []
  const originals: Record<number, string> = {}
  const known = (word: string) =>
    words.isLink(word, locale) ||
    words.fillers[locale]?.has(word) ||
    words.words[locale]?.has(word) ||
    words.read([word], locale).length > 0 ||
    vocabulary.locales.some((each) => vocabulary.forms(word, each).length > 0)

  for (let index = 0; index < raw.length; index++) {
    const word = raw[index]!
    const next = raw[index + 1]
    if (known(word) || /^\d/.test(word) || word.length < 3) {
      tokens.push(word)
      continue
    }
    if (next && !known(next) && known(word + next)) {
      originals[tokens.length] = `${word} ${next}`
      tokens.push(word + next)
      index++
      continue
    }
    const glued = words.glued(word, locale)
    if (glued) {
      const phrase = words.concepts
        .get(glued[0]!)!
        .words[locale]!.find((each) => tokenize(each).join('') === word)
      tokens.push(...tokenize(phrase ?? word))
      continue
    }
    const meant = correct(word, locale, vocabulary)
    if (meant) originals[tokens.length] = word
    tokens.push(meant ?? word)
  }
  return { tokens, originals }
}

function readWord(
  tokens: string[],
  index: number,
  locale: string,
  vocabulary: Vocabulary
): Term | null {
  const word = tokens[index]!
  const words = lexicon()
  if (words.isLink(word, locale) || words.fillers[locale]?.has(word)) return null
  const term = { words: [word], concepts: [], at: index }
  if (/^\d/.test(word)) {
    const unit = tokens[index + 1]
    return { ...term, kind: 'number', weight: WEIGHTS.number, ...(unit ? { unit } : {}) }
  }
  if (word.length < 2) return null
  const labels = Math.max(0, ...vocabulary.locales.map((each) => vocabulary.labelCount(word, each)))
  if (labels > 0 && labels <= NAME_PRODUCTS && word.length > 3) {
    return { ...term, kind: 'name', weight: WEIGHTS.name }
  }
  if (labels > 0) return { ...term, kind: 'word', weight: WEIGHTS.word }
  const anywhere = vocabulary.locales.some((each) => vocabulary.forms(word, each).length > 0)
  if (anywhere) return { ...term, kind: 'word', weight: WEIGHTS.word * 0.6 }
  return { ...term, kind: 'unknown', weight: WEIGHTS.unknown }
}

function strongestKind(concepts: string[]): ConceptKind {
  const order: ConceptKind[] = [
    'thing', 'color', 'material', 'use', 'audience', 'size', 'quality',
  ] // prettier-ignore
  const kinds = concepts.map((id) => lexicon().kindOf(id))
  return order.find((kind) => kinds.includes(kind)) ?? 'thing'
}

/** Needs whose words all occur in the message. */
function readNeeds(tokens: string[], locale: string): { concepts: string[]; stems: Set<string> } {
  const stems = new Set(tokens.map((token) => stem(token, locale)))
  const concepts = new Set<string>()
  const covered = new Set<string>()
  let most = 0
  const hits: { places: number; means: string[]; stems: string[] }[] = []
  for (const need of lexicon().needs) {
    for (const phrase of need.phrases[locale] ?? []) {
      const found = phrase.map((place) => place.find((alternative) => stems.has(alternative)))
      if (found.some((each) => each === undefined)) continue
      hits.push({ places: phrase.length, means: need.means, stems: found as string[] })
      most = Math.max(most, phrase.length)
    }
  }
  // The most precise reading wins: three words that fit say more than one.
  for (const hit of hits) {
    if (hit.places < most && most > 1) continue
    hit.means.forEach((id) => concepts.add(id))
    hit.stems.forEach((each) => covered.add(each))
  }
  return { concepts: [...concepts], stems: covered }
}
