import { lexicon } from '#app/sales_agent/catalog/search/lexicon'
import { stem } from '#app/sales_agent/catalog/search/stem'

export interface NeedReading {
  /** Concepts that serve the need. */
  concepts: string[]
  /** Stems of the message that expressed it. */
  stems: Set<string>
}

/**
 * Needs in other words: "keep my drinks cold" is read as the things that do it. The most precise
 * reading wins: three words that fit say more than two.
 */
export function readNeeds(
  tokens: string[],
  locale: string,
  /** Words of each thing that the message names: "snow shoes" is a thing, not a need. */
  things: string[][]
): NeedReading {
  const named = things.map((words) => new Set(words.map((word) => stem(word, locale))))
  const stems = new Set(tokens.map((token) => stem(token, locale)))
  const hits: { places: number; means: string[]; stems: string[] }[] = []
  for (const need of lexicon().needs) {
    for (const phrase of need.phrases[locale] ?? []) {
      const found: string[] = []
      for (const place of phrase) {
        // One word of the message cannot fill two places of the phrase.
        const match = place.find((each) => stems.has(each) && !found.includes(each))
        if (match) found.push(match)
      }
      if (found.length < phrase.length) continue
      if (named.some((thing) => found.every((each) => thing.has(each)))) continue
      const all = phrase.flat().filter((each) => stems.has(each))
      hits.push({ places: phrase.length, means: need.means, stems: all })
    }
  }
  const most = Math.max(0, ...hits.map((hit) => hit.places))
  const best = hits.filter((hit) => hit.places === most)
  return {
    concepts: [...new Set(best.flatMap((hit) => hit.means))],
    stems: new Set(best.flatMap((hit) => hit.stems)),
  }
}
