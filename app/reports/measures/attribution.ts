/**
 * A won deal counts as brought by a conversation when it is linked to it and was won within
 * this many days of it. Later wins owe more to the people who followed up.
 */
export const ATTRIBUTION_WINDOW_DAYS = 90

const DAY_MS = 86_400_000

/** A deal won in the week, as the pipeline tells it. */
export interface WonDeal {
  dealId: string
  title: string
  /** Company or person, null when nobody is linked. */
  customer: string | null
  amountCents: number
  /** UTC ISO 8601. */
  wonAt: string
  conversationId: string | null
  /** When the linked conversation began (the deal's own beginning when that is not known). */
  conversationAt: string | null
}

export interface AttributedDeal extends WonDeal {
  conversationId: string
  /** Whole days from the conversation to the win. */
  daysToWin: number
}

export interface Attribution {
  attributedCents: number
  /** Largest amount first. */
  deals: AttributedDeal[]
  /** All deals won in the week, attributed or not. */
  wonCents: number
  /** Linked to a conversation that is older than the window: not counted. */
  outsideWindow: number
}

/**
 * Splits the deals won in a week by where they came from. Only a direct link counts: no share
 * of other revenue is guessed.
 */
export function attribute(deals: WonDeal[]): Attribution {
  const linked = deals.filter(isLinked).map((deal) => ({ ...deal, daysToWin: daysToWin(deal) }))
  const counted = linked
    .filter((deal) => deal.daysToWin <= ATTRIBUTION_WINDOW_DAYS)
    .sort((a, b) => b.amountCents - a.amountCents || a.dealId.localeCompare(b.dealId))
  return {
    attributedCents: sum(counted),
    deals: counted,
    wonCents: sum(deals),
    outsideWindow: linked.length - counted.length,
  }
}

function isLinked(deal: WonDeal): deal is WonDeal & { conversationId: string } {
  return deal.conversationId !== null
}

function daysToWin(deal: WonDeal): number {
  if (!deal.conversationAt) return 0
  const elapsed = Date.parse(deal.wonAt) - Date.parse(deal.conversationAt)
  return Math.max(0, Math.floor(elapsed / DAY_MS))
}

function sum(deals: WonDeal[]): number {
  return deals.reduce((total, deal) => total + deal.amountCents, 0)
}
