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
