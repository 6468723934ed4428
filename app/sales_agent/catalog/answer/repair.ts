import { NUMERALS } from '#app/sales_agent/catalog/answer/numerals'
import { correct } from '#app/sales_agent/catalog/search/correct'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

export interface Repaired {
  tokens: string[]
  /** What the visitor wrote, by the place of the corrected token. */
  originals: { [index: number]: string }
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
    else if (isGlued(word, locale, vocabulary)) tokens.push(...unglue(word, locale))
    else if (/^\d/.test(word) || word.length < 3 || isKnown(word, locale, vocabulary)) {
      tokens.push(word)
    } else if (next && isKnown(word + next, locale, vocabulary)) {
      originals[tokens.length] = `${word} ${next}`
      tokens.push(word + next)
      index++
    } else if (words.glued(word, locale)) {
      tokens.push(...unglue(word, locale))
    } else if (partsOf(word, locale, vocabulary)) {
      tokens.push(...partsOf(word, locale, vocabulary)!)
    } else {
      const meant = mended++ < MOST_MENDED ? correct(word, locale, vocabulary) : null
      if (meant) originals[tokens.length] = word
      tokens.push(meant ?? word)
    }
  }
  return result
}

/** A phrase written as one word, which no product is called by and the lexicon does not list. */
function isGlued(word: string, locale: string, vocabulary: Vocabulary): boolean {
  const words = lexicon()
  return (
    words.glued(word, locale) !== undefined &&
    !words.words[locale]!.has(word) &&
    vocabulary.labels(word, locale) === 0
  )
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

/** Two words of product titles written as one: "vneck" where a title says "V-Neck". */
function partsOf(word: string, locale: string, vocabulary: Vocabulary): [string, string] | null {
  if (word.length < 5) return null
  for (let at = word.length - 3; at > 0; at--) {
    const first = word.slice(0, at)
    const second = word.slice(at)
    if (first.length === 2 || (first.length === 1 && second.length < 4)) continue
    if (vocabulary.count(first, locale)?.labels && vocabulary.count(second, locale)?.labels) {
      return [first, second]
    }
  }
  return null
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
