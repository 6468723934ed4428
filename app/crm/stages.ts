/** The pipeline that every workspace starts with. Probabilities are percent, first guesses. */
export const DEFAULT_STAGES = [
  { key: 'prospect', probability: 10, isWon: false },
  { key: 'contact', probability: 20, isWon: false },
  { key: 'interest', probability: 40, isWon: false },
  { key: 'demo', probability: 60, isWon: false },
  { key: 'proposal', probability: 80, isWon: false },
  { key: 'client', probability: 100, isWon: true },
] as const

export type StageKey = (typeof DEFAULT_STAGES)[number]['key']

/** Reasons offered when a deal is lost; any other text is welcome. */
export const LOST_REASONS = [
  'price',
  'timing',
  'competitor',
  'no_answer',
  'no_need',
  'product_missing',
] as const
