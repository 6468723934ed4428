import type { WonDeal } from '#app/reports/measures/attribution'
import type { WeekId } from '#app/reports/weeks/week'

export interface LossReason {
  /** The pipeline's own words; null when nobody gave a reason. */
  reason: string | null
  count: number
}

/** What happened in one week, as the other rooms tell it; nothing is computed yet. */
export interface WeekFacts {
  week: WeekId
  /** Visitors who opened the widget or a channel; null where no channel counts them. */
  visits: number | null
  conversations: number
  /** Messages in which the agent answered a visitor. */
  answers: number
  /** Those among them that found something to say. */
  answered: number
  /** Conversations that a person took over or was asked to. */
  handedOver: number
  leads: number
  dealsCreated: number
  dealsLost: number
  lossReasons: LossReason[]
  wonDeals: WonDeal[]
  /** Share of the subscriptions that falls on the week, cents of the workspace's currency. */
  subscriptionCents: number
  /** Model calls, US dollars in micro-units. */
  usageUsdMicros: number
  /** Model calls by request class, US dollars in micro-units. */
  usageByClass: Record<string, number>
}

/** Details that only the week's own report shows. */
export interface WeekDetails {
  /** Conversations begun on each day, Monday first. */
  conversationsByDay: number[]
  topProducts: { id: string; title: string; count: number }[]
  unansweredQuestions: { text: string; count: number }[]
}

/** A week as it is counted and kept: its facts and its details come from the same queries. */
export interface CountedWeek extends WeekFacts {
  details: WeekDetails
}

/** How things stand when the report is written: what waits for somebody. */
export interface Standing {
  handoffsWaiting: number
  leadsWithoutFollowUp: number
  products: number
  usdAvailableMicros: number
  conversationsAvailable: number
  /** The plan counts conversations without a limit: they cannot run out. */
  conversationsUnlimited: boolean
}
