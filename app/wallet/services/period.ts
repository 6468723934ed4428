import { DateTime } from 'luxon'

export interface Period {
  start: Date
  /** First moment after the period. */
  end: Date
  /** `2026-11`: the month in the workspace's own time zone. */
  key: string
}

/** The calendar month around `now` in a time zone. */
export function monthAround(now: Date, timezone: string): Period {
  const start = DateTime.fromJSDate(now, { zone: timezone }).startOf('month')
  return {
    start: start.toJSDate(),
    end: start.plus({ months: 1 }).toJSDate(),
    key: start.toFormat('yyyy-MM'),
  }
}

/**
 * The month whose credit is open. `wallet:close-month` may run ahead of the calendar; the month
 * that it has opened then counts already.
 *
 * @param creditedUntil end of the last month that was credited, if any
 */
export function openMonth(now: Date, timezone: string, creditedUntil: Date | null): Period {
  const month = monthAround(now, timezone)
  if (creditedUntil === null || creditedUntil <= month.end) return month
  return monthAround(new Date(creditedUntil.getTime() - 1), timezone)
}

/**
 * From when a month's credit can be spent: its own start, or this calendar month's when the
 * books were closed ahead of time, so that nobody stands without credit until then.
 */
export function spendableFrom(period: Period, timezone: string): Date {
  const { start } = monthAround(new Date(), timezone)
  return period.start > start ? start : period.start
}
