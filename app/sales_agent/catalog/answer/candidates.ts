import db from '@adonisjs/lucid/services/db'
import type { Term } from '#app/sales_agent/catalog/answer/understand'
import { lexicon, LEXICON_LOCALES } from '#app/sales_agent/catalog/search/lexicon'
import { tokenize } from '#app/sales_agent/catalog/search/plain'
import type { Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

export interface VariantRow {
  id: string
  sku: string | null
  options: Record<string, Record<string, string>>
  price: number
  compareAt: number | null
  stock: number | null
  available: boolean
  image: string | null
}

/** A product with the text of one language, as the ranking reads it. */
export interface CandidateRow {
  id: string
  kind: 'physical' | 'service' | 'digital'
  vendor: string | null
  url: string | null
  image_url: string | null
  currency: string
  price_min_cents: number
  price_max_cents: number
  stock: number | null
  available: boolean
  locale: string
  title: string
  description: string
  category: string
  tags: string[]
  attributes: Record<string, string>
  variants: VariantRow[]
}

/** Products that are looked at closely. */
const CANDIDATES = 120

const COLUMNS = `p.id, p.kind, p.vendor, p.url, p.image_url, p.currency, p.price_min_cents,
  p.price_max_cents, p.stock, p.available, t.locale, t.title, left(t.description, 1500) as description,
  t.category, t.tags, t.attributes,
  coalesce((select jsonb_agg(jsonb_build_object('id', v.id, 'sku', v.sku, 'options', v.options,
      'price', v.price_cents, 'compareAt', v.compare_at_cents, 'stock', v.stock,
      'available', v.available, 'image', v.image_url) order by v.position)
    from product_variants v where v.product_id = p.id), '[]') as variants`

/** One language of a product: the visitor's when it has it, else its own. */
const TEXT_CHOICE = `(t.locale = :locale or
  (t.locale = p.default_locale and not (:locale = any(p.locales))))`

/**
 * Finds the products that may answer the terms with one full-text query per language of the
 * catalogue, the most promising first. Titles count more than the rest, and products that
 * answer several terms more than those that answer one.
 */
export async function findCandidates(
  workspaceId: string,
  locale: string,
  terms: Term[],
  vocabulary: Vocabulary
): Promise<CandidateRow[]> {
  const bindings: Record<string, string> = { workspaceId, locale }
  const conditions: string[] = []
  const scores: string[] = []
  const deciding = decidingTerms(terms)

  for (const textLocale of vocabulary.locales) {
    const own = terms
      .map((term) => ({ term, query: queryOf(term, locale, textLocale, vocabulary) }))
      .filter(({ query }) => query !== '')
    const needed = own.filter(({ term }) => deciding.includes(term))
    const any = (needed.length > 0 ? needed : own).map(({ query }) => `(${query})`).join(' | ')
    if (any === '') continue
    const prefix = `q_${textLocale}`
    bindings[prefix] = any
    const config = `catalog_config('${textLocale}')`
    conditions.push(
      `(t.locale = '${textLocale}' and t.search @@ to_tsquery(${config}, :${prefix}))`
    )
    const parts = own.map(({ term, query }, index) => {
      bindings[`${prefix}_${index}`] = query
      bindings[`${prefix}_${index}_title`] = query.replace(/'[^']+'/g, '$&:A')
      const weight = term.weight.toFixed(2)
      return `${weight} * ((t.search @@ to_tsquery(${config}, :${prefix}_${index}_title))::int * 2
        + (t.search @@ to_tsquery(${config}, :${prefix}_${index}))::int)`
    })
    scores.push(`when '${textLocale}' then ${parts.join(' + ')}`)
  }
  if (conditions.length === 0) return []

  const { rows } = await db.rawQuery(
    `with found as materialized (
       select t.product_id, t.locale,
         case t.locale ${scores.join(' ')} end as score, p.available
       from product_texts t join products p on p.id = t.product_id
       where t.workspace_id = :workspaceId and p.workspace_id = :workspaceId
         and p.status = 'active' and ${TEXT_CHOICE} and (${conditions.join(' or ')})
       order by score desc, p.available desc, length(t.title), p.id
       limit ${CANDIDATES})
     select ${COLUMNS}
     from found f join products p on p.id = f.product_id
       join product_texts t on t.product_id = f.product_id and t.locale = f.locale
     order by f.score desc, f.available desc, length(t.title), p.id`,
    bindings
  )
  return rows
}

/** Reads given products, for questions about what was shown before. */
export async function findProducts(
  workspaceId: string,
  locale: string,
  ids: string[]
): Promise<CandidateRow[]> {
  const valid = ids.filter((id) => /^[0-9a-f-]{36}$/i.test(id)).slice(0, 12)
  if (valid.length === 0) return []
  const { rows } = await db.rawQuery(
    `select ${COLUMNS} from products p join product_texts t on t.product_id = p.id
     where p.workspace_id = :workspaceId and p.status = 'active' and p.id = any(:ids)
       and ${TEXT_CHOICE}
     order by array_position(:ids::uuid[], p.id)`,
    { workspaceId, locale, ids: valid as never }
  )
  return rows
}

/** Terms without which a product cannot be an answer; empty when any term may bring it. */
function decidingTerms(terms: Term[]): Term[] {
  const strong = terms.filter((term) => ['thing', 'need', 'name'].includes(term.kind))
  return strong.length > 0 ? strong : []
}

/**
 * Text search query of one term in one language: forms of its own words, and the phrases of its
 * concepts and of narrower ones, as far as the catalogue has those words.
 */
function queryOf(term: Term, locale: string, textLocale: string, vocabulary: Vocabulary): string {
  const parts = new Set<string>()
  const literal = term.words.filter((word) => !lexicon().isLink(word, locale))
  if (
    literal.length > 0 &&
    literal.every((word) => vocabulary.forms(word, textLocale).length > 0)
  ) {
    parts.add(
      literal
        .map((word) => `(${vocabulary.forms(word, textLocale).map(lexeme).join('|')})`)
        .join('&')
    )
  }
  for (const id of term.concepts) {
    for (const narrower of lexicon().withNarrower(id))
      addPhrases(narrower, textLocale, vocabulary, parts)
  }
  return [...parts].map((part) => `(${part})`).join('|')
}

function addPhrases(id: string, textLocale: string, vocabulary: Vocabulary, parts: Set<string>) {
  if (!(LEXICON_LOCALES as readonly string[]).includes(textLocale)) return
  for (const phrase of lexicon().concepts.get(id)?.words[textLocale] ?? []) {
    const tokens = tokenize(phrase).filter((token) => !lexicon().isLink(token, textLocale))
    if (tokens.length === 0) continue
    const present = vocabulary.remember(`${textLocale}:${phrase}`, () =>
      vocabulary.hasPhrase(tokens, textLocale)
    )
    if (!present) continue
    parts.add(
      tokens
        .map((token) => `(${vocabulary.forms(token, textLocale).map(lexeme).join('|')})`)
        .join('&')
    )
  }
}

/** Words are letters and digits only (see tokenize), so quoting cannot be broken out of. */
function lexeme(word: string): string {
  return `'${word.replaceAll("'", '')}'`
}
