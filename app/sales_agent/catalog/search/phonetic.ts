/** Rules of pronunciation in order; coarse on purpose: people spell by ear. */
const FRENCH: [RegExp, string][] = [
  [/ph/g, 'f'],
  [/(eau|au|o)s?t?$/g, 'o'],
  [/eau|au/g, 'o'],
  [/sch|sh|ch/g, 'C'],
  [/gn/g, 'N'],
  [/g(?=[eiy])/g, 'j'],
  [/gu(?=[eiy])/g, 'g'],
  [/qu|q|ck|k/g, 'k'],
  [/sc(?=[eiy])/g, 's'],
  [/c(?=[eiy])/g, 's'],
  [/c/g, 'k'],
  [/h/g, ''],
  [/(ai|ei)(?=n(?![aeiouy]))/g, 'i'],
  [/ill?e?(?=$)/g, 'I'],
  [/[ae][nm](?![aeiouynm])/g, '1'],
  [/[iyu][nm](?![aeiouynm])/g, '2'],
  [/o[nm](?![aeiouynm])/g, '3'],
  [/oi|oy/g, 'W'],
  [/ou/g, 'u'],
  [/ai|ei|er$|ez$|et$|ee/g, 'e'],
  [/z/g, 's'],
  [/w/g, 'v'],
  [/y/g, 'i'],
  [/x$/g, ''],
  [/(.)\1+/g, '$1'],
  [/[estdpz]+$/g, ''],
]

const ENGLISH: [RegExp, string][] = [
  [/ph/g, 'f'],
  [/^kn|^gn/g, 'n'],
  [/^wr/g, 'r'],
  [/ight/g, 'it'],
  [/gh/g, ''],
  [/tch|ch/g, 'C'],
  [/sh|ti(?=on)/g, 'S'],
  [/th/g, 'T'],
  [/ck|q|c(?![eiy])|k/g, 'k'],
  [/c/g, 's'],
  [/x/g, 'ks'],
  [/z/g, 's'],
  [/dge|g(?=[ei])/g, 'j'],
  [/wh/g, 'w'],
  [/h/g, ''],
  [/(?!^)[aeiouy]+/g, 'a'],
  [/(.)\1+/g, '$1'],
  [/a$/g, ''],
]

const remembered = { fr: new Map<string, string>(), en: new Map<string, string>() }

/** Keys kept in memory per language. */
const REMEMBERED = 60_000

/** How a word sounds, roughly: words that sound alike have the same key. */
export function phoneticKey(word: string, locale: string): string {
  const kept = remembered[locale === 'fr' ? 'fr' : 'en']
  const known = kept.get(word)
  if (known !== undefined) return known
  let key = word
  for (const [pattern, sound] of locale === 'fr' ? FRENCH : ENGLISH) {
    key = key.replace(pattern, sound)
  }
  if (kept.size < REMEMBERED) kept.set(word, key)
  return key
}
