import type { Workspace } from '#accounts'
import { collectWeeks } from '#app/reports/facts/collect_weeks'
import type { CountedWeek } from '#app/reports/facts/week_facts'
import { attribute } from '#app/reports/measures/attribution'
import { roi, weekCost } from '#app/reports/measures/roi'
import { readCountingRules } from '#app/reports/services/settings'
import { daysOf, weekOf, weeksUpTo, type WeekId } from '#app/reports/weeks/week'

const WEEKS_LISTED = 12

/** One row of the list of weeks. */
export interface ListedWeek {
  week: WeekId
  /** `2026-11-16`, Monday, and the Sunday. */
  firstDay: string
  lastDay: string
  isRunning: boolean
  conversations: number
  leads: number
  dealsWon: number
  attributedCents: number
  costMicros: number
  roi: number | null
}

/** Facts of the running week and of those before it that the list shows, oldest first. */
export function collectListedWeeks(workspace: Workspace, now: Date): Promise<CountedWeek[]> {
  return collectWeeks({
    workspaceId: workspace.id,
    timezone: workspace.timezone,
    weeks: weeksUpTo(weekOf(now, workspace.timezone), WEEKS_LISTED),
    now,
  })
}

/**
 * Rows of the list of weeks, newest first.
 *
 * @param weeks as `collectListedWeeks` gives them
 */
export async function listWeeks(
  workspace: Workspace,
  weeks: CountedWeek[],
  now: Date
): Promise<ListedWeek[]> {
  const running = weekOf(now, workspace.timezone)
  const rules = await readCountingRules(workspace.id)
  return weeks.toReversed().map((facts) => {
    const { attributedCents } = attribute(facts.wonDeals)
    const cost = weekCost({ ...facts, usdRate: rules.usdRate })
    const days = daysOf(facts.week)
    return {
      week: facts.week,
      firstDay: days[0] ?? '',
      lastDay: days[6] ?? '',
      isRunning: facts.week === running,
      conversations: facts.conversations,
      leads: facts.leads,
      dealsWon: facts.wonDeals.length,
      attributedCents,
      costMicros: cost.totalMicros,
      roi: roi({ attributedCents, cost, grossMarginPercent: rules.grossMarginPercent }).value,
    }
  })
}
