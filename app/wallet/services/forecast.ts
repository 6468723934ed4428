import { packs } from '#config/plans'
import { MICROS_PER_UNIT } from '#shared/money'

const DAY_MS = 86_400_000

export interface SpendingPace {
  availableMicros: number
  /** Spent in the days that the pace is taken from. */
  spentMicros: number
  /** Length of those days; below one day there is no pace to speak of. */
  days: number
  now: Date
  periodEnd: Date
}

export type Forecast =
  | { kind: 'unknown' }
  | { kind: 'lasts'; leftMicros: number }
  | { kind: 'runs_out'; at: Date; missingMicros: number; packDollars: number }

/**
 * Whether the credit lasts to the end of the month at the pace of the last days: a straight
 * line, spent ÷ days. When it does not, the smallest pack that closes the gap.
 */
export function forecast(pace: SpendingPace): Forecast {
  if (pace.days < 1 || pace.spentMicros <= 0) return { kind: 'unknown' }
  const perDay = pace.spentMicros / pace.days
  const daysLeft = (pace.periodEnd.getTime() - pace.now.getTime()) / DAY_MS
  const needed = perDay * daysLeft
  if (needed <= pace.availableMicros) {
    return { kind: 'lasts', leftMicros: Math.floor(pace.availableMicros - needed) }
  }
  const missingMicros = Math.ceil(needed - pace.availableMicros)
  const largest = packs.dollars.at(-1)!
  return {
    kind: 'runs_out',
    at: new Date(pace.now.getTime() + (pace.availableMicros / perDay) * DAY_MS),
    missingMicros,
    packDollars:
      packs.dollars.find((dollars) => dollars * MICROS_PER_UNIT >= missingMicros) ?? largest,
  }
}
