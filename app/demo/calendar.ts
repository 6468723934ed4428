import type { DateTime } from 'luxon'
import type { SeededRandom } from '#shared/random'

/** Weeks of history that the demo workspace shows, enough for trends and monthly resets. */
const WEEKS = 17

/** Share of a usual day's traffic, Monday to Sunday: an outdoor shop sells at weekends. */
const BY_WEEKDAY = [0.9, 0.8, 0.95, 0.95, 1.05, 1.3, 1.05]
/** Share of the day's visitors by hour, from 7 to 22 o'clock. */
const BY_HOUR = [1, 2, 4, 6, 7, 8, 7, 6, 6, 7, 8, 9, 10, 9, 6, 4]
const FIRST_HOUR = 7

export interface DemoDay {
  date: DateTime
  visits: number
  conversations: number
}

/** Days from the start of the history to today, with a traffic that grows and breathes. */
export function demoDays(now: DateTime, random: SeededRandom): DemoDay[] {
  const start = now.startOf('week').minus({ weeks: WEEKS })
  const days: DemoDay[] = []
  for (let date = start; date <= now; date = date.plus({ days: 1 })) {
    const age = date.diff(start, 'weeks').weeks / WEEKS
    const mean = (6 + 9 * age) * BY_WEEKDAY[date.weekday - 1]!
    const conversations = random.poisson(mean)
    const visits = Math.round(conversations * (9 + random.next() * 6)) + random.between(20, 60)
    days.push({ date, visits, conversations })
  }
  return days
}

/** A moment of a day, busier in the afternoon, never after `now`. */
export function momentOf(day: DateTime, now: DateTime, random: SeededRandom): DateTime {
  const weights = Object.fromEntries(BY_HOUR.map((weight, i) => [String(i + FIRST_HOUR), weight]))
  const hour = Number(random.weighted(weights))
  const moment = day.set({ hour, minute: random.between(0, 59), second: random.between(0, 59) })
  return moment < now ? moment : now.minus({ minutes: random.between(3, 50) })
}
