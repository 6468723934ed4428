import db from '@adonisjs/lucid/services/db'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { stem } from '#app/sales_agent/catalog/search/stem'

export interface KnowledgeEntry {
  key: string
  locale: string
  question: string
  answer: string
  keywords: string[]
}

interface WordCount {
  labels: number
  anywhere: number
}

/** Workspaces whose words are kept in memory. */
const KEPT = 40

/**
 * The words of one workspace's catalogue with their frequencies, per language, and what the
 * shop knows beside its products.
 */
export class Vocabulary {
  readonly locales: string[]
  readonly #words = new Map<string, Map<string, WordCount>>()
  readonly #byStem = new Map<string, Map<string, string[]>>()
  readonly #knownConcepts = new Map<string, boolean>()

  constructor(
    readonly version: number,
    rows: { locale: string; word: string; labels: number; anywhere: number }[],
    readonly knowledge: KnowledgeEntry[]
  ) {
    for (const { locale, word, labels, anywhere } of rows) {
      mapIn(this.#words, locale).set(word, { labels, anywhere })
      const stems = mapIn(this.#byStem, locale)
      const key = stem(word, locale)
      const same = stems.get(key)
      if (same) same.push(word)
      else stems.set(key, [word])
    }
    this.locales = [...this.#words.keys()]
  }

  count(word: string, locale: string): WordCount | undefined {
    return this.#words.get(locale)?.get(word)
  }

  words(locale: string): Iterable<[string, WordCount]> {
    return this.#words.get(locale)?.entries() ?? []
  }

  /** Words of the catalogue that differ from `word` in their ending only. */
  forms(word: string, locale: string): string[] {
    return this.#byStem.get(locale)?.get(stem(word, locale)) ?? []
  }

  /**
   * Whether the catalogue has the word as a reader of `locale` means it: in any form in texts of
   * that language, exactly as written in the others (names are the same everywhere, endings
   * are not).
   */
  occurs(word: string, locale: string): boolean {
    return this.locales.some((each) =>
      each === locale ? this.forms(word, each).length > 0 : this.count(word, each) !== undefined
    )
  }

  /** Products with the word among title, category, tags or options, read as in `occurs`. */
  labels(word: string, locale: string): number {
    const counts = this.locales.map((each) =>
      each === locale ? this.labelCount(word, each) : (this.count(word, each)?.labels ?? 0)
    )
    return Math.max(0, ...counts)
  }

  /** Products with a form of the word in title, category, tags or options. */
  labelCount(word: string, locale: string): number {
    let sum = 0
    for (const form of this.forms(word, locale)) sum += this.count(form, locale)?.labels ?? 0
    return sum
  }

  /** Tells whether a phrase can occur in the catalogue: every word of it does. */
  hasPhrase(tokens: string[], locale: string): boolean {
    return tokens.every(
      (token) => lexicon().isLink(token, locale) || this.forms(token, locale).length > 0
    )
  }

  /** Remembers per concept and language whether any of its phrases can occur. */
  remember(key: string, decide: () => boolean): boolean {
    let known = this.#knownConcepts.get(key)
    if (known === undefined) {
      known = decide()
      this.#knownConcepts.set(key, known)
    }
    return known
  }
}

const kept = new Map<string, Vocabulary>()

/** The workspace's vocabulary; read anew only when the catalogue's version has changed. */
export async function vocabularyOf(workspaceId: string): Promise<Vocabulary> {
  const { rows } = await db.rawQuery('select version from catalogs where workspace_id = ?', [
    workspaceId,
  ])
  const version = rows[0]?.version ?? 0
  const found = kept.get(workspaceId)
  if (found && found.version === version) {
    kept.delete(workspaceId)
    kept.set(workspaceId, found)
    return found
  }
  const [terms, knowledge] = await Promise.all([
    db.rawQuery('select locale, word, labels, anywhere from product_terms where workspace_id = ?', [
      workspaceId,
    ]),
    db.rawQuery(
      `select key, locale, question, answer, keywords from knowledge_entries
       where workspace_id = ? order by key, locale`,
      [workspaceId]
    ),
  ])
  const vocabulary = new Vocabulary(version, terms.rows, knowledge.rows)
  kept.set(workspaceId, vocabulary)
  if (kept.size > KEPT) kept.delete(kept.keys().next().value!)
  return vocabulary
}

function mapIn<Value>(maps: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  let map = maps.get(key)
  if (!map) maps.set(key, (map = new Map()))
  return map
}
