import type { Match } from '#app/sales_agent/catalog/answer/match'
import { countsPeople } from '#app/sales_agent/catalog/answer/numerals'
import type { Term } from '#app/sales_agent/catalog/answer/term'
import type { Understanding } from '#app/sales_agent/catalog/answer/understand'

/** Kinds of terms that promise something about the product. */
const PROMISES = new Set<Term['kind']>(['color', 'material', 'size'])

/** From this weight on an unknown word describes the thing: "inflatable sofa". */
const DESCRIBES = 0.4

/**
 * Colours, materials and sizes that were asked for and that none of the products has, in the
 * visitor's own spelling: what an answer must admit before it shows them.
 */
export function lackingOf(read: Understanding, matches: Match[]): string[] {
  if (matches.length === 0) return []
  const spelt = new Map(read.spellings)
  return matches[0]!.missing
    .filter((term) => isPromise(term) && matches.every(({ missing }) => missing.includes(term)))
    .map(({ corrected, words, unit }) => {
      const own = corrected === undefined ? words : [corrected]
      return [...own, ...(unit ? [unit] : [])].map((word) => spelt.get(word) ?? word).join(' ')
    })
    .filter((words) => words !== '')
}

function isPromise(term: Term): boolean {
  if (term.aside) return false
  if (term.kind === 'unknown') return term.weight >= DESCRIBES
  return PROMISES.has(term.kind) || (term.kind === 'number' && countsPeople(term.unit ?? ''))
}
