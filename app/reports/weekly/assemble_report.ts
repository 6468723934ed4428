import type { Standing, WeekDetails, WeekFacts } from '#app/reports/facts/week_facts'
import { ATTRIBUTION_WINDOW_DAYS, attribute } from '#app/reports/measures/attribution'
import { changeBetween } from '#app/reports/measures/change'
import { rate } from '#app/reports/measures/rate'
import { revenueInterval } from '#app/reports/measures/revenue_interval'
import { roi, weekCost } from '#app/reports/measures/roi'
import { suggest } from '#app/reports/weekly/suggestions'
import {
  FIGURES,
  type Figure,
  type FigureName,
  type WeeklyReport,
  type WeekPoint,
} from '#app/reports/weekly/weekly_report'
import { daysOf, weekBounds, type WeekId } from '#app/reports/weeks/week'

export interface ReportInput {
  workspace: WeeklyReport['workspace']
  locale: string
  week: WeekId
  now: Date
  /** The weeks before and the reported one, oldest first; at least one. */
  weeks: WeekFacts[]
  details: WeekDetails
  standing: Standing
  settings: { usdRate: number; grossMarginPercent: number | null }
}

/** Computes the report from the facts. Pure: the same facts always give the same report. */
export function assembleReport(input: ReportInput): WeeklyReport {
  const { workspace, week, now, settings } = input
  const current = input.weeks.at(-1)
  if (!current) throw new RangeError('A report needs the facts of its week')
  const previous = input.weeks.at(-2) ?? null
  const bounds = weekBounds(week, workspace.timezone)
  const days = daysOf(week)
  const isClosed = now >= new Date(bounds.to)

  const cost = weekCost({ ...current, usdRate: settings.usdRate })
  const attribution = attribute(current.wonDeals)
  const interval = revenueInterval(attribution.deals.map((deal) => deal.amountCents))
  const returned = (attributedCents: number) =>
    roi({ attributedCents, cost, grossMarginPercent: settings.grossMarginPercent })

  return {
    workspace,
    locale: input.locale,
    week: {
      id: week,
      ...bounds,
      firstDay: days[0] ?? '',
      lastDay: days[6] ?? '',
      isClosed,
    },
    generatedAt: now.toISOString(),
    figures: figures(current, isClosed ? previous : null, previous),
    rates: {
      answered: rate(current.answered, current.answers),
      lead: rate(Math.min(current.leads, current.conversations), current.conversations),
      won: rate(current.wonDeals.length, current.wonDeals.length + current.dealsLost),
    },
    lossReasons: [...current.lossReasons].sort((a, b) => b.count - a.count),
    revenue: { ...attribution, windowDays: ATTRIBUTION_WINDOW_DAYS, interval },
    cost: { ...cost, byClass: current.usageByClass },
    roi: {
      ...returned(attribution.attributedCents),
      low: interval ? returned(interval.lowCents).value : null,
      high: interval ? returned(interval.highCents).value : null,
    },
    history: input.weeks.map((facts) => point(facts, settings.usdRate)),
    details: input.details,
    suggestions: suggest({
      week: current,
      details: input.details,
      standing: input.standing,
      grossMarginPercent: settings.grossMarginPercent,
    }),
  }
}

/** A running week is not compared: it has fewer days than the whole week before it. */
function figures(
  current: WeekFacts,
  compared: WeekFacts | null,
  previous: WeekFacts | null
): Record<FigureName, Figure> {
  const entries = FIGURES.map((name): [FigureName, Figure] => {
    const value = count(current, name)
    const base = compared ? count(compared, name) : null
    const change = value !== null && base !== null ? changeBetween(value, base) : null
    return [name, { value, previous: previous ? count(previous, name) : null, change }]
  })
  return Object.fromEntries(entries) as Record<FigureName, Figure>
}

function count(facts: WeekFacts, name: FigureName): number | null {
  return name === 'dealsWon' ? facts.wonDeals.length : facts[name]
}

function point(facts: WeekFacts, usdRate: number): WeekPoint {
  return {
    week: facts.week,
    conversations: facts.conversations,
    leads: facts.leads,
    dealsWon: facts.wonDeals.length,
    attributedCents: attribute(facts.wonDeals).attributedCents,
    costMicros: weekCost({ ...facts, usdRate }).totalMicros,
  }
}
