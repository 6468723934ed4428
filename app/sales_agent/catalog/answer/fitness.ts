import type { Field, ProductDocument } from '#app/sales_agent/catalog/answer/product_document'
import type { Term } from '#app/sales_agent/catalog/answer/term'
import { lexicon } from '#app/sales_agent/catalog/search/lexicon'

/** What remains of a match when the product is plainly another thing. */
export const OTHER_THING = 0.55

/** The lexicon knows what the product is, and it is not what the term asks for. */
export function isOtherThing(term: Term, document: ProductDocument): boolean {
  const things = [...document.head.concepts].filter((id) => lexicon().kindOf(id) === 'thing')
  if (things.length === 0 || term.concepts.length === 0) return false
  return !things.some((found) => term.concepts.some((id) => lexicon().isA(found, id)))
}

/**
 * "Black leather handbag" is answered by a black leather bag: the title names the next broader
 * thing and nothing narrower, and everything else that was said about it is true, at least twice.
 */
export function isBroaderThing(terms: Term[], missing: Term[], document: ProductDocument): boolean {
  const things = terms.filter((term) => term.kind === 'thing' && !term.aside)
  if (things.length !== 1 || missing.length > 0) return false
  const described = terms.filter((term) =>
    ['color', 'material', 'quality', 'use'].includes(term.kind)
  )
  if (described.length < 2) return false
  const parents = things[0]!.concepts.flatMap((id) => lexicon().concepts.get(id)?.is ?? [])
  return [...document.head.concepts].some((found) => parents.includes(found))
}

const OPPOSITE: Record<string, string> = {
  men: 'women',
  women: 'men',
  adult: 'kids',
  kids: 'adult',
}

/** For men when it was asked for women, for children when for adults: not what was asked for. */
export function audienceConflict(terms: Term[], document: ProductDocument): number {
  for (const term of terms) {
    if (term.kind !== 'audience') continue
    for (const id of term.concepts) {
      const opposite = OPPOSITE[id]
      if (!opposite || saysAnywhere(document, id)) continue
      if (said(document.title, opposite) || said(document.labels, opposite)) return 0.5
    }
  }
  return 0
}

/** What says nothing about children is for adults. */
export function isForAdults(term: Term, document: ProductDocument): boolean {
  return term.concepts.includes('adult') && !said(document.title, 'kids')
}

/** Things for children or animals come last for somebody who did not ask for them. */
export function specialAudience(terms: Term[], document: ProductDocument): number {
  const asked = terms.some((term) =>
    term.concepts.some((id) => ['kids', 'dog', 'cat'].some((each) => lexicon().isA(id, each)))
  )
  if (asked) return 0
  return ['kids', 'dog', 'cat'].some((id) => said(document.title, id)) ? 0.5 : 0
}

function saysAnywhere(document: ProductDocument, id: string): boolean {
  return said(document.title, id) || said(document.labels, id) || said(document.category, id)
}

export function said(field: Field, id: string): boolean {
  for (const found of field.concepts) if (lexicon().isA(found, id)) return true
  return false
}
