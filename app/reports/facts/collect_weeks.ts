import { wallet } from '#wallet'
import { conversationWeek } from '#app/reports/facts/conversation_source'
import { pipelineWeek } from '#app/reports/facts/pipeline_source'
import type { CountedWeek } from '#app/reports/facts/week_facts'
import { keepWeekFacts, readWeekFacts } from '#app/reports/facts/week_facts_store'
import { weekBounds, type WeekId } from '#app/reports/weeks/week'

const WEEKS_AT_ONCE = 2

export interface CollectInput {
  workspaceId: string
  timezone: string
  /** Weeks in order; their facts come back in the same order. */
  weeks: WeekId[]
  now: Date
  /** Counts every week anew, for a report that is going to be sent. */
  fresh?: boolean
}

/** Gathers the facts of several weeks from the other rooms; closed weeks are kept. */
export async function collectWeeks(input: CollectInput): Promise<CountedWeek[]> {
  const { workspaceId, timezone, weeks, now } = input
  const closed = weeks.filter((week) => new Date(weekBounds(week, timezone).to) <= now)
  const known = input.fresh
    ? new Map<WeekId, CountedWeek>()
    : await readWeekFacts(workspaceId, closed)
  const missing = weeks.filter((week) => !known.has(week))
  const counted: CountedWeek[] = []
  // Twelve weeks at once would take every connection of the pool from the others.
  for (let start = 0; start < missing.length; start += WEEKS_AT_ONCE) {
    const some = missing.slice(start, start + WEEKS_AT_ONCE)
    counted.push(...(await Promise.all(some.map((week) => countWeek(workspaceId, timezone, week)))))
  }
  await keepWeekFacts(
    workspaceId,
    counted.filter((facts) => closed.includes(facts.week))
  )
  counted.forEach((facts) => known.set(facts.week, facts))
  return weeks.map((week) => known.get(week)).filter((facts) => facts !== undefined)
}

async function countWeek(
  workspaceId: string,
  timezone: string,
  week: WeekId
): Promise<CountedWeek> {
  const bounds = weekBounds(week, timezone)
  const [conversations, pipeline, costs] = await Promise.all([
    conversationWeek(workspaceId, timezone, week, bounds),
    pipelineWeek(workspaceId, bounds),
    wallet.costs(workspaceId, new Date(bounds.from), new Date(bounds.to)),
  ])
  return {
    week,
    ...conversations,
    ...pipeline,
    subscriptionCents: costs.subscriptionCents,
    usageUsdMicros: costs.usageMicros,
    usageByClass: Object.fromEntries(costs.byClass.map((one) => [one.class, one.micros])),
  }
}
