import { weighLocales } from '#app/sales_agent/catalog/answer/locale'
import { readPriceLimits, type PriceLimits } from '#app/sales_agent/catalog/answer/price_limits'
import { readIntents, type Signals } from '#app/sales_agent/catalog/answer/signals'
import type { Term } from '#app/sales_agent/catalog/answer/term'
import { readTerms } from '#app/sales_agent/catalog/answer/terms'
import { plain, tokenize } from '#app/sales_agent/catalog/search/plain'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

export type { Term } from '#app/sales_agent/catalog/answer/term'

export interface Understanding {
  locale: string
  terms: Term[]
  /** The same without reading needs into it; null when there was none. */
  literal: Term[] | null
  limits: PriceLimits
  signals: Signals
  /** The other language, when nothing in the message tells which one it is. */
  alternative: string | null
  /** Words without accents and as the visitor spelt them. */
  spellings: [string, string][]
  /** Words of the message without accents, for the knowledge lookup. */
  tokens: string[]
}

/** Turns of phrase whose words mean something else here: "I saw a tent" asks for no saw. */
const PHRASES =
  /\b(?:i|we)(?:'ve| have)? (?:just |once )?(?:saw|seen)\b|\bby the way\b|\b(?:a |an )?(?:kind|sort|type) of\b|\bit'?s\b/g

/** Reads a visitor's message: language, money, intents and what the product must be. */
export function understand(
  text: string,
  fallbackLocale: string,
  vocabulary: Vocabulary,
  forcedLocale?: string
): Understanding {
  const { limits, rest } = readPriceLimits(text)
  const words = tokenize(rest.replace(PHRASES, ' '))
  const choice = forcedLocale
    ? { locale: forcedLocale, sure: true }
    : weighLocales(text, fallbackLocale)
  let { locale } = choice
  let reading = readTerms(words, locale, vocabulary)
  if (!choice.sure) {
    // Nothing tells the language: the one in which more of the message makes sense.
    const other = locale === 'fr' ? 'en' : 'fr'
    const second = readTerms(words, other, vocabulary)
    if (strangeness(second.terms) < strangeness(reading.terms)) {
      locale = other
      reading = second
    }
  }
  return {
    locale,
    ...reading,
    limits,
    signals: readIntents(text, locale),
    alternative: choice.sure ? null : locale === 'fr' ? 'en' : 'fr',
    spellings: (text.match(/[\p{L}\p{M}]+/gu) ?? []).map((word) => [
      plain(word),
      word.toLowerCase(),
    ]),
    tokens: tokenize(text),
  }
}

/** Words that are unknown or had to be corrected, and words without a meaning in the lexicon. */
function strangeness(terms: Term[]): number {
  let sum = 0
  for (const term of terms) {
    if (term.kind === 'unknown') sum += 1
    else if (term.kind === 'word' || term.kind === 'name') sum += 0.3
    if (term.corrected) sum += 0.4
  }
  return sum
}
