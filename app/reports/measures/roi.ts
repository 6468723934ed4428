/** One currency unit of revenue in cents is this many micro-units. */
const MICROS_PER_CENT = 10_000

/** What the box cost in one week, in the workspace's currency. */
export interface WeekCost {
  /** Share of the subscriptions that falls on the week, micro-units. */
  subscriptionMicros: number
  /** Model calls at the price debited from the wallet, US dollars in micro-units. */
  usageUsdMicros: number
  /** The same in the workspace's currency. */
  usageMicros: number
  /** Units of the workspace's currency for one US dollar: a setting, not a market rate. */
  usdRate: number
  totalMicros: number
}

export interface RoiInput {
  attributedCents: number
  cost: WeekCost
  /** Gross margin of the business in percent, 0 to 100; null when the owner gave none. */
  grossMarginPercent: number | null
}

/** Return on what the box cost: (gain − cost) ÷ cost. */
export interface Roi {
  /** `margin` when the owner told the gross margin, else `revenue`. */
  basis: 'margin' | 'revenue'
  grossMarginPercent: number | null
  gainMicros: number
  costMicros: number
  /** 4.2 means that every unit spent came back and brought 4.2 more; null without any cost. */
  value: number | null
}

/** Adds up the cost of a week. */
export function weekCost(input: {
  subscriptionCents: number
  usageUsdMicros: number
  usdRate: number
}): WeekCost {
  const subscriptionMicros = Math.round(input.subscriptionCents * MICROS_PER_CENT)
  const usageMicros = Math.round(input.usageUsdMicros * input.usdRate)
  return {
    subscriptionMicros,
    usageUsdMicros: input.usageUsdMicros,
    usageMicros,
    usdRate: input.usdRate,
    totalMicros: subscriptionMicros + usageMicros,
  }
}

/** ROI = (attributed gain − cost of the box) ÷ cost of the box. */
export function roi({ attributedCents, cost, grossMarginPercent }: RoiInput): Roi {
  const share = grossMarginPercent === null ? 1 : grossMarginPercent / 100
  const gainMicros = Math.round(attributedCents * MICROS_PER_CENT * share)
  return {
    basis: grossMarginPercent === null ? 'revenue' : 'margin',
    grossMarginPercent,
    gainMicros,
    costMicros: cost.totalMicros,
    value: cost.totalMicros === 0 ? null : (gainMicros - cost.totalMicros) / cost.totalMicros,
  }
}
