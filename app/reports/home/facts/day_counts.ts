import db from '@adonisjs/lucid/services/db'
import { daysBegun, daysOf, shiftWeek, weekBounds, weekOf } from '#app/reports/weeks/week'

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

/** What can be counted by day: table, the moment that counts, and which rows. */
const COUNTED = {
  conversations: { table: 'conversations', moment: 'first_message_at' },
  leads: { table: 'prospects', moment: 'created_at' },
} as const

/** Counts by day on the clocks of `zone`. */
export async function countByDay(
  what: keyof typeof COUNTED,
  workspaceId: string,
  zone: string,
  now: Date
): Promise<TwoWeeks> {
  const week = weekOf(now, zone)
  const before = shiftWeek(week, -1)
  const { table, moment } = COUNTED[what]
  const { rows } = await db.rawQuery<{ rows: { day: string; count: number }[] }>(
    `select to_char(${moment} at time zone :zone, 'YYYY-MM-DD') as day, count(*) as count
     from ${table}
     where workspace_id = :workspaceId and ${moment} >= :from and ${moment} < :to
     group by 1`,
    { workspaceId, zone, from: weekBounds(before, zone).from, to: weekBounds(week, zone).to }
  )
  const counts = new Map(rows.map(({ day, count }) => [day, count]))
  const current = daysOf(week).map((day) => counts.get(day) ?? 0)
  const previous = daysOf(before).map((day) => counts.get(day) ?? 0)
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
