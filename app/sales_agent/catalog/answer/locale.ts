import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'

/** Little words that occur in one language only; they decide most short messages. */
const MARKERS: Record<string, Set<string>> = {
  fr: new Set(
    `bonjour bonsoir salut coucou merci svp stp je j tu vous nous il elle ils elles le la les un
    une des du de au aux et ou est sont avez avoir ai as suis cherche cherchons voudrais veux
    aimerais besoin faut quel quelle quels quelles quoi que qui pour avec sans dans sur sous chez
    mon ma mes votre vos notre leur ce cet cette ces pas plus moins cher chere combien coute prix
    taille couleur livraison livrez vendez proposez faites pouvez puis peut peux auriez est-ce
    disponible dispo quelque chose ne y en entre jusqu comment ou quand pourquoi oui non petit
    petite grand grande autre autres aussi mais donc encore trop tres idee cadeau euros fait
    quelqu vers environ mieux lequel laquelle lesquels celui celle`.split(/\s+/)
  ),
  en: new Set(
    `hello hi hey thanks thank please i you we he she they the an is are am do does did have has
    had got can could would will should what which who how where when why want need looking look
    for with without in on under over between and or my your our their this that these those
    any some something anything not no yes cheap cheapest price cost much many size color colour
    shipping delivery sell sells stock available about around less more than there it its me of
    to from be buy show find give got anyone someone gift idea up at as if but best better one
    ones dollars bucks pounds`.split(/\s+/)
  ),
}

/** Language of a text: `fr` or `en`, or `fallback` when the text does not tell. */
export function detectLocale(text: string, fallback: string): string {
  return weighLocales(text, fallback).locale
}

/**
 * Language of a visitor's message among those that the engine speaks, and whether its words leave
 * no doubt. Short messages without a telling word ("tente 2 places") are decided by the lexicon,
 * the rest by `fallback`.
 */
export function weighLocales(text: string, fallback: string): { locale: string; sure: boolean } {
  const score = { fr: 0, en: 0 }
  const words = lexicon().words
  for (const token of tokenize(text)) {
    for (const locale of ['fr', 'en'] as const) {
      if (MARKERS[locale]!.has(token)) score[locale] += 2
      else if (words[locale]!.has(token) || words[locale]!.has(token.replace(/s$/, ''))) {
        score[locale] += 1
      }
    }
  }
  if (/[éèêëàâîïôûùçœ]|\b(?:l|d|j|qu|c|n|s)['’]/i.test(text)) score.fr += 1.5
  if (/\b(?:i['’]m|don['’]t|what['’]s|it['’]s)\b|['’]s\b/i.test(text)) score.en += 1.5
  const gap = Math.abs(score.fr - score.en)
  const leader = score.fr > score.en ? 'fr' : 'en'
  if (gap >= 1.5) return { locale: leader, sure: true }
  // One weak sign does not turn the language of a running conversation.
  const known = fallback === 'fr' || fallback === 'en'
  return { locale: gap === 0 || known ? fallback : leader, sure: false }
}
