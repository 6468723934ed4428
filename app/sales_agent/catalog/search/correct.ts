import { editDistance } from '#app/sales_agent/catalog/search/distance'
import { LEXICON_LOCALES, lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { phoneticKey } from '#app/sales_agent/catalog/search/phonetic'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

/** Edits that still count as a slip of the finger, by the length of the word. */
function allowed(length: number): number {
  if (length <= 3) return 0
  return length <= 5 ? 1 : length <= 8 ? 2 : 3
}

/**
 * The word that somebody probably meant: a word of the catalogue or of the lexicon that is few
 * edits away or sounds the same. Null when nothing is near enough, and for words that need no
 * correction: those that the catalogue, the lexicon or ordinary conversation know.
 */
export function correct(word: string, locale: string, vocabulary: Vocabulary): string | null {
  const limit = allowed(word.length)
  if (isForeign(word, locale)) return null
  if (limit === 0 || /\d/.test(word)) return null
  const sound = phoneticKey(word, locale)

  let best: { word: string; cost: number } | null = null
  const consider = (candidate: string, bonus: number) => {
    if (candidate.length < 3 || Math.abs(candidate.length - word.length) > 3) return
    const sameStart = candidate[0] === word[0]
    // People get the first letter right, unless it sounds the same ("hamak", "kanape").
    if (!sameStart && !SAME_SOUND.has(candidate[0]! + word[0]!)) return
    const alike = sound.length > 1 && phoneticKey(candidate, locale) === sound
    // English keys keep no vowels: in a short word sounding alike proves little there.
    const most = !alike ? limit : word.length <= 5 && locale === 'en' ? 2 : 3
    const edits = editDistance(word, candidate, most)
    if (edits > most) return
    if (!sameStart && !alike) return
    if (edits >= 2 && !alike && word.length < 7) return
    if (edits === 1 && word.length === 4 && !alike && candidate.length < 4) return
    const cost = edits - (alike ? 0.7 : 0) - (sameStart ? 0.3 : 0) - bonus
    if (!best || cost < best.cost) best = { word: candidate, cost }
  }
  for (const [candidate, count] of vocabulary.words(locale)) {
    if (count.labels > 0) consider(candidate, Math.min(0.4, 0.2 + count.labels / 200))
  }
  for (const candidate of lexicon().words[locale] ?? []) consider(candidate, 0.15)
  return (best as { word: string } | null)?.word ?? null
}

/** A word of the lexicon's other language is spelt right, if not in the expected language. */
function isForeign(word: string, locale: string): boolean {
  return LEXICON_LOCALES.some((each) => each !== locale && lexicon().words[each]!.has(word))
}

/** Pairs of first letters that are mistaken for each other by ear. */
const SAME_SOUND = new Set([
  'kc',
  'ck',
  'cs',
  'sc',
  'fp',
  'pf',
  'gj',
  'jg',
  'ea',
  'ae',
  'ie',
  'ei',
  'oa',
  'ha',
  'ah',
  'he',
  'eh',
  'ho',
  'oh',
  'nk',
  'kn',
  'wr',
  'rw',
  'sz',
  'zs',
  'vw',
  'wv',
  'kq',
  'qk',
])
