import type { Plan } from '#app/wallet/services/plan_book'

/** What was agreed with one customer for a plan that has no list price. */
export interface PlanTerms {
  /** Net cents a month. */
  priceCents: number
  /** Credit of the workspace's pool each month, in micro-dollars. */
  usdMicros: number
}

/** A plan as agreed: the offer's price and pool in the place of the list's. */
export function withTerms(plan: Plan, terms: PlanTerms | null | undefined): Plan {
  if (!terms || plan.priceCents !== null) return plan
  const included = terms.usdMicros > 0 ? { ...plan.included, usd: terms.usdMicros } : plan.included
  return { ...plan, priceCents: terms.priceCents, included }
}
