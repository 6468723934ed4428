import type { ConceptKind } from '#app/sales_agent/catalog/search/lexicon'

/** What a part of the message asks of a product. */
export type TermKind = ConceptKind | 'name' | 'word' | 'number' | 'unknown' | 'need'

export interface Term {
  kind: TermKind
  /** Words as meant (corrected), without accents. */
  words: string[]
  /** Concepts that satisfy the term, any of them. */
  concepts: string[]
  /** How much a product that lacks it disappoints. */
  weight: number
  /** The word as the visitor wrote it, when it was corrected. */
  corrected?: string
  /** Unit that must follow the number: "20 l", "2 places". */
  unit?: string
  /** Place in the message. */
  at: number
  /** Mentioned around what is asked for ("my bike", "for my laptop"), not asked for itself. */
  aside?: boolean
}

/** How much each kind of term counts. */
export const WEIGHTS: Record<TermKind, number> = {
  thing: 1,
  need: 1,
  name: 1.2,
  use: 0.55,
  audience: 0.45,
  color: 0.35,
  material: 0.5,
  size: 0.3,
  quality: 0.35,
  number: 0.4,
  word: 0.5,
  unknown: 0.5,
  topic: 0,
}
