/*
 * Formats of `Intl`, each made once: making one costs more than a hundred uses.
 */
const made = new Map<string, unknown>()

function once<Format>(key: string, make: () => Format): Format {
  let format = made.get(key) as Format | undefined
  if (!format) made.set(key, (format = make()))
  return format
}

export function numberFormat(
  locale: string,
  options: Intl.NumberFormatOptions = {}
): Intl.NumberFormat {
  const key = `number:${locale}:${JSON.stringify(options)}`
  return once(key, () => new Intl.NumberFormat(locale, options))
}

export function dateFormat(
  locale: string,
  options: Intl.DateTimeFormatOptions
): Intl.DateTimeFormat {
  const key = `date:${locale}:${JSON.stringify(options)}`
  return once(key, () => new Intl.DateTimeFormat(locale, options))
}

const SECOND_MS = 1000
const DAY_MS = 86_400 * SECOND_MS
/** Units from the largest; a year and a month have the mean length of the Gregorian calendar. */
const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.2425 * DAY_MS],
  ['month', 30.436875 * DAY_MS],
  ['day', DAY_MS],
  ['hour', 3600 * SECOND_MS],
  ['minute', 60 * SECOND_MS],
  ['second', SECOND_MS],
]

/** "3 minutes ago", "in 2 days": whole units of the largest that fits. */
export function relativeTime(locale: string, millis: number, nowMillis = Date.now()): string {
  const difference = millis - nowMillis
  const [unit, length] =
    UNITS.find(([, size]) => Math.abs(difference) >= size) ?? UNITS[UNITS.length - 1]!
  const format = once(`relative:${locale}`, () => new Intl.RelativeTimeFormat(locale))
  return format.format(Math.trunc(difference / length), unit)
}
