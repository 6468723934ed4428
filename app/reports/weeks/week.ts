import { DateTime } from 'luxon'

/** An ISO 8601 week as people write it: `2026-W47`. Monday is its first day. */
export type WeekId = `${number}-W${string}`

export interface WeekBounds {
  /** First instant of the Monday, UTC ISO 8601. */
  from: string
  /** First instant of the next Monday, UTC ISO 8601; it belongs to the next week. */
  to: string
}

const PATTERN = /^(\d{4})-W(\d{2})$/
/** Reports reach from the first year that Luxon and PostgreSQL agree on to a sane future. */
const FIRST_YEAR = 1970
const LAST_YEAR = 2199

/** Reads `2026-W47`; null when it is not a week, or not one of that year (most have 52). */
export function parseWeek(text: string): WeekId | null {
  const match = PATTERN.exec(text)
  if (!match) return null
  const year = Number(match[1])
  const number = Number(match[2])
  if (year < FIRST_YEAR || year > LAST_YEAR) return null
  if (number < 1 || number > weeksInYear(year)) return null
  return text as WeekId
}

/** 53 for the "long" years (those whose 28 December lies in week 53), else 52. */
export function weeksInYear(year: number): number {
  return DateTime.utc(year, 12, 28).weekNumber
}

/** The week that an instant belongs to on the clocks of `zone`. */
export function weekOf(instant: Date, zone: string): WeekId {
  return idOf(DateTime.fromJSDate(instant).setZone(zone))
}

/** The last week that is over in `zone`. */
export function closedWeek(now: Date, zone: string): WeekId {
  return idOf(DateTime.fromJSDate(now).setZone(zone).minus({ weeks: 1 }))
}

/** The week `count` weeks later, or earlier when negative. */
export function shiftWeek(week: WeekId, count: number): WeekId {
  return idOf(monday(week, 'utc').plus({ weeks: count }))
}

/** `count` weeks that end with `week`, oldest first. */
export function weeksUpTo(week: WeekId, count: number): WeekId[] {
  return Array.from({ length: count }, (_, index) => shiftWeek(week, index - count + 1))
}

/**
 * Instants between which the week lies in `zone`. A week with a change of clocks lasts 167 or
 * 169 hours; where midnight does not exist on that Monday, the day starts at its first instant.
 */
export function weekBounds(week: WeekId, zone: string): WeekBounds {
  return once(`${week} ${zone}`, boundsKept, () => ({
    from: toUtc(monday(week, zone)),
    to: toUtc(monday(shiftWeek(week, 1), zone)),
  }))
}

/** The seven days of the week as `2026-11-16`, Monday first. */
export function daysOf(week: WeekId): string[] {
  const days = once(week, daysKept, () => {
    const start = monday(week, 'utc')
    return Array.from({ length: 7 }, (_, day) => start.plus({ days: day }).toISODate()!)
  })
  return [...days]
}

/** When the report of `week` is due: Monday 08:00 after it, on the clocks of `zone`. */
export function dueAt(week: WeekId, zone: string): Date {
  return monday(shiftWeek(week, 1), zone).set({ hour: 8 }).toJSDate()
}

/** Days of the week that have begun at `now`, 0 to 7: a running week is not a bad week. */
export function daysBegun(week: WeekId, zone: string, now: Date): number {
  const elapsed = DateTime.fromJSDate(now).setZone(zone).startOf('day')
  const days = elapsed.diff(monday(week, zone), 'days').days
  return Math.max(0, Math.min(7, Math.floor(days) + 1))
}

/** Calendars do not change: what was worked out once is kept, a bounded number of them. */
const MAX_KEPT = 5_000
const boundsKept = new Map<string, WeekBounds>()
const daysKept = new Map<string, string[]>()

function once<Value>(key: string, kept: Map<string, Value>, make: () => Value): Value {
  let value = kept.get(key)
  if (value === undefined) {
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(key, (value = make()))
  }
  return value
}

function monday(week: WeekId, zone: string): DateTime {
  const [weekYear, weekNumber] = week.split('-W').map(Number)
  return DateTime.fromObject({ weekYear, weekNumber, weekday: 1 }, { zone }).startOf('day')
}

function idOf(date: DateTime): WeekId {
  return `${date.weekYear}-W${String(date.weekNumber).padStart(2, '0')}`
}

function toUtc(date: DateTime): string {
  return date.toUTC().toISO({ suppressMilliseconds: true })!
}
