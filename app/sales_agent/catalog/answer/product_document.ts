import type { CandidateRow } from '#app/sales_agent/catalog/answer/candidates'
import { measure, NUMERALS } from '#app/sales_agent/catalog/answer/numerals'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import { stem } from '#app/sales_agent/catalog/search/stem'

export type FieldName = 'head' | 'title' | 'labels' | 'category' | 'description'

/** One field of a product, ready for comparison. */
export interface Field {
  stems: Set<string>
  concepts: Set<string>
  /** Numbers with the words that follow them: `20 l`, `2 place`. */
  measures: Set<string>
}

export type ProductDocument = Record<FieldName, Field> & { locale: string; titleStems: string[] }

/** Words that hold other things: a "set of 3 saucepans" is saucepans. */
const CONTAINERS: Record<string, Set<string>> = {
  fr: new Set(
    'lot paire paires coffret pack boite ensemble assortiment jeu set duo trio'.split(' ')
  ),
  en: new Set('set pack pair pairs box bundle lot'.split(' ')),
}

/** Reads a product's texts into stems, concepts and measures per field. */
export function readProduct(row: CandidateRow): ProductDocument {
  const { locale } = row
  const language = locale === 'fr' || locale === 'en' ? locale : 'en'
  const title = tokenize(row.title)
  const options = row.variants.flatMap((variant) => {
    const own = variant.options[locale] ?? Object.values(variant.options)[0] ?? {}
    return Object.entries(own).map(([name, value]) => `${name} ${value}`)
  })
  const labels = [
    ...row.tags,
    ...Object.entries(row.attributes).map(([name, value]) => `${name} ${value}`),
    ...new Set(options),
    row.vendor ?? '',
  ].join(' . ')
  return {
    locale: language,
    titleStems: title.map((token) => stem(token, language)),
    head: readField(headOf(row.title, language), language),
    title: readField(title, language),
    labels: withReferences(readField(tokenize(labels), language), row, language),
    category: readField(tokenize(row.category), language),
    description: readField(tokenize(row.description), language),
  }
}

/** References count as words, not for what they mean: "woo-vneck-tee". */
function withReferences(field: Field, row: CandidateRow, locale: string): Field {
  for (const { sku } of row.variants) {
    for (const token of tokenize(sku ?? '')) field.stems.add(stem(token, locale))
  }
  return field
}

function readField(tokens: string[], locale: string): Field {
  const stems = new Set<string>()
  const measures = new Set<string>()
  tokens.forEach((token, index) => {
    stems.add(stem(token, locale))
    if (/^\d/.test(token) && tokens[index + 1]) {
      measures.add(measure(token, tokens[index + 1]!, locale))
    }
    const number = NUMERALS[locale]?.[token]
    if (number && tokens[index + 1]) measures.add(measure(number, tokens[index + 1]!, locale))
  })
  const concepts = new Set(
    lexicon()
      .read(tokens, locale)
      .flatMap((hit) => hit.concepts)
  )
  return { stems, concepts, measures }
}

/**
 * Words that name what the product is. French titles begin with it ("Tente 2 places Mésange"),
 * English ones put it before the first preposition or comma ("Hoodie with logo", "Blue wool
 * jumper, men").
 */
function headOf(title: string, locale: string): string[] {
  const phrase = title.split(/[,;:(|/[]| [-–—] /)[0] ?? title
  const words = lexicon()
  if (locale === 'fr') {
    const tokens = tokenize(phrase)
    let start = 0
    while (
      start < tokens.length - 1 &&
      (CONTAINERS.fr!.has(tokens[start]!) ||
        words.isLink(tokens[start]!, 'fr') ||
        /^\d/.test(tokens[start]!))
    ) {
      start++
    }
    const hit = words.read(tokens, 'fr').find((each) => each.from === start)
    return tokens.slice(start, (hit?.to ?? start) + 1)
  }
  const of = phrase.replace(/\b(?:set|pack|pair|box|bundle)s? of (?:\d+ )?/i, '')
  const segment = of.split(/\s(?:with|for|in|from|by|to|on|without|of|at|per)\s/i)[0] ?? of
  const parts = segment.split(/\s(?:and|&|\+)\s/i)
  const last = tokenize(parts.at(-1) ?? '')
  const heads = lastPhrase(last)
  // "Skirt and top" names two things, "tent and mat repair kit" one.
  return last.length === 1 && parts.length > 1
    ? [...lastPhrase(tokenize(parts.at(-2)!)), ...heads]
    : heads
}

/** Measures at the end of a title ("cook pot 750 ml") do not name the thing. */
const UNITS = new Set(
  'l ml cl m mm cm km g kg w v lm mah ah wh c s x inch in pack pcs pairs years ages'.split(' ')
)

function lastPhrase(tokens: string[]): string[] {
  let end = tokens.length
  while (end > 1 && (/^\d/.test(tokens[end - 1]!) || UNITS.has(tokens[end - 1]!))) end--
  const kept = tokens.slice(0, end)
  const hit = lexicon()
    .read(kept, 'en')
    .filter((each) => each.to === end - 1)
    .at(-1)
  return hit ? kept.slice(hit.from, hit.to + 1) : kept.slice(end - 1, end)
}
