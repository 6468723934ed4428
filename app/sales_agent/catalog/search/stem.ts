/**
 * Light stemmers for comparing words inside one answer. They only remove what plural, gender and
 * the commonest endings add; PostgreSQL's full stemmers choose the candidates before that.
 * The same function must treat both sides of a comparison.
 */
export function stem(word: string, locale: string): string {
  if (word.length < 4 || /^\d/.test(word)) return word
  return locale === 'fr' ? stemFrench(word) : stemEnglish(word)
}

function stemFrench(word: string): string {
  let stemmed = word
  if (/[^s]s$|x$/.test(stemmed)) stemmed = stemmed.slice(0, -1)
  if (stemmed.length >= 6) stemmed = stemmed.replace(/ee$/, '')
  if (stemmed.length > 3) stemmed = stemmed.replace(/e$/, '')
  if (stemmed.length >= 6) stemmed = stemmed.replace(/er$/, '')
  return stemmed.replace(/([nltm])\1$/, '$1').replace(/v$/, 'f')
}

const IRREGULAR: Record<string, string> = {
  knives: 'knife',
  leaves: 'leaf',
  shelves: 'shelf',
  scarves: 'scarf',
  wives: 'wife',
  men: 'man',
  women: 'woman',
  children: 'child',
  feet: 'foot',
  teeth: 'tooth',
  mice: 'mouse',
  people: 'person',
}

/** Things of their own that look like forms of a verb. */
const WHOLE = new Set(
  'bedding wedding clothing stocking earring string spring evening morning ceiling'.split(' ')
)

function stemEnglish(word: string): string {
  if (WHOLE.has(word.replace(/s$/, ''))) return word.replace(/s$/, '')
  let stemmed = IRREGULAR[word] ?? word
  if (/ies$/.test(stemmed) && stemmed.length > 4) stemmed = `${stemmed.slice(0, -3)}y`
  else if (/(ss|ch|sh|x|z)es$/.test(stemmed)) stemmed = stemmed.slice(0, -2)
  else if (/[^sui]s$/.test(stemmed)) stemmed = stemmed.slice(0, -1)
  if (stemmed.length >= 6 && /ing$/.test(stemmed)) stemmed = stemmed.slice(0, -3)
  else if (stemmed.length >= 6 && /ed$/.test(stemmed)) stemmed = stemmed.slice(0, -2)
  if (stemmed.length > 3) stemmed = stemmed.replace(/e$/, '')
  return stemmed.replace(/([bdgmnprt])\1$/, '$1')
}
