import { correct } from '#app/sales_agent/catalog/search/correct'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

export interface Repaired {
  tokens: string[]
  /** What the visitor wrote, by the place of the corrected token. */
  originals: { [index: number]: string }
}

/** Numbers that people write out in front of a unit: "two-person tent". */
const NUMERALS: Record<string, { [word: string]: string }> = {
  en: { two: '2', three: '3', four: '4', five: '5', six: '6', eight: '8', ten: '10' },
  fr: { deux: '2', trois: '3', quatre: '4', cinq: '5', six: '6', huit: '8', dix: '10' },
}

/**
 * Misspelt words that are mended in one message. Each is compared with every word of the
 * catalogue, some milliseconds long: a message of nothing but gibberish must not stop the box.
 */
const MOST_MENDED = 12

/**
 * Mends a message's words: spelling, words written apart or together by mistake ("sacados",
 * "head torch"), numbers in letters.
 */
export function repair(raw: string[], locale: string, vocabulary: Vocabulary): Repaired {
  const words = lexicon()
  const result: Repaired = { tokens: [], originals: {} }
  const { tokens, originals } = result
  let mended = 0
  for (let index = 0; index < raw.length; index++) {
    const word = raw[index]!
    const next = raw[index + 1]
    const numeral = NUMERALS[locale]?.[word]
    if (numeral && next && !/^\d/.test(next)) tokens.push(numeral)
    else if (/^\d/.test(word) || word.length < 3 || isKnown(word, locale, vocabulary)) {
      tokens.push(word)
    } else if (next && isKnown(word + next, locale, vocabulary)) {
      originals[tokens.length] = `${word} ${next}`
      tokens.push(word + next)
      index++
    } else if (words.glued(word, locale)) {
      tokens.push(...unglue(word, locale))
    } else {
      const meant = mended++ < MOST_MENDED ? correct(word, locale, vocabulary) : null
      if (meant) originals[tokens.length] = word
      tokens.push(meant ?? word)
    }
  }
  return result
}

/** A word of the catalogue, of the lexicon, of the shop's knowledge or of everyday talk. */
export function isKnown(word: string, locale: string, vocabulary: Vocabulary): boolean {
  const words = lexicon()
  return (
    words.isLink(word, locale) ||
    words.fillers[locale]!.has(word) ||
    words.ordinary[locale]!.has(word) ||
    words.words[locale]!.has(word) ||
    words.read([word], locale).length > 0 ||
    vocabulary.occurs(word, locale)
  )
}

function unglue(word: string, locale: string): string[] {
  const [concept] = lexicon().glued(word, locale)!
  const phrase = lexicon()
    .concepts.get(concept!)!
    .words[locale]!.find((each) => {
      const tokens = tokenize(each)
      const kept = tokens.filter((token) => !lexicon().isLink(token, locale))
      return tokens.join('') === word || kept.join('') === word
    })
  return tokenize(phrase ?? word)
}
