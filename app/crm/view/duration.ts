import { numberFormat } from '#shared/i18n/intl_formats'

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** A stay in words, in its two largest units: "3 days, 4 hours". */
export function duration(seconds: number, locale: string): string {
  const parts: string[] = []
  let rest = Math.max(60, Math.round(seconds))
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count === 0 || parts.length === 2) continue
    const format = numberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
    parts.push(format.format(count))
  }
  return parts.join(', ')
}
