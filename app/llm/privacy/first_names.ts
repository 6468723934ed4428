import names from './data/first_names.json' with { type: 'json' }

const certain = new Set(names.certain.split(' '))
const ambiguous = new Set(names.ambiguous.split(' '))

/**
 * How surely a capitalised word is a first name: `certain` ones are hardly ever anything else,
 * `ambiguous` ones are also words, places or brands and need a surname or a word before them.
 */
export function firstNameKind(word: string): 'certain' | 'ambiguous' | null {
  const name = capitalised(word)
  if (certain.has(name)) return 'certain'
  if (ambiguous.has(name)) return 'ambiguous'
  // Jean-Pierre, Anne-Sophie: the parts are known.
  const parts = name.split('-')
  const known = parts.length > 1 && parts.every((part) => certain.has(part) || ambiguous.has(part))
  return known ? 'certain' : null
}

/** `JEAN-PIERRE` and `jean-pierre` as `Jean-Pierre`. */
function capitalised(word: string): string {
  return word.toLowerCase().replace(/(?:^|-)\p{L}/gu, (letter) => letter.toUpperCase())
}
