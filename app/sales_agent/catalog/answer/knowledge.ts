import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { plain, tokenize } from '#app/sales_agent/catalog/search/plain'
import { stem } from '#app/sales_agent/catalog/search/stem'
import type { KnowledgeEntry, Vocabulary } from '#app/sales_agent/catalog/search/vocabulary'

export interface KnowledgeMatch {
  entry: KnowledgeEntry
  /** 0 to about 2; from 0.9 on it is an answer. */
  score: number
}

/**
 * Finds what the shop knows about a question: keywords count most, then words that few
 * entries share. Entries in the visitor's language come first; others serve when it has none.
 */
export function findKnowledge(
  text: string,
  locale: string,
  vocabulary: Vocabulary
): KnowledgeMatch | null {
  const inLocale = vocabulary.knowledge.filter((entry) => entry.locale === locale)
  const entries = inLocale.length > 0 ? inLocale : vocabulary.knowledge
  if (entries.length === 0) return null
  const asked = significantStems(text, locale)
  if (asked.size === 0) return null
  const folded = ` ${tokenize(plain(text)).join(' ')} `

  const topics = topicsIn(text, locale)
  // How much of the message is about the shop at all.
  const about = Math.min(1, Math.max(0.3, (topicWords(text, locale) / asked.size) * 1.6))
  const stemsOf = entries.map((entry) =>
    significantStems(`${entry.question} ${entry.keywords.join(' ')}`, entry.locale)
  )
  const rarity = (word: string) => {
    const holders = stemsOf.filter((stems) => stems.has(word)).length
    return holders === 0 ? 0 : Math.log(1 + entries.length / holders) / Math.log(1 + entries.length)
  }
  let best: KnowledgeMatch | null = null
  entries.forEach((entry, index) => {
    let score = 0
    for (const keyword of entry.keywords) {
      const tokens = tokenize(keyword)
      const stems = tokens.map((token) => stem(token, entry.locale))
      if (!stems.every((each) => asked.has(each) || folded.includes(` ${each} `))) continue
      const rare = Math.max(...stems.map(rarity))
      score += tokens.length > 1 ? 0.9 : 0.65 * rare + 0.15
    }
    const question = significantStems(entry.question, entry.locale)
    let shared = 0
    let weight = 0
    for (const word of asked) {
      const rare = rarity(word) || 0.6
      weight += rare
      if (question.has(word) || stemsOf[index]!.has(word)) shared += rare
    }
    if (weight > 0) score += (shared / weight) * 0.8
    score += topicScore(topics, topicsOf(entry)) * about
    if (!best || score > best.score) best = { entry, score }
  })
  return best
}

/**
 * Topics that the question and the entry share, each worth the more the fewer topics the entry
 * is about: "how long" and "delivery" together say delivery time, not delivery price.
 */
function topicScore(asked: Set<string>, own: Set<string>): number {
  if (asked.size === 0 || own.size === 0) return 0
  const shared = [...own].filter((topic) => asked.has(topic)).length
  return (shared / asked.size) * 0.9 + (shared / own.size) * 0.4
}

const known = new WeakMap<KnowledgeEntry, Set<string>>()

function topicsOf(entry: KnowledgeEntry): Set<string> {
  let topics = known.get(entry)
  if (!topics) {
    topics = topicsIn(`${entry.question} . ${entry.keywords.join(' . ')}`, entry.locale)
    known.set(entry, topics)
  }
  return topics
}

function topicsIn(text: string, locale: string): Set<string> {
  const hits = lexicon().read(tokenize(text), locale)
  return new Set(
    hits.flatMap((hit) => hit.concepts.filter((id) => lexicon().kindOf(id) === 'topic'))
  )
}

function topicWords(text: string, locale: string): number {
  const tokens = tokenize(text)
  let count = 0
  for (const hit of lexicon().read(tokens, locale)) {
    if (!hit.concepts.some((id) => lexicon().kindOf(id) === 'topic')) continue
    const inside = tokens.slice(hit.from, hit.to + 1)
    count += inside.filter((token) => !lexicon().isLink(token, locale)).length
  }
  return count
}

function significantStems(text: string, locale: string): Set<string> {
  const words = lexicon()
  return new Set(
    tokenize(text)
      .filter((token) => token.length > 1 && !words.isLink(token, locale))
      .filter((token) => !words.fillers[locale]?.has(token))
      .map((token) => stem(token, locale))
  )
}
