import type { Attribution } from '#app/reports/measures/attribution'
import type { Change } from '#app/reports/measures/change'
import type { Rate } from '#app/reports/measures/rate'
import type { RevenueInterval } from '#app/reports/measures/revenue_interval'
import type { Roi, WeekCost } from '#app/reports/measures/roi'
import type { LossReason, WeekDetails } from '#app/reports/facts/week_facts'
import type { Suggestion } from '#app/reports/weekly/suggestions'
import type { WeekId } from '#app/reports/weeks/week'

/** Figures that are compared from week to week, in the order in which they are shown. */
export const FIGURES = [
  'visits',
  'conversations',
  'handedOver',
  'leads',
  'dealsCreated',
  'dealsWon',
  'dealsLost',
] as const

export type FigureName = (typeof FIGURES)[number]

/** A count of the week beside the week before. Null values: nobody counts this here. */
export interface Figure {
  value: number | null
  previous: number | null
  change: Change | null
}

/** One week of the comparison, for charts. */
export interface WeekPoint {
  week: WeekId
  conversations: number
  leads: number
  dealsWon: number
  attributedCents: number
  costMicros: number
}

/** Everything the page, the PDF, the e-mail and the API say about one week. Serialisable. */
export interface WeeklyReport {
  workspace: { id: string; name: string; currency: string; timezone: string }
  locale: string
  week: {
    id: WeekId
    /** UTC ISO 8601; `to` is the first instant after the week. */
    from: string
    to: string
    /** `2026-11-16`, on the workspace's own calendar. */
    firstDay: string
    lastDay: string
    isClosed: boolean
  }
  /** UTC ISO 8601. */
  generatedAt: string
  figures: Record<FigureName, Figure>
  rates: {
    /** Questions that found an answer. */
    answered: Rate
    /** Conversations that became a lead. */
    lead: Rate
    /** Won among the deals decided in the week. */
    won: Rate
  }
  lossReasons: LossReason[]
  revenue: Attribution & { windowDays: number; interval: RevenueInterval | null }
  cost: WeekCost & { byClass: Record<string, number> }
  roi: Roi & { low: number | null; high: number | null }
  /** The eight weeks before and the reported one, oldest first. */
  history: WeekPoint[]
  details: WeekDetails
  suggestions: Suggestion[]
}
