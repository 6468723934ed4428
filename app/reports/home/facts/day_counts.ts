import { countProspectsByDay } from '#crm'
import { countConversationsByDay } from '#sales_agent'
import { daysBegun, daysOf, shiftWeek, weekOf } from '#app/reports/weeks/week'

/** How often something happened on each day of the running week and of the one before it. */
export interface TwoWeeks {
  /** Monday first. Days of the running week that have not begun are 0. */
  current: number[]
  previous: number[]
  /** Sums over the days that have begun: a running week compares with the same days before. */
  currentTotal: number
  previousTotal: number
  today: number
  /** Days of the running week that have begun, 1 to 7. */
  begun: number
}

/** What can be counted by day, by the room that knows it. */
const COUNTED = {
  conversations: countConversationsByDay,
  leads: countProspectsByDay,
}

/** Counts by day on the clocks of `zone`. */
export async function countByDay(
  what: keyof typeof COUNTED,
  workspaceId: string,
  zone: string,
  now: Date
): Promise<TwoWeeks> {
  const week = weekOf(now, zone)
  const days = daysOf(week)
  const daysBefore = daysOf(shiftWeek(week, -1))
  const counts = await COUNTED[what]({
    ...{ workspaceId, zone },
    ...{ firstDay: daysBefore[0]!, lastDay: days[6]! },
  })
  const current = days.map((day) => counts.get(day) ?? 0)
  const previous = daysBefore.map((day) => counts.get(day) ?? 0)
  const begun = daysBegun(week, zone, now)
  return {
    current,
    previous,
    currentTotal: sum(current.slice(0, begun)),
    previousTotal: sum(previous.slice(0, begun)),
    today: current[begun - 1] ?? 0,
    begun,
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
